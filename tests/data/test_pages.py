"""Synthetic pages: that the truth they tell is the truth of their pixels."""

from dataclasses import fields, replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlens.data.synth import PageSettings, draw_page

PLAIN = PageSettings(lines=2, digits=4, spread=0.0, ink=0.9)


def glyphs() -> tuple[np.ndarray, np.ndarray]:
    """A bar, a square and a disc, as 28x28 glyphs: labels 0, 1, 2."""
    images = np.zeros((3, 28, 28), np.uint8)
    images[0, 4:24, 12:16] = 255
    cv2.rectangle(images[1], (5, 5), (23, 23), 255, 3)
    cv2.circle(images[2], (14, 14), 10, 255, -1)
    return images, np.arange(3)


def page(how: PageSettings = PLAIN, seed: int = 0):
    return draw_page(*glyphs(), how, np.random.default_rng(seed))


def ink(drawn) -> np.ndarray:
    """Where a plain page has ink: full of it, not only its soft edge."""
    return drawn.pixels[..., 0] < 115  # half ink gives 120


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"slope": 4.0},
        {"wave": 0.3},
        {"perspective": 0.1},
        {"quarter_turns": 1},
        {"quarter_turns": 2},
        {"quarter_turns": 3, "perspective": 0.08, "slope": -3.0},
    ],
)
def test_boxes_hold_all_the_ink_and_are_full_to_their_edges(change):
    drawn = page(replace(PLAIN, **change), seed=3)
    inked = ink(drawn)
    covered = np.zeros_like(inked)
    for written in (glyph for line in drawn.lines for glyph in line):
        x, y, w, h = written.box
        part = inked[y : y + h, x : x + w]
        covered[y : y + h, x : x + w] = True
        for edge in (part[:2].any(), part[-2:].any(), part[:, :2].any(), part[:, -2:].any()):
            assert edge
    assert np.count_nonzero(inked & ~covered) <= 0.002 * np.count_nonzero(inked)


def test_lines_go_down_and_glyphs_to_the_right():
    drawn = page(replace(PLAIN, lines=3, wave=0.1))
    assert [len(line) for line in drawn.lines] == [4, 4, 4]
    for line in drawn.lines:
        assert [glyph.box[0] for glyph in line] == sorted(glyph.box[0] for glyph in line)
    tops = [np.mean([glyph.box[1] for glyph in line]) for line in drawn.lines]
    assert np.diff(tops) == pytest.approx([1.7 * 48] * 2, rel=0.15)


def test_labels_are_those_of_the_shapes():
    drawn = page(replace(PLAIN, lines=4, digits=8, gap=0.8), seed=1)
    for written in (glyph for line in drawn.lines for glyph in line):
        x, y, w, h = written.box
        filled = ink(drawn)[y : y + h, x : x + w].mean()
        assert {0: w < 0.4 * h, 1: filled < 0.69, 2: 0.69 < filled < 0.9}[written.label]


@pytest.mark.parametrize("gap", [-0.15, 0.0, 0.5])
def test_neighbours_are_as_far_apart_as_they_are_told(gap):
    for line in page(replace(PLAIN, gap=gap, digits=6)).lines:
        for one, other in pairwise(line):
            between = other.box[0] - one.box[0] - one.box[2]
            assert between == pytest.approx(gap * min(one.box[2], other.box[2]), abs=3)


def test_a_digit_is_as_high_as_it_is_told():
    heights = [glyph.box[3] for line in page(replace(PLAIN, height=80)).lines for glyph in line]
    assert heights == pytest.approx([80] * 8, abs=3)


def test_each_difficulty_changes_the_page_and_nothing_of_the_truth():
    plain = page()
    changes = {
        "rules": 2,
        "others": 3,
        "colour": 1.0,
        "gradient": 0.5,
        "shadow": 0.5,
        "blur": 1.0,
        "noise": 9.0,
    }
    for name, value in {**changes, "jpeg": 30, "ink": 0.3, "light": True}.items():
        drawn = page(replace(PLAIN, **{name: value}))
        assert drawn.lines == plain.lines, name
        assert drawn.pixels.shape == plain.pixels.shape
        assert np.abs(drawn.pixels.astype(int) - plain.pixels).mean() > 0.3, name


def test_another_pen_changes_the_width_of_strokes_and_little_else():
    """At the same height the same digits, the same way apart, with less or more ink."""
    covered = {pen: ink(page(replace(PLAIN, pen=pen), seed=2)).mean() for pen in (-0.9, -0.5, 0.0, 0.5)}
    assert list(covered.values()) == sorted(covered.values())
    assert covered[-0.9] < 0.55 * covered[0.0]
    assert covered[0.5] > 1.1 * covered[0.0]
    for pen in (-0.9, 0.5):
        drawn = page(replace(PLAIN, pen=pen), seed=2)
        assert [[w.label for w in line] for line in drawn.lines] == [
            [w.label for w in line] for line in page(seed=2).lines
        ]
        assert [w.box[3] for line in drawn.lines for w in line] == pytest.approx([48] * 8, abs=3)


def test_light_ink_on_dark_paper_and_the_other_way_round():
    assert np.median(page().pixels) > 200
    assert np.median(page(replace(PLAIN, light=True)).pixels) < 55


def test_every_setting_is_told_of():
    told = PageSettings.__doc__ or ""
    assert all(f"        {field.name}: " in told for field in fields(PageSettings))


@settings(max_examples=30)
@given(
    seed=st.integers(0, 999),
    height=st.integers(12, 90),
    perspective=st.floats(0, 0.15),
    slope=st.floats(-8, 8),
    gap=st.floats(-0.2, 2),
    turns=st.integers(0, 3),
)
def test_any_page_can_be_drawn_again_and_holds_its_boxes(seed, height, perspective, slope, gap, turns):
    how = PageSettings(
        lines=2, digits=3, height=height, perspective=perspective, slope=slope, gap=gap, quarter_turns=turns
    )
    drawn = page(how, seed)
    np.testing.assert_array_equal(drawn.pixels, page(how, seed).pixels)
    high, wide, _ = drawn.pixels.shape
    for written in (glyph for line in drawn.lines for glyph in line):
        x, y, w, h = written.box
        assert min(x, y) >= 0
        assert min(w, h) > 0
        assert x + w <= wide
        assert y + h <= high
