"""Where ``-o`` puts what is drawn of a picture, and writing it."""

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import click
from PIL import Image

from digitlens.files import atomic_write
from digitlens.imaging import Picture
from digitlens.types import Pixels, Reading

__all__ = ["draw", "numbered", "save", "targets"]

PICTURE_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
QUALITY = 90  # of JPEG and WebP


def targets(output: str, files: Sequence[str], mark: str = "read") -> list[Path]:
    """Which file each of some files is drawn in.

    Args:
        output: a file for one, a folder for several: one that is there, ends in a slash or has no suffix.
        files: what is to be read.
        mark: what their names end in, in a folder.

    Raises:
        click.BadParameter: that is no place to draw them in, or something would be written over.
    """
    path = Path(output)
    folder = path.is_dir() or output.endswith(("/", os.sep))
    if folder or (len(files) > 1 and not path.suffix):
        drawn = [path / f"{_stem(file)}-{mark}.png" for file in files]
    elif len(files) > 1:
        raise _wrong(f"{output} is one picture, and {len(files)} files are to be drawn: name a folder.")
    elif path.suffix.lower() not in PICTURE_FORMATS:
        raise _wrong(f"{output} must end in {', '.join(PICTURE_FORMATS)}, or in / where it is a folder.")
    else:
        drawn = [path]
    _check(drawn, files)
    return drawn


def numbered(path: Path, page: int) -> Path:
    """The file of one page of several: ``scan.png``, 2 -> ``scan-2.png``."""
    return path.with_stem(f"{path.stem}-{page}")


def draw(picture: Picture, reading: Reading, path: Path) -> None:
    """Write a page with its reading drawn onto it, whole or not at all; a tiny one enlarged pixel by pixel.

    Args:
        picture: the page.
        reading: of it.
        path: the file; its suffix tells the format.

    Raises:
        OSError: it cannot be written, or is larger than its format allows.
    """
    save(reading.draw(picture.pixels), path)


def save(pixels: Pixels, path: Path) -> None:
    """Write a picture, whole or not at all, in the format that the suffix says: one of ``PICTURE_FORMATS``.

    Raises:
        OSError: it cannot be written, or is larger than its format allows.
    """
    image = Image.fromarray(pixels)
    encoded = BytesIO()  # Pillow itself takes a file that a full disk cut off for a whole one
    try:
        image.save(encoded, PICTURE_FORMATS[path.suffix.lower()], quality=QUALITY)
    except ValueError as error:  # what Pillow raises for a picture too large for WebP
        raise OSError(None, f"{error}; PNG holds any size", str(path)) from error
    with atomic_write(path) as temporary:
        temporary.write_bytes(encoded.getbuffer())


def _stem(file: str) -> str:
    return "stdin" if file == "-" else Path(file).stem


def _check(drawn: Sequence[Path], files: Sequence[str]) -> None:
    """Refuse to write two drawings into one file, or one over what is to be read."""
    inputs = {Path(file).resolve() for file in files}
    by_target: dict[Path, str] = {}
    for path, file in zip(drawn, files, strict=True):
        if path.resolve() in inputs:
            raise _wrong(f"{path} is to be read: the drawing would take its place. Name another.")
        if path in by_target:
            raise _wrong(f"{by_target[path]} and {file} would both be drawn in {path}: read them apart.")
        by_target[path] = file


def _wrong(sentence: str) -> click.BadParameter:
    return click.BadParameter(sentence, param_hint="--output")
