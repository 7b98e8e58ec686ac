"""``digitlens table``: from pictures of tables to a spreadsheet."""

import sys
from contextlib import closing

import click

from digitlens.cli.options import reader_for, reading_options
from digitlens.cli.output import emit, json_option
from digitlens.errors import DigitLensError
from digitlens.files import printable
from digitlens.forms.gridding import Grid, grid_of_table
from digitlens.forms.spreadsheet import check_suffix, save
from digitlens.imaging import open_pages
from digitlens.reader import ReadOptions
from digitlens.reader.tables import Table

__all__ = ["command"]


@click.command("table")
@click.argument("files", nargs=-1, required=True, metavar="SHEET...")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="The spreadsheet: .xlsx (a sheet a table), .csv, .jsonl or .json. Left out, they are told on standard output.",
)
@click.option(
    "--sums",
    type=click.Choice(["rows", "columns", "both"]),
    help="The last column holds the sums of the rows, the last row those of the columns, or both: they choose among "
    "the likely readings.",
)
@reading_options()
@json_option
def command(
    files: tuple[str, ...],
    output: str | None,
    sums: str | None,
    options: ReadOptions,
    as_json: bool,
) -> None:
    """Read tables of numbers, ruled or not, from scans and photographs into a spreadsheet.

    \b
    Examples:
      digitlens table marks.jpg -o marks.xlsx
      digitlens table --sums rows --alphabet digits sheets/*.jpg -o results.csv
    """
    if output is not None:
        check_suffix(output)
    reader = reader_for(options)
    wanted = {"both": ("rows", "columns"), None: ()}.get(sums, (sums,))
    grids, failed = list[Grid](), False
    for file in files:
        number = 1
        try:
            with closing(open_pages(file)) as pages:
                for picture in pages:
                    table = reader.table(picture, sums=filter(None, wanted))
                    name = f"{file}, page {number}" if number > 1 else file
                    grids.append(grid_of_table(name, table))
                    if as_json:
                        emit({"file": file, "page": number, **table.to_dict()})
                    elif output is None:
                        _tell(name, table)
                    number += 1
        except DigitLensError as error:
            failed = True
            if as_json:
                emit({"file": file, "page": number, "error": error.to_dict()})
            else:
                click.echo(f"{printable(file)}: {error}", err=True)
    if output is not None and grids:
        save(grids, output)
        click.echo(f"{len(grids)} tables written to {output}.", err=True)
    sys.exit(1 if failed else 0)


def _tell(name: str, table: Table) -> None:
    """A table on standard output: texts parted by tabs, ? for doubt."""
    rows = [
        "\t".join("" if cell is None else cell.text + ("" if cell.accepted else "?") for cell in row)
        for row in table.rows
    ]
    click.echo("\n".join([f"{printable(name)}:", *rows, *table.doubts]))
