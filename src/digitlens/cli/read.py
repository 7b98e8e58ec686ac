"""``digitlens read``: every digit in pictures and documents, line by line."""

import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import chain, islice
from pathlib import Path

import click

from digitlens.cli.drawn import draw, numbered, targets
from digitlens.cli.options import STDIN, reader_for, reading_options
from digitlens.cli.output import doubt_told, emit, glyph_told, json_option
from digitlens.files import printable
from digitlens.imaging import MAX_BYTES, open_pages
from digitlens.reader import Reader, ReadOptions
from digitlens.types import Field, Line, Reading, Source
from digitlens.wording import percent

__all__ = ["command"]


def _gone(_context: click.Context, _option: click.Parameter, given: bool) -> None:
    """Refuse what was an option once."""
    if given:
        raise click.UsageError("--signs: signs are always read now; --alphabet digits leaves them out.")


@click.command(name="read")
@click.argument("files", nargs=-1, required=True, metavar="IMAGE_OR_PDF...")
@click.option(
    "-o",
    "--output",
    metavar="FILE_OR_FOLDER",
    help="Draw boxes and labels onto each page: PNG, JPEG or WebP, as the suffix says. A document of several "
    "pages gets NAME-1.png, NAME-2.png; several files need a folder, made if missing, and each becomes "
    "NAME-read.png in it.",
)
@click.option("--signs", is_flag=True, hidden=True, expose_value=False, callback=_gone)
@reading_options()
@json_option
def command(
    files: tuple[str, ...],
    output: str | None,
    options: ReadOptions,
    as_json: bool,
) -> None:
    """Read every digit and sign in pictures and documents, page by page and line by line; - is standard input.

    With --pattern or --lexicon, a page of which a line does not fit counts as failed.

    \b
    Examples:
      digitlens read form.jpg
      digitlens read --json scan.pdf -o scan.png
      digitlens read photos/*.jpg -o drawn/
      digitlens read --pattern dd.dd.dddd date.jpg
    """
    drawings = targets(output, files) if output is not None else [None] * len(files)
    reader = reader_for(options)
    failed, told = False, 0
    for file, drawing in zip(files, drawings, strict=True):
        for reading, several in _pages(reader, file, drawing):
            failed |= reading.error is not None or not _fits(reading, options)
            if as_json:
                emit({**reading.to_dict(), "file": file})
            elif reading.error is not None:
                click.echo(reading.error, err=True)  # it begins with the name
            else:
                heading = _heading(file, reading.page, several) if several or len(files) > 1 else ""
                click.echo(("\n" if told else "") + heading + _text(reading))
                told += 1
    sys.exit(1 if failed else 0)


def _pages(reader: Reader, file: str, drawing: Path | None) -> Iterator[tuple[Reading, bool]]:
    """The readings of a file, each with whether the file has several; once told, each is drawn onto its page."""
    source: Source = sys.stdin.buffer.read(MAX_BYTES + 1) if file == STDIN else file
    found = reader.read_many([source], errors="yield")
    with closing(found) as readings, closing(open_pages(source)) as pictures:
        first = list(islice(readings, 2))  # whether there are several decides the name of the first drawing
        several = len(first) > 1
        for reading in chain(first, readings):
            yield reading, several
            if drawing is not None and reading.error is None:
                draw(next(pictures), reading, numbered(drawing, reading.page) if several else drawing)


def _fits(reading: Reading, options: ReadOptions) -> bool:
    """Tell whether what each line had to fit, if anything, was found on it, and whether there was a line."""
    if options.pattern is None and options.lexicon is None:
        return True
    return bool(reading.lines) and all(line.field and line.field.text for line in reading.lines)


def _heading(file: str, page: int, several: bool) -> str:
    return f"{printable(file)}, page {page}:\n" if several else f"{printable(file)}:\n"


def _text(reading: Reading) -> str:
    """Return the text, a line for each, with the doubts about it beneath; at the end those about the page."""
    if not reading.glyphs and not reading.doubts:
        return "nothing is written here"
    told = [part for line in reading.lines for part in _line(line)]
    return "\n".join([*told, *(f"look: {doubt_told(doubt)}" for doubt in reading.doubts)])


def _line(line: Line) -> Iterator[str]:
    """A line's text and whether the whole of it was accepted; then what speaks against that."""
    reasons = [told.reason for told in (*line.doubts, *line.glyphs) if told.reason]
    yield f"{line.text}\t" + ("accepted" if line.accepted else f"look: {', '.join(dict.fromkeys(reasons))}")
    if line.field:
        yield f"  {_fit(line.field)}"
    yield from (f"  {doubt_told(doubt)}" for doubt in line.doubts)
    for column, glyph in enumerate(line.glyphs, start=1):
        if not glyph.accepted:
            yield f"  glyph {column}: {glyph_told(glyph)}  {glyph.reason}"


def _fit(field: Field) -> str:
    """Return how surely a line says what it must fit, and its text without the constraint."""
    if not field.text:
        return "nothing that fits can be read here"
    plain = f"; without the pattern or lexicon: {field.plain}" if field.differs else ""
    return f"{field.text} {percent(field.confidence)}{plain}"
