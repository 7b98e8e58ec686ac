"""From whatever a file comes as (a path, bytes, a file object) to its bytes, and what to call it in errors."""

import os
from collections.abc import Iterator
from typing import IO, TypeGuard

from digitlens.errors import ImageTooLarge, UnreadableImage
from digitlens.files import printable, read_file

__all__ = ["MAX_BYTES", "is_file", "no_source", "read_bytes"]

MAX_BYTES = 64 * 2**20
"""A file may have this many bytes."""


def read_bytes(source: str | os.PathLike[str] | bytes | IO[bytes]) -> tuple[bytes, str]:
    """The bytes of a path, of bytes or of an open binary file, and its name for messages.

    Raises:
        UnreadableImage: nothing there, empty, not bytes, or no kind of source.
        ImageTooLarge: more than ``MAX_BYTES``.
    """
    if isinstance(source, str | os.PathLike):
        return _from_path(source)
    if isinstance(source, bytes | bytearray | memoryview):
        return _checked(bytes(source), "the data")
    if hasattr(source, "read"):
        return _from_stream(source, "the file object")
    raise no_source(source)


def is_file(source: object) -> TypeGuard[str | os.PathLike[str] | bytes | IO[bytes]]:
    """Tell if something is a path, bytes or an open file, as `read_bytes` takes it."""
    kinds = str | os.PathLike | bytes | bytearray | memoryview
    return isinstance(source, kinds) or hasattr(source, "read")


def no_source(source: object) -> UnreadableImage:
    """The error that says from what a picture can be read."""
    several = (
        "of several pictures, give each alone, or all to read_many or classify_many; of one, "
        if isinstance(source, list | tuple | set | dict | Iterator)
        else ""
    )
    return UnreadableImage(
        f"A picture cannot be read from {type(source).__name__}: "
        f"{several}give a path, bytes, an open binary file, a PIL image or an array."
    )


def _from_path(path: str | os.PathLike[str]) -> tuple[bytes, str]:
    name = printable(os.fsdecode(path))
    try:
        data = read_file(path, MAX_BYTES)
    except FileNotFoundError:
        raise UnreadableImage(f"{name} does not exist: check the spelling and the folder.") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        if os.path.isdir(path):  # noqa: PTH112  # Path.is_dir() raises where a name is too long
            raise UnreadableImage(
                f"{name} is a folder, not an image: give the files in it, or all of it to `digitlens batch`."
            ) from None
        reason = getattr(error, "strerror", None) or error
        raise UnreadableImage(
            f"{name} cannot be opened ({reason}): check its name and permissions."
        ) from error
    return _checked(data, name)


def _from_stream(stream: IO[bytes], name: str) -> tuple[bytes, str]:
    try:
        data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a closed file, or text that is not UTF-8
        raise UnreadableImage(
            f"{name} cannot be read ({error}): give a file opened in binary mode."
        ) from error
    if not isinstance(data, bytes):
        raise UnreadableImage(
            f"{name} gives {type(data).__name__}, not bytes: open it in binary mode, open(..., 'rb')."
        )
    return _checked(data, name)


def _checked(data: bytes, name: str) -> tuple[bytes, str]:
    if len(data) > MAX_BYTES:
        raise ImageTooLarge(
            f"{name} has more than {MAX_BYTES >> 20} MB, the limit: "
            "scale the picture down, save it as JPEG, or split the document."
        )
    if not data:
        raise UnreadableImage(f"{name} is empty (0 bytes): was it saved or copied whole, or read before?")
    return data, name
