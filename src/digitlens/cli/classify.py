"""``digitlens classify``: one glyph a picture."""

import sys
from collections.abc import Iterator

import click

from digitlens.cli.options import STDIN, reader_for, reading_options
from digitlens.cli.output import doubt_told, emit, glyph_told, json_option
from digitlens.files import printable
from digitlens.imaging import MAX_BYTES
from digitlens.labels import noun
from digitlens.reader import Reader, ReadOptions
from digitlens.types import Reading, Source
from digitlens.wording import percent

__all__ = ["command"]


@click.command(name="classify")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...")
@reading_options("rotate")
@json_option
def command(
    images: tuple[str, ...],
    options: ReadOptions,
    as_json: bool,
) -> None:
    """Read pictures of a single digit each; - is standard input.

    \b
    Examples:
      digitlens classify photo.jpg scan.png
      digitlens classify --json - < photo.jpg
      digitlens classify --alphabet letters initial.png
    """
    reader = reader_for(options)
    failed = False
    for file, reading in zip(images, _readings(reader, images), strict=True):
        failed |= reading.error is not None
        if as_json:
            emit({**reading.to_dict(), "file": file})
        elif reading.error is not None:
            click.echo(reading.error, err=True)  # it begins with the name
        else:
            click.echo(f"{printable(file)}\t{_sentence(reading)}")
    sys.exit(1 if failed else 0)


def _readings(reader: Reader, images: tuple[str, ...]) -> Iterator[Reading]:
    """The readings in order; standard input is read when its turn comes."""
    sources: Iterator[Source] = (
        sys.stdin.buffer.read(MAX_BYTES + 1) if image == STDIN else image for image in images
    )
    return reader.classify_many(sources, errors="yield")


def _sentence(reading: Reading) -> str:
    """Return the lines that a person is shown of one reading."""
    several = [doubt.message for doubt in reading.all_doubts if doubt.reason == "several"]
    if several:
        return f"several: {several[0]}"
    doubts = "".join(f"  {doubt.reason}: {doubt_told(doubt)}" for doubt in reading.all_doubts)
    if not reading.glyphs:
        return doubts.lstrip() or "blank: nothing is written here"
    glyph = reading.glyphs[0]
    (best, confidence), *others = glyph.top()
    rest = "".join(f", {label} {percent(p)}" for label, p in others)
    if glyph.reason == "not_a_digit":
        return (
            f"not a {noun(glyph.probabilities)} (if it were one: {best} {percent(confidence)}{rest}){doubts}"
        )
    look = "" if glyph.accepted else f"  {glyph.reason}: please look"
    return glyph_told(glyph, "\t") + look + doubts
