"""Degraded glyphs and drawings: that each kind does what it says, by how much it is told to."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlens.data.synth import DEGRADATIONS, corrupt, degrade, not_digits

KINDS = sorted(DEGRADATIONS)


def four(side: int = 28) -> np.ndarray:
    """A 4 in strokes of an eighth of the side."""
    picture = np.zeros((side, side), np.uint8)
    points = np.array([[0.6, 0.85], [0.6, 0.15], [0.2, 0.65], [0.8, 0.65]]) * side
    return cv2.polylines(picture, [points.astype(np.int32)], False, 255, side // 8)


def worn(kind: str, severity: float, seed: int = 0, side: int = 28) -> np.ndarray:
    return corrupt(four(side), kind, severity, np.random.default_rng(seed))


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
