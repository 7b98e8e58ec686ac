"""Varied pages: repeatable, of digits alone, and of every difficulty."""

from dataclasses import fields, replace
from itertools import islice

import numpy as np
import pytest

from digitlens.data import Dataset
from digitlens.data.synth import PageSettings, draw_page, draw_pages, varied


def glyphs(alphabet: str = "3x7") -> Dataset:
    """A block, a bar and a small square, labelled in this alphabet."""
    images = np.zeros((3, 28, 28), np.uint8)
    images[0, 4:24, 6:22] = 255
    images[1, 4:24, 12:16] = 255
    images[2, 10:18, 10:18] = 255
    return Dataset("three", images, np.arange(3), tuple(alphabet))


def small(rng: np.random.Generator) -> PageSettings:
    """Varied pages that are drawn quickly."""
    return replace(varied(rng), height=24)


def test_a_seed_gives_the_same_pages_however_many_are_drawn():
    first, again = list(draw_pages(glyphs(), 3, 7, small)), list(draw_pages(glyphs(), 5, 7, small))
    for one, other in zip(first, again[:3], strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
        assert one.lines == other.lines
    other_seed = next(draw_pages(glyphs(), 1, 8, small))
    assert not np.array_equal(first[0].pixels, other_seed.pixels)
    assert not np.array_equal(first[0].pixels, first[1].pixels)


def test_letters_are_passed_over_and_digits_keep_their_labels():
    """The block is a 3, the bar between an x, the square a 7."""
    pages = draw_pages(glyphs(), 4, 0, lambda _: PageSettings(spread=0, digits=5))
    written = [glyph for page in pages for line in page.lines for glyph in line]
    assert {glyph.label for glyph in written} == {3, 7}
    for glyph in written:
        _, _, w, h = glyph.box
        assert w / h == pytest.approx({3: 0.8, 7: 1.0}[glyph.label], abs=0.08)


def test_pages_are_varied_unless_it_is_said_otherwise():
    dataset = glyphs("012")
    rng = np.random.default_rng([4, 1])
    expected = draw_page(dataset.images, dataset.labels, varied(rng), rng)
    second = next(islice(draw_pages(dataset, 2, 4), 1, None))
    np.testing.assert_array_equal(second.pixels, expected.pixels)
    assert second.lines == expected.lines


def test_every_difficulty_is_met_and_none_always():
    drawn = [varied(np.random.default_rng(seed)) for seed in range(400)]
    values = {f.name: np.array([getattr(one, f.name) for one in drawn], float) for f in fields(PageSettings)}
    assert not values.pop("quarter_turns").any()
    for name in (
        "slope",
        "wave",
        "rules",
        "others",
        "light",
        "colour",
        "pen",
        "gradient",
        "shadow",
        "perspective",
    ):
        assert 0.1 < (values[name] != 0).mean() < 0.7, name
    for name in ("blur", "noise", "jpeg"):
        assert 0.3 < (values[name] > 0).mean() < 0.8, name
    assert 0.15 < (values["gap"] < 0.06).mean() < 0.35
    for name, each in values.items():
        assert len(np.unique(each)) >= 2, name


def test_digits_are_large_and_dark_enough_to_be_read_by_a_person():
    drawn = [varied(np.random.default_rng(seed)) for seed in range(400)]
    assert all(24 <= one.height <= 120 for one in drawn)
    assert min(one.ink for one in drawn) >= 0.3
    assert min(one.gap for one in drawn) >= -0.15
    assert max(one.blur / one.height for one in drawn) < 0.04
    assert all(one.jpeg == 0 or 40 <= one.jpeg <= 95 for one in drawn)
