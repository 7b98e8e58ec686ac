"""``digitlens explain``: what in a picture speaks for the digit read, or for another."""

import sys
from pathlib import Path

import click

from digitlens.cli.drawn import save, targets
from digitlens.cli.options import STDIN, reader_for, reading_options
from digitlens.cli.output import emit, json_option
from digitlens.errors import ImageError, NothingToExplain, UnknownLabel
from digitlens.labels import named
from digitlens.overlay import sheet
from digitlens.reader import ReadOptions
from digitlens.types import Explanation, Source
from digitlens.wording import percent

__all__ = ["command"]


@click.command(name="explain")
@click.argument("file", metavar="IMAGE")
@click.option(
    "-o",
    "--output",
    metavar="OUT.png",
    required=True,
    help="Where to draw it: PNG, JPEG or WebP, as the suffix says; into a folder as NAME-why.png.",
)
@click.option("--label", metavar="L", help='The label to explain, "" for none; if not given, the one read.')
@reading_options("max_error", "rotate")
@json_option
def command(file: str, output: str, label: str | None, options: ReadOptions, as_json: bool) -> None:
    """Draw what in a picture of a single digit speaks for the digit read, or for another; - is standard input.

    \b
    Examples:
      digitlens explain digit.png -o why.png
      digitlens explain digit.png -o why-not-7.png --label 7
    """
    (target,) = targets(output, [file], "why")
    reader = reader_for(options)
    source: Source = sys.stdin.buffer.read() if file == STDIN else file
    try:
        explanation = reader.explain(source, label)
    except UnknownLabel as error:
        raise click.BadParameter(str(error), param_hint="--label") from error
    except (ImageError, NothingToExplain) as error:
        if as_json:
            emit({"file": file, "error": error.to_dict()})
        else:
            click.echo(error if isinstance(error, ImageError) else f"{file}: {error}", err=True)
        sys.exit(1)
    save(sheet(explanation), target)
    if as_json:
        emit(_row(file, explanation, target))
    else:
        click.echo(_text(explanation, target))


def _row(file: str, explanation: Explanation, target: Path) -> dict[str, object]:
    return {
        "file": file,
        "label": explanation.label,
        "read": explanation.read,
        "confidence": round(explanation.confidence, 6),
        "model": explanation.model,
        "gradcam": explanation.gradcam is not None,
        "output": str(target),
    }


def _text(explanation: Explanation, target: Path) -> str:
    """Return a sentence with the label read, the label explained and the place of the picture."""
    read, label = (named(each, explanation.labels) for each in (explanation.read, explanation.label))
    told = f"read as {read}; what speaks for {label} ({percent(explanation.confidence)}) is drawn in {target}"
    if explanation.gradcam is None:
        told += ", by occlusion alone: this network has no Grad-CAM"
    return told
