"""``digitlens gallery``: what of a labelled folder is read wrong or refused, on one page."""

import sys
from pathlib import Path

import click

from digitlens.cli.options import reader_for, reading_options
from digitlens.cli.output import emit, json_option
from digitlens.error_report import MOST_EXAMPLES, OutcomeCounts, write_error_report
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
    default=MOST_EXAMPLES,
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
    counts = write_error_report(folder, output, reader, single=single, most=most)
    if as_json:
        emit({"file": str(output), **counts.to_dict()})
    else:
        click.echo(_sentence(counts, output))
    sys.exit(1 if counts.unreadable else 0)


def _sentence(counts: OutcomeCounts, out: Path) -> str:
    """Return the result, in a line."""
    told = f"{counts.pictures:,} pictures: {counts.right:,} right, {counts.wrong:,} wrong, {counts.refused:,} refused"
    unreadable = f", {counts.unreadable:,} not readable" if counts.unreadable else ""
    return f"{told}{unreadable}; {percent(counts.accuracy, 2)} read right. Look at {out}"
