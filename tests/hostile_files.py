"""Files that mean harm, or were harmed: made by code, the same for the same seed, each with what may come of it.

``hostile_files(count)`` gives all that is made by hand, and then as many damaged ones as are asked for.
"""

import io
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from hostile_made import MADE, READ, REFUSED
from written import page_of

__all__ = ["Hostile", "hostile_files", "traps", "whole_files"]

EITHER = READ | REFUSED | {"image_too_large"}
"""What may come of a damaged file: what is left of it is read, or it is refused."""

NAMES = [
    "plain.png",
    "wrong suffix.pdf",
    "two\nlines.png",
    "tab\tand\rreturn.jpg",
    "bell\x07escape\x1b[2J\x1b]0;title\x07.png",
    "nicht-\u00e4\u00f6\u00fc-\u4e2d\u6587-\u0627\u0644-\U0001f9ff.gif",
    "right-to-left-\u202egnp.exe",
    "combining-e\u0301\u200b\ufeff.webp",
    os.fsdecode(b"not-utf8-\xff\xfe\xc3.png"),
    "-o",
    "--json",
    "-",
    "$(touch harm); `touch harm` && touch harm.png",
    "%s%n{0}{name}.tif",
    "'; DROP TABLE readings; --.png",
    "<script>alert(1)<\u2215script>.png",
    "=1+1.csv",
    ".hidden",
    "trailing dot.",
    " leading and trailing space ",
    "n" * 251 + ".png",
    "CON",
    "*?[a-z].png",
    "back\\slash.png",
]
"""Names that a file can have: whoever puts them into a sentence, a table, a page or a shell must take care."""


@dataclass(frozen=True)
class Hostile:
    """A file.

    Attributes:
        what: what it is.
        name: a name that a file system takes.
        data: its bytes.
        outcomes: codes of errors that may come of it; ``""`` where it may be read.
        heavy: whether it takes more than a moment, or much memory.
    """

    what: str
    name: str
    data: bytes
    outcomes: frozenset[str]
    heavy: bool = False


def hostile_files(count: int, seed: int = 0, *, heavy: bool = False) -> Iterator[Hostile]:
    """So many files, those made by hand first; ``heavy`` ones only where they are asked for."""
    made = (one for one in MADE if heavy or not one.heavy)
    files = (Hostile(one.what, "", one.make(), one.outcomes, one.heavy) for one in made)
    for number, (file, name) in enumerate(zip(_all(files, seed), cycle(NAMES), strict=False)):
        if number == count:
            return
        stem = f"{number:05}-"  # no two are the same
        short = name if len(os.fsencode(name)) <= 200 else name[len(stem) :]
        yield Hostile(file.what, stem + short, file.data, file.outcomes, file.heavy)


def _all(made: Iterator[Hostile], seed: int) -> Iterator[Hostile]:
    yield from made
    rng = random.Random(seed)
    wholes = whole_files()
    while True:
        for kind, whole in wholes.items():
            for how, damage in DAMAGES.items():
                yield Hostile(f"{kind}, {how}", "", damage(whole, rng), frozenset(EITHER))


def traps(folder: Path) -> Iterator[str]:
    """What lies in a folder and is no file."""
    (folder / "folder.png").mkdir()
    (folder / "dangling.png").symlink_to("nowhere")
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "round.png").symlink_to("about.png")
    (folder / "about.png").symlink_to("round.png")
    os.mkfifo(folder / "pipe.png")
    for device in ("zero", "full", "random", "tty"):
        (folder / f"{device}.png").symlink_to(f"/dev/{device}")
    yield from (path.name for path in sorted(folder.iterdir()))
    yield from ("", "a\0b.png", "x" * 300 + ".png", "folder.png/", "missing/a.png", "loop.png/a.png")


@cache
def whole_files() -> dict[str, bytes]:
    """A small page of two digits in every format and kind of it that is read."""
    page = Image.fromarray(page_of(["42"], height=30))
    photo = page.convert("RGB")
    clear = page.convert("RGBA")
    clear.putalpha(page.point(lambda level: 255 - level))
    exif = Image.Exif()
    exif[0x0112] = 1
    kinds: dict[str, tuple[Image.Image, str, dict[str, Any]]] = {
        "PNG": (photo, "PNG", {"exif": exif}),
        "PNG palette": (page.convert("P"), "PNG", {"transparency": 0}),
        "PNG transparent": (clear, "PNG", {}),
        "PNG 16 bit": (Image.fromarray(np.asarray(page).astype(np.uint16) * 257), "PNG", {}),
        "PNG animated": (photo, "PNG", {"save_all": True, "append_images": [photo, photo]}),
        "JPEG": (photo, "JPEG", {"exif": exif}),
        "JPEG progressive": (photo, "JPEG", {"progressive": True}),
        "JPEG CMYK": (photo.convert("CMYK"), "JPEG", {}),
        "GIF": (page, "GIF", {"save_all": True, "append_images": [page, page]}),
        "BMP": (photo, "BMP", {}),
        "BMP 1 bit": (page.convert("1"), "BMP", {}),
        "WebP": (photo, "WEBP", {"exif": exif}),
        "WebP lossless": (clear, "WEBP", {"lossless": True}),
        "WebP animated": (photo, "WEBP", {"save_all": True, "append_images": [page.convert("RGB")]}),
        "TIFF": (photo, "TIFF", {"exif": exif}),
        "TIFF pages": (
            page,
            "TIFF",
            {"compression": "tiff_lzw", "save_all": True, "append_images": [page] * 3},
        ),
        "TIFF fax": (page.convert("1"), "TIFF", {"compression": "group4"}),
        "TIFF JPEG": (photo, "TIFF", {"compression": "jpeg"}),
        "TIFF floats": (page.convert("F"), "TIFF", {"compression": "tiff_deflate"}),
        "PPM": (photo, "PPM", {}),
        "AVIF": (photo, "AVIF", {"speed": 10}),
        "scan": (photo, "PDF", {"save_all": True, "append_images": [page]}),
    }
    return {kind: _saved(*how) for kind, how in kinds.items()}


def _saved(image: Image.Image, kind: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _flipped(data: bytes, rng: random.Random, among: int | None = None) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        changed[rng.randrange(min(among or len(data), len(data)))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _extreme(data: bytes, rng: random.Random) -> bytes:
    """A number of the header as large, or as small, as it can be."""
    at, size = rng.randrange(4, min(120, len(data) - 4)), rng.choice((1, 2, 4))
    value = rng.choice((b"\xff", b"\0", b"\x7f", b"\x80")) * size
    return data[:at] + value + data[at + size :]


def _holed(data: bytes, rng: random.Random) -> bytes:
    at, size = rng.randrange(len(data)), rng.randrange(1, 200)
    return data[:at] + bytes(len(data[at : at + size])) + data[at + size :]


def _spliced(data: bytes, rng: random.Random) -> bytes:
    """The beginning of this file, the end of another."""
    other = rng.choice([*whole_files().values()])
    return data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]


def _shuffled(data: bytes, rng: random.Random) -> bytes:
    """Two pieces of it in each other's place."""
    first, second, third = sorted(rng.randrange(len(data)) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut off": lambda data, rng: data[: rng.randrange(1, len(data))],
    "cut off in its head": lambda data, rng: data[: rng.randrange(1, min(64, len(data)))],
    "bits flipped": _flipped,
    "bits of its head flipped": lambda data, rng: _flipped(data, rng, 100),
    "an extreme number in its head": _extreme,
    "a hole in it": _holed,
    "spliced with another": _spliced,
    "out of order": _shuffled,
    "something behind it": lambda data, rng: data + rng.randbytes(rng.randrange(1, 3000)),
    "a line break in it made two": lambda data, rng: data.replace(b"\n", b"\r\n"),
}
"""What happens to files: each takes the whole one and makes another."""
