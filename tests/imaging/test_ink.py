"""Ink: told from paper under any light and in any colour; blank paper has none."""

import cv2
import numpy as np
import pytest
from drawings import STROKES, Image, away, ink_of, on_paper

from digitlens.imaging import frame
from digitlens.imaging.ink import find_ink

HEIGHT = WIDTH = 240
ROWS, COLUMNS = np.indices((HEIGHT, WIDTH)) / HEIGHT - 0.5
LIGHTS = {
    "gradient": 1 - 0.5 * (COLUMNS + 0.5),
    "vignette": 1 - 0.9 * (ROWS**2 + COLUMNS**2),
    "soft shadow": 1 - 0.4 / (1 + np.exp(-12 * (ROWS + COLUMNS))),
}


def page(digit: str, light: str, seed: int = 0) -> Image:
    """A photo of dark ink: uneven light and the noise of a sensor."""
    lit = LIGHTS[light] * on_paper(ink_of(digit, HEIGHT), (220,), (90,))
    noisy = lit + np.random.default_rng(seed).normal(0, 3, lit.shape)
    return noisy.clip(0, 255).astype(np.uint8)


def plain(digit: str) -> Image:
    return frame(on_paper(ink_of(digit, HEIGHT))).image


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("digit", STROKES)
def test_light_is_evened_out(digit: str, light: str) -> None:
    picture = page(digit, light)
    assert away(frame(picture).image, plain(digit)) < 0.3
    assert away(frame(255 - picture).image, plain(digit)) < 0.3


@pytest.mark.parametrize(
    ("paper", "pen"),
    [
        ((250, 240, 120), (30, 110, 60)),  # green on yellow
        ((120, 120, 120), (190, 85, 120)),  # red on grey of the same lightness
        ((40, 90, 50), (235, 235, 225)),  # chalk on a blackboard
        ((200, 220, 255), (255, 120, 200)),  # pink on pale blue
        ((235, 235, 235), (205, 205, 205)),  # pencil, hardly pressed
    ],
)
@pytest.mark.parametrize("digit", STROKES)
def test_colours_are_told_apart(digit: str, paper: tuple[int, ...], pen: tuple[int, ...]) -> None:
    picture = on_paper(ink_of(digit, HEIGHT), paper, pen)
    assert away(frame(picture).image, plain(digit)) < 0.15


def test_jpeg_blocks_and_blur_do_no_harm() -> None:
    picture = cv2.GaussianBlur(page("2", "gradient"), (0, 0), 2)
    stored = cv2.imdecode(
        cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_GRAYSCALE
    )
    assert away(frame(np.asarray(stored, np.uint8)).image, plain("2")) < 0.4


def test_specks_and_salt_are_left_behind() -> None:
    picture = on_paper(ink_of("4", HEIGHT))
    rng = np.random.default_rng(3)
    for row, column in rng.integers(0, HEIGHT, (40, 2)):
        picture[row, column] = 0
    found = frame(picture)
    assert away(found.image, plain("4")) < 0.1
    assert found.box == frame(on_paper(ink_of("4", HEIGHT))).box


def test_pieces_of_one_digit_stay_together() -> None:
    ink = ink_of("5", HEIGHT)
    ink[100:106] = 0  # the pen was lifted
    assert away(frame(on_paper(ink)).image, plain("5")) < 0.2


def test_page_edges_ruled_lines_and_neighbours_stay_out() -> None:
    wide = np.pad(ink_of("2", HEIGHT), ((60, 60), (120, 120)))
    clean = frame(on_paper(wide))
    ruled = on_paper(wide)
    ruled[-20:-16] = 60
    edged = on_paper(wide)
    edged[:, :10] = 30
    neighbour = on_paper(wide)
    neighbour[100:260, -14:] = 0
    for picture in (ruled, edged, neighbour):
        found = frame(picture)
        assert found.box == clean.box
        assert away(found.image, clean.image) < 0.05


def test_a_digit_cut_tight_keeps_its_strokes() -> None:
    ink = ink_of("2", HEIGHT)
    x, y, w, h = cv2.boundingRect((ink > 128).astype(np.uint8))
    tight = ink[y + 2 : y + h - 2, x + 2 : x + w - 2]
    for picture in (on_paper(tight), on_paper(tight, (0,), (255,))):
        assert away(frame(picture).image, plain("2")) < 0.35


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("noise", [0, 2, 5])
def test_blank_paper_has_no_ink(light: str, noise: int) -> None:
    rng = np.random.default_rng(noise)
    for level in (60, 140, 230):
        paper = LIGHTS[light] * level + rng.normal(0, noise, (HEIGHT, WIDTH))
        assert frame(paper.clip(0, 255).astype(np.uint8)).box is None


@pytest.mark.parametrize("side", [28, 64, 140, 400])
def test_noise_has_no_ink(side: int) -> None:
    noise = np.random.default_rng(side).integers(0, 256, (side, side), np.uint8)
    assert frame(noise).box is None
    assert frame(np.where(noise > 127, 255, 0).astype(np.uint8)).box is None


def test_a_small_digit_is_looked_at_closely() -> None:
    large = np.zeros((3000, 4000), np.uint8)
    large[2500:2600, 3600:3700] = ink_of("7", 100, 6)
    ink = find_ink(on_paper(large))
    assert (ink.left, ink.top) != (0, 0)
    assert ink.scale < 2
    box = frame(on_paper(large)).box
    assert box is not None
    assert box.to_list() == pytest.approx([3619, 2509, 60, 84], abs=4)
