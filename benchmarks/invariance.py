"""Whether a picture is read the same when it is scaled, compressed, brightened or darkened."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from io import BytesIO
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageEnhance

from digitlens import Reader
from digitlens.data import labelled_pictures
from digitlens.imaging import open_picture
from digitlens.model import DEFAULT_MODEL
from digitlens.types import Pixels, Reading
from table import PROCESSES, Row, row

__all__ = ["measure"]

FOLDERS = ("real_single", "real_multi")

SCALES = (0.5, 0.75, 1.5, 2.0, 3.0, 4.0)

LEAST_HEIGHT = 20
"""A picture is not scaled down so far that a digit of it would have fewer pixels from top to bottom."""

MOST_PIXELS = 10_400_000
"""Nor is it scaled up to more."""

Disturbance: TypeAlias = Callable[[Image.Image], Image.Image]

LIGHT: dict[str, Disturbance] = {
    "JPEG of quality 60": lambda image: _jpeg(image, 60),
    "brightness -30 %": lambda image: ImageEnhance.Brightness(image).enhance(0.7),
    "brightness +30 %": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
    "contrast -30 %": lambda image: ImageEnhance.Contrast(image).enhance(0.7),
    "contrast +30 %": lambda image: ImageEnhance.Contrast(image).enhance(1.3),
}
"""What any picture can bear."""


def measure(model: str = DEFAULT_MODEL) -> list[Row]:
    """For each folder and each disturbance, the pictures that are read as they are undisturbed, in percent."""
    return [each for folder in FOLDERS for each in _folder(model, folder)]


def _folder(model: str, name: str) -> list[Row]:
    pictures = labelled_pictures(Path(os.environ["DIGITLENS_DATA"]) / name)
    single = all(len(picture.label) == 1 for picture in pictures)
    files = [picture.file for picture in pictures]
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        found = list(pool.map(_same, repeat(model), repeat(single), files, chunksize=4))
    same = {each: [of[each] for of in found if each in of] for each in (*map(_scaling, SCALES), *LIGHT)}
    return [
        row(f"{name}, {disturbance}: read the same, of {len(held)}", 100 * float(np.mean(held)), "%")
        for disturbance, held in same.items()
        if held
    ]


def _same(model: str, single: bool, file: Path) -> dict[str, bool]:
    """Whether each disturbance that a picture can bear leaves its text as it was; none where it has no text."""
    image = Image.fromarray(open_picture(file).pixels)
    plain = _read(model, single, np.asarray(image))
    if not plain.text:
        return {}
    lowest = min(glyph.box.h for glyph in plain.glyphs)
    return {
        name: _read(model, single, np.asarray(disturb(image))).text == plain.text
        for name, disturb in {**_scalings(image, lowest), **LIGHT}.items()
    }


def _scalings(image: Image.Image, lowest: int) -> dict[str, Disturbance]:
    """The scales that leave the lowest digit high enough, and the picture small enough."""

    def scaled(scale: float) -> Disturbance:
        size = (round(image.width * scale), round(image.height * scale))
        return lambda image: image.resize(size, Image.Resampling.LANCZOS)

    return {
        _scaling(scale): scaled(scale)
        for scale in SCALES
        if scale * lowest >= LEAST_HEIGHT and scale**2 * image.width * image.height <= MOST_PIXELS
    }


def _scaling(scale: float) -> str:
    return f"scaled {scale:g} times"


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


def _read(model: str, single: bool, pixels: Pixels) -> Reading:
    reader = _reader(model)
    return reader.classify(pixels) if single else reader.read(pixels)


@cache
def _reader(model: str) -> Reader:
    return Reader(model)
