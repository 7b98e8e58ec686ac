"""Capitals drawn plainly on the app's sheet: read whole, accepted, or with the reason why not."""

from string import ascii_uppercase

import cv2
import numpy as np
import pytest

from digitlens import Reader, Reading
from digitlens.web.canvas import CANVAS_HEIGHT, CANVAS_WIDTH
from written import Image, ink_of

PEN = 14  # pixels, the app's usual one


def drawn(letter: str, tall: int) -> Image:
    """A capital in the middle of the sheet, ``tall`` pixels high, dark on white."""
    height = round(tall / 0.8)  # of which capitals take up eight tenths
    ink = ink_of([letter], height, pen=PEN / height)
    x, y, w, h = cv2.boundingRect(ink)
    sheet = np.full((CANVAS_HEIGHT, CANVAS_WIDTH), 255, np.uint8)
    left, top = (CANVAS_WIDTH - w) // 2, (CANVAS_HEIGHT - h) // 2
    sheet[top : top + h, left : left + w] -= ink[y : y + h, x : x + w]
    return sheet


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    reader = Reader(alphabet="upper")
    return {letter: reader.read(drawn(letter, 200)) for letter in ascii_uppercase}


def test_each_capital_is_read_as_one_glyph(readings: dict[str, Reading]) -> None:
    wrong = {letter: reading.text for letter, reading in readings.items() if reading.text != letter}
    assert wrong == {}


def test_plain_capitals_are_accepted(readings: dict[str, Reading]) -> None:
    accepted = {letter for letter, reading in readings.items() if reading.accepted}
    assert accepted >= {*"ABEHLT"}
    assert len(accepted) >= 20


def test_one_that_is_not_accepted_says_why(readings: dict[str, Reading]) -> None:
    for reading in readings.values():
        assert bool(reading.all_doubts) != reading.accepted
        assert all(doubt.message.endswith(".") and doubt.box.w > 0 for doubt in reading.all_doubts)
    alone = Reader(alphabet="letters").read(drawn("O", 200))
    assert alone.all_doubts[0].message == "This glyph may be O or o: they look alike."


@pytest.mark.parametrize("letter", ["E", "F", "H", "R"])
def test_a_large_thin_capital_is_not_read_in_parts(letter: str) -> None:
    assert Reader(alphabet="upper").read(drawn(letter, 280)).text == letter
