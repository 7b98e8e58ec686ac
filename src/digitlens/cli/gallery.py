"""``digitlens gallery``: what of a labelled folder is read wrong or refused, on one page."""

import sys
from pathlib import Path

import click

from digitlens.cli.options import reader_for, reading_options
from digitlens.cli.output import emit, json_option
from digitlens.gallery import MOST, Tally, write_gallery
from digitlens.reader import ReadOptions
from digitlens.wording import percent

__all__ = ["command"]


@click.command(name="gallery")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.html",
    help="The page.",
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
@reading_options()
@json_option
def command(
    folder: Path,
    output: Path,
    single: bool,
    most: int,
    options: ReadOptions,
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
    reader = reader_for(options)
    tally = write_gallery(folder, output, reader, single=single, most=most)
    if as_json:
        emit({"file": str(output), **tally.to_dict()})
    else:
        click.echo(_sentence(tally, output))
    sys.exit(1 if tally.unreadable else 0)


def _sentence(tally: Tally, out: Path) -> str:
    """Return the result, in a line."""
    told = f"{tally.pictures:,} pictures: {tally.right:,} right, {tally.wrong:,} wrong, {tally.refused:,} refused"
    unreadable = f", {tally.unreadable:,} not readable" if tally.unreadable else ""
    return f"{told}{unreadable}; {percent(tally.accuracy, 2)} read right. Look at {out}"
