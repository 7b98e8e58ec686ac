"""Real pages against their labels, each set with a floor; and small pictures of kinds that were read wrongly once.

What is drawn here is drawn by our own code, and needs no dataset: a dark band, logo or header beside the writing, a
frame of black, a white box in a dark page or a dark one in a white page. Each is read right, or not accepted.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from digitlens import Reader
from digitlens.evaluate import evaluate_pages, page_set
from written import page_of

EXACT = 0.75
"""The share of pictures of several digits that are read exactly, at least."""

DIGIT_ERRORS = 0.35
"""Digits to put in, take out or change on whole sheets, of those that are written, at most."""

WAYS = 20
"""How many ways each kind of picture is drawn."""

READABLE = 0.7
"""The share of the ways of a kind that are read right, at least: to accept nothing is no way to pass."""


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.data
def test_pictures_of_several_digits_are_read(reader):
    total = evaluate_pages(reader, page_set("real_multi")).report.total
    assert total.count >= 90
    assert total.failures == 0
    assert total.exact.value >= EXACT


@pytest.mark.data
def test_whole_sheets_are_read(reader):
    total = evaluate_pages(reader, page_set("real_pages")).report.total
    assert total.count >= 15
    assert total.failures == 0
    assert total.digit_error_rate.value <= DIGIT_ERRORS


@pytest.mark.data
def test_each_case_that_was_read_wrongly_once_is_right_or_not_accepted(reader, data_dir: Path):
    cases = data_dir.parent / "cases"
    if not cases.is_dir():
        pytest.skip("Put the folder `cases` beside that of the datasets to run this test.")
    accepted_wrong = {}
    for file in sorted(cases.glob("*_*.*")):
        written = [part for part in file.stem.split("_") if part.isdecimal()]
        pages = list(reader.read_many([file]))
        text = "\n".join(page.text for page in pages if page.glyphs)
        right = text.replace(" ", "") in ("\n".join(written), written[-1])
        if not right and any(page.accepted for page in pages):
            accepted_wrong[file.name] = text
    assert not accepted_wrong


Picture = np.ndarray


def dark_band(rng: np.random.Generator, page: Picture) -> Picture:
    """A band across the page, above or below what is written."""
    band = np.full((int(rng.integers(15, 120)), page.shape[1]), int(rng.integers(0, 90)), np.uint8)
    paper = np.full((20, page.shape[1]), page[0, 0], np.uint8)
    return np.vstack([band, paper, page] if rng.random() < 0.5 else [page, paper, band])


def logo_box(rng: np.random.Generator, page: Picture) -> Picture:
    """A dark box in a strip beside what is written, as a logo."""
    strip = np.full((page.shape[0], int(rng.integers(120, 220))), page[0, 0], np.uint8)
    side = int(rng.integers(40, 100))
    top = int(rng.integers(5, max(6, page.shape[0] - side - 5)))
    strip[top : top + side, 10 : 10 + side] = int(rng.integers(0, 60))
    return np.hstack([page, strip] if rng.random() < 0.5 else [strip, page])


def header(rng: np.random.Generator, page: Picture) -> Picture:
    """A dark header that reaches from edge to edge and down to the writing's margin."""
    high = int(rng.integers(30, 90))
    return np.vstack([np.full((high, page.shape[1]), int(rng.integers(0, 110)), np.uint8), page])


def letterbox(rng: np.random.Generator, page: Picture) -> Picture:
    """Black bars above and below, or on both sides."""
    across = rng.random() < 0.5
    size = int(rng.integers(20, 150))
    width = ((size, size), (0, 0)) if across else ((0, 0), (size, size))
    return np.pad(page, width)


def light_in_dark_box(rng: np.random.Generator, page: Picture) -> Picture:
    """Light writing in a black box on a white page."""
    edge = rng.integers(40, 200, 4).tolist()
    return np.pad(255 - page, ((edge[0], edge[1]), (edge[2], edge[3])), constant_values=255)


KINDS: dict[str, Callable[[np.random.Generator, Picture], Picture]] = {
    "dark band": dark_band,
    "logo": logo_box,
    "header": header,
    "letterbox": letterbox,
    "white on black in white": light_in_dark_box,
}


def drawn(kind: str, way: int) -> tuple[str, Picture]:
    """A number of three to five digits in light or strong ink, and something of that kind beside it."""
    rng = np.random.default_rng([sorted(KINDS).index(kind), way])
    text = "".join(rng.choice([*"0123456789"], int(rng.integers(3, 6))).tolist())
    page = page_of(
        [text], int(rng.integers(36, 80)), float(rng.uniform(0.3, 0.6)), float(rng.uniform(0.06, 0.12))
    )
    pen = float(rng.uniform(0.5, 1))  # how far the pen is from white to black
    return text, KINDS[kind](rng, np.asarray(255 - pen * (255 - page.astype(float)), np.uint8))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_dark_beside_writing_neither_hides_nor_adds_to_it(reader, kind):
    readings = [
        (text, reader.read(picture, rotate=0)) for text, picture in map(partial(drawn, kind), range(WAYS))
    ]
    right = [reading.text.replace(" ", "") == text for text, reading in readings]
    wrong = {text: r.text for (text, r), good in zip(readings, right, strict=True) if r.accepted and not good}
    assert not wrong
    assert sum(right) >= READABLE * WAYS
