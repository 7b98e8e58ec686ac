"""The ``digitlens`` program: finds the command, turns errors into sentences and exit codes.

Exit codes: 0 done, 1 some inputs failed, 2 wrong usage, 130 interrupted.
"""

import errno
import importlib
import logging
import os
import sys
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import click

import digitlens
from digitlens.errors import DigitLensError
from digitlens.files import printable

__all__ = ["main"]


API = ("fastapi", "prometheus_client", "pydantic", "python_multipart", "starlette", "uvicorn")
EXTRAS = {"streamlit": "app", **dict.fromkeys(API, "api")}
"""The extra that brings a package; any other is of ``train``."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that none pays for another."""

    about: ClassVar[dict[str, str]] = {
        "app": "Open the web app.",
        "batch": "Read any number of pictures into a table.",
        "calibrate": "Fit a network's confidences and thresholds anew.",
        "classify": "Read pictures of a single digit each.",
        "corrections": "List, export and delete what was kept for review.",
        "data": "List, fetch and show what there is to learn from.",
        "evaluate": "Measure a network on labelled glyphs, or the reading of labelled pages.",
        "explain": "Draw what in a picture speaks for the digit read, or for another.",
        "export": "Write any network as ONNX.",
        "form": "Read filled forms into a spreadsheet.",
        "gallery": "Show what of a labelled folder is read wrong or refused.",
        "models": "List networks, show their cards, add your own.",
        "read": "Read every digit in pictures and documents.",
        "selftest": "Try every layer on built-in glyphs.",
        "serve": "Serve the HTTP API.",
        "site": "Write the reader as a static site.",
        "table": "Read tables of numbers into a spreadsheet.",
        "train": "Train a network.",
        "tune": "Fit the numbers of page reading on drawn sheets.",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the alphabet."""
        return sorted(self.about)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command."""
        if cmd_name not in self.about:
            return None
        return importlib.import_module(f"digitlens.cli.{cmd_name}").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or tell what may be meant; click knows only those that are imported."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            name = args[0]
            if name in error.message and Path(name).exists():
                reading = "batch {} read.csv" if Path(name).is_dir() else "read {}"
                hint = f"To read it: digitlens {reading.format(printable(name))}"
            elif name in error.message and (close := get_close_matches(name, self.about)):
                hint = f"Did you mean {' or '.join(close)}?"
            else:
                raise
            raise click.UsageError(f"No such command {name!r}. {hint}", ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from their one-liners, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(self.about.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; say what went wrong in a sentence where DigitLens knows."""
        try:
            return super().invoke(ctx)
        except DigitLensError as error:
            _end(ctx, f"Error: {error}")
        except KeyboardInterrupt:
            _end(ctx, "Stopped.", 130)
        except ModuleNotFoundError as error:
            if error.name is None or error.name.partition(".")[0] == "digitlens":
                raise
            _end(ctx, f"Error: {_missing(error.name.partition('.')[0])}")
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends quietly when nobody reads on
            logging.getLogger("digitlens").debug("Where it happened:", exc_info=True)
            _end(ctx, f"Error: {_refused(error)}")


def _end(ctx: click.Context, sentence: str, code: int = 1) -> NoReturn:
    click.echo(sentence, err=True)
    ctx.exit(code)


def _missing(package: str) -> str:
    """Tell how to install a package that is in none of the installed extras, with the Python that runs this."""
    extra = EXTRAS.get(package, "train")
    python = printable(sys.executable)
    pip = f"{python} -m pip install" if find_spec("pip") else f"uv pip install --python {python}"
    return f"This needs {package}, which is not installed: {pip} 'digitlens[{extra}]'."


def _refused(error: OSError) -> str:
    """Return the system's refusal, with the file concerned."""
    if error.filename is None:
        return str(error)
    return f"{printable(os.fsdecode(error.filename))} cannot be read or written: {error.strerror}."


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(digitlens.__version__, "--version", prog_name="digitlens")
@click.option("-v", "--verbose", is_flag=True, help="Tell more on standard error.")
def main(verbose: bool) -> None:
    """Reads handwritten digits.

    \b
    Example:
      digitlens read photo.jpg
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("digitlens")
    logger.addHandler(handler)
    logger.propagate = False  # other packages put handlers of their own on the root
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
