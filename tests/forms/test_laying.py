"""Sheets laid over their blanks: how exactly, and what is refused."""

import cv2
import numpy as np
import pytest
from forms_made import filled

from digitlens.data.synth.blanks import Blank, draw_blank
from digitlens.data.synth.cat import draw_cat
from digitlens.data.synth.taken import Photographed, scan
from digitlens.forms import laying
from digitlens.forms.laying import PIECES_IN_PLACE, Sheet, Template


@pytest.fixture(scope="module")
def blanks() -> dict[str, tuple[Blank, Template]]:
    drawn = {name: draw_blank(name) for name in ("marks", "meter")}
    return {name: (blank, Template(blank.pixels)) for name, blank in drawn.items()}


def grey(taken: Photographed) -> np.ndarray:
    return cv2.cvtColor(taken.pixels, cv2.COLOR_RGB2GRAY)


def off(blank: Blank, found: np.ndarray, true: np.ndarray) -> float:
    """The largest distance by which a field's corner is off, pixels of the blank."""
    corners = np.array(
        [
            (x + a * w, y + b * h, 1)
            for place in blank.places
            for x, y, w, h in [place.box]
            for a in (0, 1)
            for b in (0, 1)
        ]
    )
    back = corners @ (np.linalg.inv(true) @ found).T
    return float(np.hypot(*(back[:, :2] / back[:, 2:] - corners[:, :2]).T).max())


def turned(taken: Photographed, quarters: int) -> np.ndarray:
    """The map from a picture's pixels to those of the same turned to the left so often."""
    height, width = taken.pixels.shape[:2]
    view = np.eye(3)
    for _ in range(quarters):
        view = np.array([[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]]) @ view
        height, width = width, height
    return view


@pytest.mark.parametrize(("name", "photo"), [("marks", False), ("meter", True)])
def test_a_sheet_is_laid_to_within_a_pixel(blanks, name, photo):
    blank, template = blanks[name]
    _, taken = filled(blank, 3, photo=photo, upside_down=True)
    laid = template.lay(Sheet(grey(taken)))
    assert laid.agreement > 0.8
    assert off(blank, laid.view, taken.view) < 1


def test_other_forms_blank_pages_noise_and_a_cat_are_not_laid(blanks):
    blank, _ = blanks["meter"]
    _, taken = filled(blank, 4)
    noise = np.random.default_rng(0).integers(0, 255, (900, 700), np.uint8)
    cloud = np.asarray(cv2.resize(cv2.GaussianBlur(noise, (0, 0), 9), (1400, 1800)), np.uint8)
    cat = np.asarray(cv2.cvtColor(draw_cat(np.random.default_rng(1)), cv2.COLOR_RGB2GRAY), np.uint8)
    for picture in (grey(taken), np.full((1754, 1240), 250, np.uint8), noise, cloud, cat):
        assert blanks["marks"][1].lay(Sheet(picture)).agreement < PIECES_IN_PLACE


@pytest.mark.parametrize("quarters", [0, 1, 2])
def test_a_form_of_marks_and_little_else_is_laid_by_its_marks_however_it_lies(quarters, monkeypatch):
    sparse = np.full((1754, 1240), 255, np.uint8)
    for x, y in ((60, 60), (1180, 60), (1180, 1694), (60, 1694)):
        cv2.rectangle(sparse, (x - 12, y - 12), (x + 12, y + 12), 0, -1)
    for row in range(4):
        cv2.rectangle(sparse, (300, 300 + 250 * row), (900, 380 + 250 * row), 40, 2)
    cv2.rectangle(sparse, (100, 48), (112, 72), 0, -1)
    blank = Blank("sparse", sparse, draw_blank("meter").places)
    taken = scan(np.repeat(sparse[..., None], 3, axis=2), np.random.default_rng(1), scale=0.9, turn=2)
    template = Template(sparse)
    monkeypatch.setattr(laying, "match_features", None)  # features are not asked
    lying = np.rot90(grey(taken), quarters)
    laid = template.lay(Sheet(np.ascontiguousarray(lying)))
    assert laid.agreement >= PIECES_IN_PLACE
    assert off(blank, laid.view, turned(taken, quarters) @ taken.view) < 2
