"""How whole pictures are read: pages of every difficulty, digits that touch, disturbed pictures, time and memory.

    python benchmarks/pages.py [curves] [pairs] [invariance] [cost] [--model MODEL] [--pages N] [--pairs N]

All four where none is named; all need DIGITLENS_DATA. The digits are EMNIST's test digits, and the same for every
severity of a difficulty. For choosing settings draw pages of training digits: see `digitlens.data.synth.draw_pages`.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

import invariance
from digitlens import Reader
from digitlens.data import Dataset, load
from digitlens.data.synth import Page, PageSettings, draw_pages
from digitlens.metrics import PageFigures, score_page
from digitlens.model import DEFAULT_MODEL
from reading import OURS
from table import PROCESSES, Row, child, row, seconds

__all__ = ["PHOTO_SIZE", "cost", "curves", "measure", "pairs", "photo"]

SEED = 0

PLAIN = PageSettings(spread=0.1, gap=0.4, ink=0.8, height=48)
"""What every curve departs from."""

Change: TypeAlias = dict[str, Any]

CURVES: dict[str, tuple[float, ...]] = {
    "gap": (0.4, 0.1, 0.0, -0.1, -0.2),
    "slope": (0.0, 3.0, 6.0, 10.0, 15.0),
    "wave": (0.0, 0.1, 0.2, 0.35, 0.5),
    "spread": (0.0, 0.1, 0.2, 0.35, 0.5),
    "height": (64, 40, 28, 20, 14),
    "ink": (0.8, 0.5, 0.3, 0.2, 0.12),
    "gradient": (0.0, 0.2, 0.4, 0.6, 0.8),
    "shadow": (0.0, 0.2, 0.4, 0.6, 0.8),
    "perspective": (0.0, 0.05, 0.1, 0.15, 0.2),
    "blur": (0.0, 1.0, 2.0, 3.0, 4.0),
    "noise": (0.0, 8.0, 16.0, 28.0, 40.0),
    "jpeg": (90, 60, 40, 25, 12),
    "others": (0, 1, 2, 4, 8),
    "pen": (0.0, -0.3, -0.5, -0.7, -0.85),
}
"""Difficulties that are one number each, from none of it to more than people send."""

SEVERITIES: tuple[Change, ...] = (
    *({name: value} for name, values in CURVES.items() for value in values),
    {"rules": 0},
    *({"rules": kind, "rule_contrast": contrast} for kind in (1, 2) for contrast in (0.4, 0.9)),
    *({"light": True, "ink": ink} for ink in CURVES["ink"]),
)
"""What is changed of a plain page, curve by curve."""

PAIR = PageSettings(lines=1, digits=2, height=64)

OVERLAPS = ((0.0, 0.05), (0.05, 0.1), (0.1, 0.15))
"""By how much of the narrower one's width two digits may overlap."""

PHOTO = PageSettings(
    lines=5,
    digits=6,
    height=280,
    gap=1.2,
    rules=1,
    colour=0.4,
    gradient=0.3,
    shadow=0.2,
    perspective=0.03,
    blur=2.0,
    noise=5.0,
)
PHOTO_SIZE = (4000, 3000)


def main() -> None:
    """Measure the parts that are named, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--pages", type=int, default=12, help="pages for each severity")
    parser.add_argument("--pairs", type=int, default=600)
    chosen = parser.parse_args()
    for each in measure(chosen.parts or PARTS, chosen.model, pages=chosen.pages, count=chosen.pairs):
        print(f"{each['what']:<64} {each['value']:>10.2f} {each['unit']}")


def measure(
    parts: Iterable[str] = (), model: str = DEFAULT_MODEL, *, pages: int = 12, count: int = 600
) -> list[Row]:
    """The rows of these parts, of all where none is named."""
    return [each for part in parts or PARTS for each in PARTS[part](model, pages, count)]


def curves(model: str, pages: int) -> list[Row]:
    """For each severity of each difficulty, the pages read without a fault and the digits read wrong, in percent."""
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        found = list(pool.map(_severity, repeat(model), SEVERITIES, repeat(pages)))
    rows = []
    for change, (exact, wrong) in zip(SEVERITIES, found, strict=True):
        told = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in change.items())
        rows.append(row(f"{told}: pages read exactly", 100 * exact, "%"))
        rows.append(row(f"{told}: digits wrong", 100 * wrong, "%"))
    return rows


def pairs(model: str, count: int) -> list[Row]:
    """Two digits that overlap: how often both are read right, in percent."""
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        each = count // len(OVERLAPS)
        found = list(pool.map(_overlapping, repeat(model), OVERLAPS, repeat(each)))
    told = [f"{low:.0%} to {high:.0%}" for low, high in OVERLAPS]
    return [
        *(
            row(f"two digits overlap by {band}: both right", 100 * right, "%")
            for band, right in zip(told, found, strict=True)
        ),
        row(f"two digits overlap: both right, of {each * len(OVERLAPS)}", 100 * float(np.mean(found)), "%"),
    ]


def cost(model: str) -> list[Row]:
    """Time and memory of a 12-megapixel photo of 30 digits, and time of a picture as small as MNIST's."""
    page, pixels = photo()
    small, reader = _digits().images[0], _reader(model)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "photo.jpg"
        cv2.imwrite(str(file), pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
        spent, memory, _ = child(OURS, "read", "--model", model, str(file), runs=3)
        wrong = score_page(_text(page), reader.read(file).text).digit_errors
        warm = seconds(lambda: reader.read(file), 3)
    return [
        row("digitlens read of 12 megapixels, process start to answer", spent, "s"),
        row("  memory at its highest", memory, "MB"),
        row("  in a process that has read before", warm, "s"),
        row("  digits wrong, of 30", wrong, "digits"),
        row("a page of 28x28, array", 1e3 * seconds(lambda: reader.read(small), 200), "ms"),
    ]


def photo() -> tuple[Page, NDArray[np.uint8]]:
    """A drawn photo of 30 digits: the page as it was drawn, and its pixels at 12 megapixels."""
    (page,) = draw_pages(_digits(), 1, SEED, lambda _: PHOTO)
    return page, np.asarray(cv2.resize(page.pixels, PHOTO_SIZE, interpolation=cv2.INTER_AREA), np.uint8)


PARTS: dict[str, Callable[[str, int, int], list[Row]]] = {
    "curves": lambda model, pages, _: curves(model, pages),
    "pairs": lambda model, _, count: pairs(model, count),
    "invariance": lambda model, *_: invariance.measure(model),
    "cost": lambda model, *_: cost(model),
}


def _severity(model: str, change: Change, pages: int) -> tuple[float, float]:
    """The share of pages that are read exactly, and of digits that are wrong."""
    found = _figures(model, draw_pages(_digits(), pages, SEED, lambda _: replace(PLAIN, **change)))
    return found.lines.value, found.digit_error_rate.value


def _overlapping(model: str, overlap: tuple[float, float], count: int) -> float:
    """The share of pairs that are read right."""
    drawn = draw_pages(_digits(), count, SEED, lambda rng: replace(PAIR, gap=-rng.uniform(*overlap)))
    return _figures(model, drawn).lines.value


def _figures(model: str, pages: Iterable[Page]) -> PageFigures:
    return PageFigures.of([score_page(_text(page), _reader(model).read(page.pixels).text) for page in pages])


@cache
def _reader(model: str) -> Reader:
    return Reader(model)


@cache
def _digits() -> Dataset:
    found = load("emnist-byclass", "test")
    return found.rows(found.labels < 10)  # its alphabet begins with the ten digits


def _text(page: Page) -> str:
    """What a page says, as a reading tells it."""
    return "\n".join("".join(str(glyph.label) for glyph in line) for line in page.lines)


if __name__ == "__main__":
    main()
