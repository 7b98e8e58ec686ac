"""A folder of pictures with what is written in each: in a table beside them, or by the folders they lie in."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

from digitlens.data.folder import folder_splits, labelled_files
from digitlens.errors import CorruptDataset, DatasetError, DatasetNotFound

__all__ = ["INDEX", "LabelledPicture", "labelled_folder", "labelled_pictures"]

INDEX = "index.csv"
"""The table of a folder: the columns ``file`` and ``label``, and any others."""


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture and what is written in it.

    Attributes:
        file: the picture's path; nothing says that it can be opened.
        label: what is written, line by line, separated by newlines.
        note: all else that the table says of it, ``name: value; name: value``.
        kind: what its column ``kind`` says, such as ``photo``.
        source: what its column ``source`` says: whose picture it is.
    """

    file: Path
    label: str
    note: str = ""
    kind: str = ""
    source: str = ""


def labelled_folder(name: str | os.PathLike[str]) -> Path:
    """Find a folder by its path, or by its name in the folder that ``DIGITLENS_DATA`` names.

    Raises:
        DatasetNotFound: there is none.
    """
    data = os.environ.get("DIGITLENS_DATA")
    places = [Path(name), *([Path(data) / name] if data else [])]
    if found := next((place for place in places if place.is_dir()), None):
        return found
    hint = (
        f"nor is there one of that name in {data}"
        if data
        else "set DIGITLENS_DATA to the folder that holds it"
    )
    raise DatasetNotFound(f"{Path(name)} is no folder, {hint}.")


def labelled_pictures(folder: Path) -> list[LabelledPicture]:
    """List the pictures of a folder and their labels, without opening them.

    Where the folder holds an `INDEX`, it names them: ``file`` is a path within the folder, ``label`` what is
    written there, its lines parted by ``|``. Else the folder is one of `labelled_files`; where it is parted
    into ``train`` and ``test``, these are the pictures of ``test``.

    Raises:
        DatasetError: no pictures, no such columns, or folders that are no labels.
        CorruptDataset: a table that cannot be read.
    """
    index = folder / INDEX
    if index.is_file():
        return _indexed(index)
    return [LabelledPicture(*found) for found in labelled_files(folder, folder_splits(folder)[-1])]


def _indexed(index: Path) -> list[LabelledPicture]:
    try:
        with index.open(encoding="utf-8-sig", newline="") as table:  # spreadsheets begin with a mark
            reader = csv.DictReader(table)
            missing = {"file", "label"} - set(reader.fieldnames or ())
            pictures = [] if missing else [_picture(index.parent, row) for row in reader if row["file"]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CorruptDataset(f"{index} cannot be read ({error}): save it as CSV in UTF-8.") from error
    if missing:
        raise DatasetError(
            f"{index} has no column {min(missing)!r}: it needs the columns file and label, in its first line."
        )
    if not pictures:
        raise DatasetError(f"{index} names no pictures: put a line for each into it.")
    return pictures


def _picture(folder: Path, row: dict[str, str | None]) -> LabelledPicture:
    told = {name: value for name, value in row.items() if name not in ("file", "label") and name and value}
    note = "; ".join(f"{name}: {value}" for name, value in told.items())
    label = (row["label"] or "").replace("|", "\n")
    kind, source = (row.get(name) or "" for name in ("kind", "source"))
    return LabelledPicture(folder / (row["file"] or ""), label, note, kind, source)
