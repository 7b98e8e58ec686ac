"""Pictures to try without having one: drawn here, stroke by stroke, the same ones every time."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

__all__ = ["SAMPLES", "Sample", "draw"]

SAMPLE_SIDE = 240
"""A sample's side in pixels, but for the one in MNIST's own format."""

SAMPLE_SCALE = 3
"""Strokes are drawn this many times larger and scaled down, which smooths their edges."""

Colour: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True)
class Sample:
    """A picture to try.

    Attributes:
        title: what it is called.
        reads: what a reader should make of it: a digit, ``""`` for what is none, None where either will do.
        strokes: the points that the pen passes through until it lifts, ``x,y`` in hundredths of the page's
            side from the left and the top; none on a blank page.
        pen: width of the stroke, in shares of the page's side.
        ink, page: colours, red, green and blue.
        grain: how far the ink and the page are from even, in grey levels.
        mnist: 28x28, white on black, as MNIST's digits are.
    """

    title: str
    reads: str | None
    strokes: tuple[str, ...]
    pen: float = 0.035
    ink: Colour = (38, 56, 120)
    page: Colour = (244, 241, 232)
    grain: float = 4
    mnist: bool = False

    @property
    def kind(self) -> str:
        """Its file's format: JPEG, as a camera gives it, or PNG, which keeps every pixel."""
        return "png" if self.mnist else "jpeg"


SAMPLES: dict[str, Sample] = {
    "pen": Sample(
        "A 3, in pen",
        "3",
        ("36,28 47,21 60,25 61,37 52,45 46,47 58,50 66,61 60,75 46,80 34,73",),
    ),
    "pencil": Sample(
        "A 7, in pencil",
        "7",
        (
            "34,28 48,27 66,26 58,46 49,64 44,79",
            "42,53 52,51 63,52",
        ),
        pen=0.022,
        ink=(120, 118, 116),
        page=(250, 248, 243),
        grain=7,
    ),
    "chalk": Sample(
        "A 2, in chalk",
        "2",
        ("34,36 40,25 53,22 62,31 58,46 46,61 33,75 36,76.5 50,74.5 68,76",),
        pen=0.045,
        ink=(232, 234, 226),
        page=(46, 74, 66),
        grain=9,
    ),
    "marker": Sample(
        "An 8, in marker",
        "8",
        ("62,30 50,21 38,28 41,41 52,49 64,61 61,75 48,81 36,73 38,60 50,49 61,41 62,31",),
        pen=0.07,
        ink=(176, 44, 48),
        page=(255, 255, 252),
        grain=2,
    ),
    "mnist": Sample(
        "A 5, 28×28",
        "5",
        (
            "39.5,22.7 37.4,35.3 35.3,46.9 47.9,43.7 62.6,52.1 62.6,68.9 50,80.5 32.1,76.2",
            "39.5,22.7 52.1,22.7 66.8,21.6",
        ),
        pen=0.085,
        ink=(255, 255, 255),
        page=(0, 0, 0),
        grain=0,
        mnist=True,
    ),
    "corner": Sample(
        "A small 6",
        "6",
        ("80,70 74,74.5 70.5,82 71.5,90 76.5,92.5 81,89 80,84 75,83.5 71.5,87",),
        pen=0.018,
        ink=(30, 30, 34),
        page=(226, 214, 190),
        grain=6,
    ),
    "doubtful": Sample(
        "A 4 or a 9?",
        None,
        (
            "40,27 37,36 39,48 46,50 54,48 61,44",
            "61,25 61.5,42 60,60 58,80",
            "40,27 42,26 44.5,25",
        ),
        ink=(28, 30, 36),
    ),
    "scribble": Sample(
        "A scribble",
        "",
        ("69,72 30,70 26,50 69,41 77,49 64,70 24,31 28,46 28,50 25,51 48,69 23,40 67,77 44,52 31,52",),
        pen=0.03,
    ),
    "blank": Sample("A blank page", "", ()),
}
"""The samples by key, in the order in which they are offered."""


@cache
def draw(key: str) -> bytes:
    """The picture file of a sample.

    Raises:
        KeyError: there is no such sample.
    """
    sample = SAMPLES[key]
    rng = np.random.default_rng(list(key.encode()))
    side = 28 if sample.mnist else SAMPLE_SIDE
    ink = _ink(sample, side, rng)[..., None]
    picture = ink * np.array(sample.ink) + (1 - ink) * np.array(sample.page)
    if not sample.mnist:
        picture = (picture + rng.normal(0, sample.grain, (side, side, 1))) * _light(side)
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    image = Image.fromarray(pixels[..., 0] if sample.mnist else pixels)
    file = BytesIO()
    image.save(file, sample.kind, quality=88)
    return file.getvalue()


def _ink(sample: Sample, side: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the coverage of the page by ink, (side, side), 0 to 1."""
    large = Image.new("L", (side * SAMPLE_SCALE, side * SAMPLE_SCALE))
    pencil = ImageDraw.Draw(large)
    for stroke in sample.strokes:
        path = _smooth(_points(stroke)) * side * SAMPLE_SCALE
        # A hand presses now more, now less: the width wanders by a sixth, slowly.
        pressure = 1 + np.interp(np.linspace(0, 6, len(path)), range(7), rng.uniform(-0.16, 0.16, 7))
        for point, radius in zip(path.tolist(), sample.pen * pressure * side * SAMPLE_SCALE / 2, strict=True):
            pencil.circle(point, float(radius), fill=255)
    drawn = np.asarray(large.reduce(SAMPLE_SCALE)) / 255
    texture = 1 - 0.03 * sample.grain * rng.random((side, side))
    return drawn * texture


def _points(stroke: str) -> NDArray[np.float64]:
    """The points of a stroke, (N, 2), in shares of the page's side."""
    return np.array([point.split(",") for point in stroke.split()], float) / 100


def _smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """A curve through all the points, many to each (Catmull and Rom, 1974)."""
    before, start, end, after = (
        np.pad(points, ((1, 1), (0, 0)), "edge")[i : i + len(points) - 1] for i in range(4)
    )
    t = np.linspace(0, 1, 60)[:, None, None]
    bend = 2 * before - 5 * start + 4 * end - after
    twist = 3 * start - before - 3 * end + after
    curve = start + 0.5 * t * (end - before + t * (bend + t * twist))
    return curve.swapaxes(0, 1).reshape(-1, 2)


def _light(side: int) -> NDArray[np.float64]:
    """Light that falls in from the upper left, as on most desks: (side, side, 1), 1 down to 0.9."""
    down, across = np.mgrid[0:side, 0:side] / side
    return (1 - 0.05 * (down + across))[..., None]
