"""Degraded glyphs and drawings: that each kind does what it says, by how much it is told to."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlens.data.synth import DEGRADATIONS, corrupt, degrade, normalise, not_digits
from digitlens.data.synth.shapes import boxed, jagged, stretch

KINDS = sorted(DEGRADATIONS)


def four(side: int = 28) -> np.ndarray:
    """A 4 in strokes of an eighth of the side."""
    picture = np.zeros((side, side), np.uint8)
    points = np.array([[0.6, 0.85], [0.6, 0.15], [0.2, 0.65], [0.8, 0.65]]) * side
    return cv2.polylines(picture, [points.astype(np.int32)], False, 255, side // 8)


def worn(kind: str, severity: float, seed: int = 0, side: int = 28) -> np.ndarray:
    return corrupt(four(side), kind, severity, np.random.default_rng(seed))


def shaped(step, glyph: np.ndarray, severity: float, seed: int = 0) -> np.ndarray:
    """One step of normalising alone."""
    picture = glyph.astype(np.float32) / np.float32(255)
    return np.rint(255 * step(picture, severity, np.random.default_rng(seed))).astype(np.uint8)


def ink(picture: np.ndarray) -> float:
    return float(picture.mean()) / 255


def difference(kind: str, severity: float) -> float:
    """How far from the glyph, on average over thirty draws, each brought back to its size."""
    draws = (worn(kind, severity, seed) for seed in range(30))
    return float(np.mean([np.abs(cv2.resize(d, (28, 28)).astype(int) - four()).mean() for d in draws]))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_fixed_by_its_generator_and_leaves_its_glyph_alone(kind):
    glyph = four()
    first = corrupt(glyph, kind, 0.7, np.random.default_rng(3))
    np.testing.assert_array_equal(glyph, four())
    np.testing.assert_array_equal(first, corrupt(glyph, kind, 0.7, np.random.default_rng(3)))
    assert first.dtype == np.uint8


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"fax"}))  # a 4 in two colours is a fax already
def test_it_does_more_the_more_severe_it_is(kind):
    mild, severe = difference(kind, 0.2), difference(kind, 1.0)
    assert severe > 3
    assert severe > 1.15 * mild


@settings(max_examples=150)
@given(
    kind=st.sampled_from(KINDS),
    severity=st.floats(0, 1),
    seed=st.integers(0, 1000),
    side=st.sampled_from([8, 28, 45, 64]),
    blank=st.booleans(),
)
def test_any_picture_at_any_severity_gives_a_picture(kind, severity, seed, side, blank):
    glyph = np.zeros((side, side), np.uint8) if blank else four(side)
    picture = corrupt(glyph, kind, severity, np.random.default_rng(seed))
    assert picture.dtype == np.uint8
    assert picture.ndim == 2
    assert min(picture.shape) >= 8


def test_pens_and_light_act_in_their_direction():
    assert ink(worn("thin", 1)) < 0.6 * ink(four()) < ink(worn("thick", 1))
    assert ink(worn("cut", 1)) < 0.95 * ink(four())
    assert ink(worn("touch", 1)) > 1.1 * ink(four())
    assert ink(worn("bleed", 1)) > 1.15 * ink(four())
    assert ink(worn("faded", 1)) < 0.9 * ink(four())
    assert worn("brightness", 1).min() >= 200
    assert np.ptp(worn("contrast", 1)) <= 27
    assert worn("tiny", 1).shape == (8, 8)
    assert worn("tiny", 0).shape == (20, 20)


def test_a_fax_has_two_colours():
    soft = np.asarray(cv2.GaussianBlur(four(), (0, 0), 1.5), np.uint8)
    between = [
        np.mean(
            [
                ((picture > 5) & (picture < 250)).mean()
                for picture in (
                    corrupt(soft, "fax", severity, np.random.default_rng(seed)) for seed in range(30)
                )
            ]
        )
        for severity in (0.0, 0.8, 1.0)
    ]
    assert between[0] > between[1] > between[2]
    assert between[2] < 0.02


def test_an_outline_is_hollow():
    glyph = four(56)
    inside = cv2.erode(glyph, np.ones((5, 5), np.uint8)) > 0
    assert inside.sum() > 20
    for seed in range(6):
        outlined = corrupt(glyph, "outline", 1.0, np.random.default_rng(seed))
        assert outlined[inside].mean() < 30
        assert outlined.max() == 255


def test_a_glyph_turns_and_shrinks_about_its_centre():
    far = np.zeros((28, 28), np.uint8)
    far[13:15, 24:26] = 255
    turned = corrupt(far, "rotate", 1.0, np.random.default_rng(0))
    rows, columns = np.nonzero(turned > 100)
    angle = np.degrees(np.arctan2(rows.mean() - 13.5, columns.mean() - 13.5))
    assert abs(angle) == pytest.approx(40, abs=4)
    small = worn("scale", 1.0)
    assert cv2.boundingRect(small)[3] < 0.62 * cv2.boundingRect(four())[3]


def extent(picture: np.ndarray) -> tuple[int, int]:
    """Width and height of the ink."""
    _, _, width, height = cv2.boundingRect((picture > 127).astype(np.uint8))
    return width, height


def ring(centre: tuple[int, int], axes: tuple[int, int]) -> np.ndarray:
    """An oval in 56 x 56 pixels, written with a pen of 4."""
    return np.asarray(cv2.ellipse(np.zeros((56, 56), np.uint8), centre, axes, 0, 0, 360, 255, 4), np.uint8)


def test_a_box_is_filled_whatever_the_shape():
    oval = ring((30, 26), (11, 19))
    width, height = extent(oval)
    shapes = []
    for seed in range(40):
        wide, high = extent(shaped(boxed, oval, 1.0, seed))
        assert max(wide, high) == pytest.approx(height, abs=2)
        shapes.append(wide / high)
    square = np.isclose(shapes, 1, atol=0.06)
    assert square.mean() == pytest.approx(0.6, abs=0.2)
    assert np.min(shapes) < 0.6 < width / height < np.max(np.array(shapes)[~square])
    assert extent(shaped(boxed, oval, 0.0)) == pytest.approx((width, height), abs=1)


def test_a_bar_stays_a_bar_in_its_box():
    bar = np.zeros((56, 56), np.uint8)
    bar[8:48, 26:32] = 255
    for seed in range(20):
        width, height = extent(shaped(boxed, bar, 1.0, seed))
        assert width <= 2.2 * 6 + 2 < 0.5 * height


def test_steps_are_of_two_colours_and_few_pixels():
    for severity, side in ((0.0, 20), (0.5, 14), (1.0, 8)):
        stepped = shaped(jagged, four(), severity)
        assert stepped.shape == (side, side)
        assert set(np.unique(stepped)) == {0, 255}


def test_a_normalised_scan_is_small_and_half_of_them_have_two_colours():
    rng = np.random.default_rng(0)
    scans = [normalise(four(), rng) for _ in range(200)]
    assert {scan.shape for scan in scans} <= {(side, side) for side in range(8, 21)}
    assert len({scan.shape for scan in scans}) > 5
    assert np.mean([len(np.unique(scan)) == 2 for scan in scans]) == pytest.approx(0.5, abs=0.12)


def test_a_stretched_glyph_is_wider_or_narrower_and_no_larger():
    oval = ring((27, 27), (15, 19))
    width, height = extent(oval)
    shapes = []
    for seed in range(40):
        wide, high = extent(shaped(stretch, oval, 1.0, seed))
        assert wide <= width + 2
        assert high <= height + 2
        shapes.append(wide / high / (width / height))
    assert 0.35 < min(shapes) < 0.5
    assert 2 < max(shapes) < 2.8


def test_rules_run_from_edge_to_edge_and_stains_do_not():
    for seed in range(20):
        clean = np.zeros((28, 28), np.uint8)
        ruled = corrupt(clean, "ruled", 1.0, np.random.default_rng(seed)) > 0
        along = 1 if ruled.any(axis=0).all() else 0
        assert ruled.any(axis=1 - along).all()
        assert 1 <= ruled.any(axis=along).sum() <= 15
        stained = corrupt(clean, "stain", 1.0, np.random.default_rng(seed)) > 25
        assert 0 < stained.mean() < 0.45


def test_impulses_hit_the_share_they_should():
    flat = np.full((200, 200), 128, np.uint8)
    hit = corrupt(flat, "impulse", 1.0, np.random.default_rng(0)) != 128
    assert hit.mean() == pytest.approx(0.4, abs=0.02)


def test_one_in_three_degraded_glyphs_is_dark_on_light():
    rng = np.random.default_rng(0)
    light = [np.median(degrade(four(), rng)) > 127 for _ in range(400)]
    assert np.mean(light) == pytest.approx(0.3, abs=0.1)


def test_drawings_repeat_by_seed_and_are_of_every_kind():
    glyphs = np.stack([four()] * 3)
    first = not_digits(16, 5, glyphs)
    np.testing.assert_array_equal(first, not_digits(16, 5, glyphs))
    assert not np.array_equal(first, not_digits(16, 6, glyphs))
    assert first.shape == (16, 64, 64)
    assert (first.max(axis=(1, 2)) > 127).all()


def test_a_part_of_a_one_is_not_taken_for_nothing():
    one = np.zeros((28, 28), np.uint8)
    one[4:24, 13:16] = 255
    for drawing in not_digits(400, 0, np.stack([one]))[6::8]:  # the seventh kind: parts
        _, _, width, height = cv2.boundingRect(drawing)
        assert min(width, height) > 0.35 * max(width, height)
