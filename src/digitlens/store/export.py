"""Decisions as a folder of pictures by label, which ``digitlens train --extra`` learns from."""

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from PIL import Image

from digitlens.errors import StoreError
from digitlens.labels import folder_of
from digitlens.store.item import Item
from digitlens.store.store import Store
from digitlens.types import OTHERS

__all__ = ["LIST", "Exported", "export"]

LIST = "corrections.json"
"""The file in an exported folder that tells where each of its pictures comes from, and that the folder is ours."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The result of an export.

    Attributes:
        folder: where.
        glyphs: pictures under their labels: see `digitlens.labels`.
        others: pictures of what is none, under ``other``.
        left_out: settled items that the network never saw: signs, places that were not read, blank pictures.
    """

    folder: Path
    glyphs: int
    others: int
    left_out: int


def export(store: Store, folder: Path) -> Exported:
    """Write every settled glyph, framed as the network saw it, under the label that a person gave it.

    The folder holds what the store holds now: one that was exported before is replaced, whole or not at all, and
    the same decisions give the same files, byte for byte.

    Raises:
        StoreError: the folder holds anything else, cannot be written, or the disk is full.
    """
    folder = folder.resolve()
    _check(folder)
    made = folder.with_name(f".{folder.name}-{uuid4().hex[:8]}")
    try:
        made.mkdir(parents=True)
        with closing(store.every_settled()) as items:
            counts = _fill(made, items)
        _put(made, folder)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}. Choose another folder.") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return Exported(folder, counts["glyphs"], counts["others"], counts["left out"])


def _check(folder: Path) -> None:
    """Refuse to replace a folder that holds anything but an earlier export."""
    if folder == Path.cwd():
        raise StoreError(f"{folder} is the folder you are in, and it would be replaced: name another.")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise StoreError(f"{folder} is a file: name a folder.")
    strangers = sorted(_files(folder) - _listed(folder / LIST))
    if strangers:
        raise StoreError(
            f"{folder} holds {strangers[0]}, which no export has put there and the next would take away: "
            "name another folder, or one that is not there yet."
        )


def _files(folder: Path) -> set[str]:
    """Paths of all files in a folder, within it; hidden ones left out, as some systems put them everywhere."""
    paths = (path for path in folder.rglob("*") if not path.is_dir() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix() for path in paths}


def _listed(listing: Path) -> set[str]:
    """The files that an earlier export says it wrote; none where there was none."""
    try:
        entries = json.loads(listing.read_text(encoding="utf-8"))
        return {LIST, *(entry["picture"] for entry in entries)}
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def _fill(folder: Path, items: Iterable[Item]) -> Counter[str]:
    """Write the pictures and their list into an empty folder; how many of each kind there were."""
    counts: Counter[str] = Counter()
    entries = []
    for item in items:
        if item.frame is None or item.decision is None:
            counts["left out"] += 1
            continue
        label = item.decision.label
        entry = _entry(item, folder_of(label) if label else OTHERS)
        counts["glyphs" if label else "others"] += 1
        path = folder / entry["picture"]
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(item.frame).save(path)
        entries.append(entry)
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    (folder / LIST).write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return counts


def _entry(item: Item, folder: str) -> dict[str, Any]:
    """Return an item's entry in the list; its picture is named after its place, the same in every store."""
    place = "-".join(map(str, (item.page, *item.box.to_list())))
    told = item.to_dict()
    del told["id"]  # another store has other numbers
    return {"picture": f"{folder}/{item.sha256[:16]}-{place}.png", **told}


def _put(made: Path, folder: Path) -> None:
    """Put a folder in place of another, or where there was none."""
    if not folder.exists():
        made.rename(folder)
        return
    old = made.with_name(f"{made.name}-old")
    folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
