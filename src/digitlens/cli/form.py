"""``digitlens form``: from a stack of filled forms to a spreadsheet."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from digitlens.cli.drawn import numbered, save
from digitlens.cli.options import reading_options
from digitlens.cli.output import emit, json_option
from digitlens.files import printable
from digitlens.forms import Form, FormReader, Refused, SheetRow, grids_of
from digitlens.forms.drafting import draft_form
from digitlens.forms.proposing import Proposal
from digitlens.forms.reading import DECIDED
from digitlens.forms.spreadsheet import check_suffix
from digitlens.forms.spreadsheet import save as save_grids
from digitlens.reader import ReadOptions
from digitlens.wording import percent

__all__ = ["command"]


@click.group("form", epilog="Example: digitlens form read FORM.toml scans/*.jpg -o results.xlsx")
def command() -> None:
    """Describe a form once, then read filled sheets of it into a spreadsheet."""


@command.command("new", epilog="Example: digitlens form new blank.pdf -o FORM.toml --picture fields.png")
@click.argument("blank", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FORM.toml",
    help="The form's file.",
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the fields found and their names onto the blank: PNG, JPEG or WebP; of several pages NAME-2.png, ...",
)
@click.option("--force", is_flag=True, help="Write over a form that is there.")
@json_option
def new(blank: Path, output: Path, picture: Path | None, force: bool, as_json: bool) -> None:
    """Find the fields of an empty form, a picture or PDF, and write them into a file to be completed by hand.

    Frames, combs of small boxes and boxes to tick are found; rename them, and say what they hold.
    """
    if output.exists() and not force:
        raise click.UsageError(f"{output} is there already: --force writes over it.")
    if picture is not None and picture.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp"):
        raise click.UsageError(f"--picture {picture} must end in .png, .jpg, .jpeg or .webp.")
    fields, pictures = draft_form(blank, output)
    if picture is not None:
        for number, page in enumerate(pictures, 1):
            save(page, numbered(picture, number) if number > 1 else picture)
    if as_json:
        _emit_draft(output, len(pictures), fields)
    else:
        click.echo(
            f"{output}: {len(fields)} fields on {len(pictures)} pages. Name them, and say what they hold."
        )


def _emit_draft(output: Path, pages: int, fields: Sequence[tuple[int, Proposal]]) -> None:
    told = [
        {"page": page, "box": one.box.to_list(), "kind": one.kind, "comb": one.comb} for page, one in fields
    ]
    emit({"form": str(output), "pages": pages, "fields": told})


@command.command("read", epilog="Example: digitlens form read FORM.toml scans/*.jpg -o results.xlsx")
@click.argument("files", nargs=-1, required=True, metavar="FORM.toml... SCAN...")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="The spreadsheet: .xlsx, .csv, .jsonl or .json. Left out, each sheet is told on standard output.",
)
@reading_options(*DECIDED)
@json_option
def read(
    files: tuple[str, ...],
    output: str | None,
    options: ReadOptions,
    as_json: bool,
) -> None:
    """Read filled sheets of a form, or of several: a row a sheet, a column a field.

    Scans and photographs, turned and upside down, are laid over the blank form, what is printed is taken away, and each
    field is read as the form says. A sheet that cannot be laid over it is refused, with the reason.
    """
    forms = [Form.load(file) for file in files if file.lower().endswith(".toml")]
    scans = [file for file in files if not file.lower().endswith(".toml")]
    if not forms or not scans:
        raise click.UsageError("name one form or more, FORM.toml, and then the scans.")
    if output is not None:
        check_suffix(output)
    reader = FormReader(forms, options=options)
    rows = []
    for row in reader.read(scans):
        rows.append(row if isinstance(row, Refused) else row.slim())
        if as_json:
            emit(row.to_dict())
        elif isinstance(row, Refused):
            click.echo(str(row.error), err=True)
        elif output is None:
            click.echo(_told(row))
    if output is not None:
        save_grids(grids_of(forms, rows), output)
        click.echo(_summary(rows, output), err=True)
    sys.exit(1 if any(isinstance(row, Refused) for row in rows) else 0)


def _told(row: SheetRow) -> str:
    """A sheet for a person: what its fields say, and at which to look."""
    lines = [f"{printable(', '.join(file or 'missing' for file in row.files))} ({row.form}):"]
    for name, cell in row.cells.items():
        second = f", or {cell.second}" if cell.second else ""
        doubt = "" if cell.accepted else f"   {percent(cell.confidence)}{second}  {cell.reason}: please look"
        lines.append(f"  {name}: {cell.text}{doubt}")
    return "\n".join([*lines, *(f"  {sentence}" for sentence in row.doubts)])


def _summary(rows: list[SheetRow | Refused], output: str) -> str:
    sheets = [row for row in rows if isinstance(row, SheetRow)]
    doubtful = sum(not cell.accepted for row in sheets for cell in row.cells.values())
    refused = len(rows) - len(sheets)
    return f"{len(sheets)} sheets written to {output}: {doubtful} cells to look at, {refused} pages refused."
