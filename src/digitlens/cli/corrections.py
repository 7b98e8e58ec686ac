"""``digitlens corrections``: what a person was to look at, what they said of it, and taking it home."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from digitlens.cli.output import emit, json_option
from digitlens.store import Item, Store, export
from digitlens.wording import percent

__all__ = ["command"]

ITEMS_AT_ONCE = 100  # items in memory; their pictures are some tens of kilobytes each


@click.group(name="corrections")
def command() -> None:
    """List, export and delete what was kept for review.

    It is kept in corrections.db, in DIGITLENS_HOME or where this system keeps data, and nowhere else.

    \b
    Examples:
      digitlens corrections export corrections/
      digitlens train --from robust --extra corrections/
    """


@command.command(name="list")
@click.option("--waiting/--settled", default=None, help="Only what waits, or only what was decided.")
@json_option
def list_items(waiting: bool | None, as_json: bool) -> None:
    """List glyphs that were not accepted, places not read and blank pages, and what was decided of them.

    \b
    Example:
      digitlens corrections list --waiting
    """
    with Store() as store:
        for item in _all(store, waiting):
            if as_json:
                emit(item.to_dict())
            else:
                click.echo(_line(item))
        counts = store.counts()
    click.echo(
        f"{counts.waiting:,} waiting, {counts.confirmed:,} confirmed, {counts.corrected:,} corrected",
        err=True,
    )


@command.command(name="export")
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
def export_folder(folder: Path, as_json: bool) -> None:
    """Write what was decided to FOLDER, as pictures by label that `digitlens train --extra` takes.

    A FOLDER that was exported before is replaced; one that holds anything else is refused.

    \b
    Example:
      digitlens corrections export corrections/
    """
    with Store() as store:
        done = export(store, folder)
    if as_json:
        emit({"folder": str(folder), "glyphs": done.glyphs, "others": done.others, "left_out": done.left_out})
        return
    click.echo(f"{folder}: {done.glyphs:,} glyphs, {done.others:,} that are none")
    if done.left_out:
        click.echo(
            f"{done.left_out:,} left out, which no network saw: signs, places that were not read, blank pages.",
            err=True,
        )


@command.command(name="forget")
@click.argument("ids", nargs=-1, type=int, metavar="ID...")
@click.option("--all", "everything", is_flag=True, help="Delete all there is.")
@json_option
def forget(ids: tuple[int, ...], everything: bool, as_json: bool) -> None:
    """Delete items for good, with their pictures and what was decided; exported folders stay as they are.

    \b
    Examples:
      digitlens corrections forget 12 13
      digitlens corrections forget --all
    """
    if bool(ids) == everything:
        raise click.UsageError("Name the items by their ids, or give --all.")
    with Store() as store:
        gone = store.forget_all() if everything else store.forget(ids)
    if as_json:
        emit({"forgotten": gone})
    else:
        click.echo(f"{gone:,} forgotten")
    sys.exit(1 if gone < len(set(ids)) else 0)


def _all(store: Store, waiting: bool | None) -> Iterator[Item]:
    """Yield the items that wait, those decided, or first the one and then the other."""
    if waiting is not False:
        yield from _paged(store.waiting)
    if waiting is not True:
        yield from _paged(store.settled)


def _paged(some: Callable[[int, int], list[Item]]) -> Iterator[Item]:
    start = 0
    while items := some(ITEMS_AT_ONCE, start):
        yield from items
        start += len(items)


def _line(item: Item) -> str:
    """An item for a person: where it is, what was read, what was decided."""
    where = f"{item.file or item.sha256[:12]}, page {item.page}" + (
        f", glyph {item.number}" if item.number else ""
    )
    read = f"{item.label} {percent(item.confidence)}" if item.label else "nothing"
    said = "waiting" if item.decision is None else f"decided: {item.decision.label or 'nothing'}"
    return f"{item.id}\t{where}\tread: {read} ({item.reason})\t{said}"
