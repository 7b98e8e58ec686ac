"""The parts of a multipart body, found with a search a part, however the body is made.

Parsers that look at each byte in Python take seconds for a body made to be slow; this one never does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from python_multipart.multipart import parse_options_header

from digitlens.api.errors import InvalidRequest

__all__ = ["Part", "boundary_of", "split"]

LONGEST_BOUNDARY = 256  # bytes; RFC 2046 has 70
LONGEST_HEAD = 4096  # bytes of a part's headers

USUAL_NAMES = re.compile(
    rb'content-disposition:[ \t]*form-data;[ \t]*name="([^"\\]*)"(?:;[ \t]*filename="([^"\\]*)")?[ \t]*',
    re.IGNORECASE,
)
"""The names of a part as nearly every client writes them, where nothing in them is escaped."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of ``multipart/form-data``.

    Attributes:
        name: of the field.
        file: the name of the file as given; None where it has none.
        data: what the part holds.
    """

    name: str
    file: str | None
    data: bytes


def boundary_of(options: dict[bytes, bytes]) -> bytes:
    """The boundary among the options of a content type.

    Raises:
        InvalidRequest: there is none, or it is too long.
    """
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= LONGEST_BOUNDARY:
        raise InvalidRequest("The content type multipart/form-data lacks a boundary; HTTP clients write it.")
    return boundary


def split(body: bytes, boundary: bytes) -> Iterator[Part]:
    """The parts of a body, one after the other (RFC 7578).

    Raises:
        InvalidRequest: the body does not begin or end with its boundary, or a part has no name.
    """
    delimiter = b"\r\n--" + boundary
    if not body.startswith(delimiter[2:]):
        raise InvalidRequest("The body does not begin with the boundary that its content type names.")
    at = len(delimiter) - 2
    while not body.startswith(b"--", at):
        end = body.find(delimiter, at)
        head_end = body.find(b"\r\n\r\n", at, at + LONGEST_HEAD)
        if end < 0 or not 0 <= head_end <= end or not body.startswith(b"\r\n", at):
            raise InvalidRequest("The multipart body is damaged or cut short.")
        name, file = _names(body[at + 2 : head_end])
        yield Part(name, file, body[head_end + 4 : end])
        at = end + len(delimiter)


def _names(head: bytes) -> tuple[str, str | None]:
    """The names of the field and the file that the headers of a part tell."""
    for line in head.split(b"\r\n"):
        if plain := USUAL_NAMES.fullmatch(line):
            return _text(plain[1]), None if plain[2] is None else _text(plain[2])
        key, _, value = line.partition(b":")
        if key.strip().lower() == b"content-disposition":
            _, options = parse_options_header(value.strip())
            if (name := options.get(b"name")) is not None:
                return _text(name), None if (file := options.get(b"filename")) is None else _text(file)
    raise InvalidRequest("A part of the multipart body has no name.")


def _text(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        raise InvalidRequest("A name in the multipart body is not UTF-8.") from None
