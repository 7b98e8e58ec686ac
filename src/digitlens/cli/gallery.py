"""``digitlens gallery``: what of a labelled folder is read wrong or refused, on one page."""

import sys
from pathlib import Path
from typing import Any

import click

from digitlens.cli.options import choice_options, max_error_option, model_option, reader_for
from digitlens.cli.output import emit, json_option
from digitlens.gallery import MOST, Tally, write_gallery

__all__ = ["command"]


@click.command(name="gallery")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o", "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The HTML page."
)
@click.option("--single", is_flag=True, help="One glyph a picture, whatever the labels say.")
@click.option(
    "--most",
    type=click.IntRange(min=0),
    metavar="N",
    default=MOST,
    show_default=True,
    help="Pictures to show at most.",
)
@model_option
@choice_options
@max_error_option
@json_option
def command(
    folder: Path,
    out: Path,
    single: bool,
    most: int,
    model: str | None,
    choice: dict[str, Any],
    max_error: float,
    as_json: bool,
) -> None:
    """Read a labelled FOLDER; write a page of what is read wrong or refused, step by step.

    FOLDER holds index.csv with the columns file and label (lines of a label parted by |), or a folder of
    pictures for each label, 0 to 9. Where all labels are one character, pictures are read as one glyph each.

    \b
    Examples:
      digitlens gallery photos -o failures.html
      digitlens gallery --alphabet letters glyphs -o failures.html
    """
    reader = reader_for(model, choice, max_error=max_error)
    tally = write_gallery(folder, out, reader, single=single, most=most)
    if as_json:
        emit({"file": str(out), **tally.to_dict()})
    else:
        click.echo(_sentence(tally, out))
    sys.exit(1 if tally.unreadable else 0)


def _sentence(tally: Tally, out: Path) -> str:
    """What came out, in a line."""
    told = f"{tally.pictures:,} pictures: {tally.right:,} right, {tally.wrong:,} wrong, {tally.refused:,} refused"
    unreadable = f", {tally.unreadable:,} not readable" if tally.unreadable else ""
    return f"{told}{unreadable}; {tally.accuracy:.2%} read right. Look at {out}"
