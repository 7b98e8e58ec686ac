"""Pictures that were once read wrong, or not at all."""

import cv2
import numpy as np
import pytest

from digitlens import Reader
from digitlens.data.samples import draw
from digitlens.model import Network
from written import page_of


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize("shape", [(1, 500), (500, 1), (3, 5000), (5, 20_000), (16, 16_000)])
def test_pictures_as_thin_as_threads_are_blank(reader, shape):
    assert reader.read(np.zeros(shape, np.uint8)).text == ""


def test_a_blank_page_as_a_camera_gives_it_is_blank(reader):
    assert reader.read(draw("blank")).text == ""


@pytest.mark.parametrize("step", [20, 30, 40, 55])
def test_nothing_on_empty_squared_paper_is_accepted(reader, step):
    page = np.full((500, 700), 255, np.uint8)
    page[step::step] = page[:, step::step] = 150
    assert not reader.read(page).accepted


@pytest.mark.parametrize("seed", range(5))
def test_nothing_in_noise_is_accepted(reader, seed):
    noise = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:300, 0:400] / 400
    for paper in (
        noise.integers(0, 256, (150, 200)),
        noise.normal(200, 6, (200, 300)),
        60 + 80 * (rows + columns) + noise.normal(0, 3, (300, 400)),
    ):
        assert not any(glyph.accepted for glyph in reader.read(paper.clip(0, 255).astype(np.uint8)).glyphs)


def test_a_page_of_many_digits_is_not_one_of_them(reader):
    assert reader.read(page_of(["0123456789", "9876543210", "4071"], height=20, pen=0.14)).text != "0"
    assert reader.read(np.ascontiguousarray(np.rot90(page_of(["2024"]), 3))).text != "0"


@pytest.mark.parametrize(("lines", "quarters"), [(["4734", "7347"], 3), (["4731"], 1), (["4731"], 2)])
def test_pages_that_show_few_digits_on_their_side_are_turned(reader, lines, quarters):
    page = np.ascontiguousarray(np.rot90(page_of(lines), quarters))
    assert reader.read(page).text.split("\n") == lines


def test_pages_on_their_head_are_turned(reader):
    """Twenty pages; sixteen where the mean chance of what is seen, not the sum, said which way up they lie."""
    turned = 0
    for seed in range(20):
        digits = np.random.default_rng(seed).integers(0, 10, (3, 6))
        lines = ["".join(map(str, line)) for line in digits]
        turned += reader.read(np.ascontiguousarray(np.rot90(page_of(lines), 2))).text.split("\n") == lines
    assert turned >= 19


@pytest.mark.parametrize("apart", [66, 71, 74])
def test_noughts_that_touch_are_parted(reader, apart):
    page = np.full((180, 280), 255, np.uint8)
    for middle in (98, 98 + apart):
        cv2.ellipse(page, (middle, 90), (37, 50), 0, 0, 360, 0, 7, cv2.LINE_AA)
    assert reader.read(page).text == "00"


def test_signs_with_room_around_them_are_signs(reader):
    assert reader.read(page_of(["20-30"], gap=0.3)).text == "20-30"
    assert reader.read(page_of(["12.5"], gap=0.45)).text in (
        "12.5",
        "12 5",
    )  # a lone point is its weakest label


def test_a_pattern_of_hundreds_of_blots_is_not_torn_apart(reader, monkeypatch):
    """Hundreds of blots are hundreds of candidates: each is looked at a few times, and no whole is accepted."""
    asked = []
    logits = Network.logits
    monkeypatch.setattr(
        Network, "logits", lambda self, frames: asked.append(len(frames)) or logits(self, frames)
    )
    noise = np.random.default_rng(0).integers(0, 256, (3000, 3000), dtype=np.uint8)
    blots = cv2.threshold(cv2.GaussianBlur(noise, (0, 0), 12), 128, 255, cv2.THRESH_BINARY)[1]
    assert not reader.read(np.asarray(blots, np.uint8)).accepted
    assert sum(asked) <= 10_000
