"""Strips to learn lines from: what stands on them is told in order, where it is seen."""

import numpy as np
import pytest

from digitlens.data.synth.sheets import OTHER, Mark, Sheet
from digitlens.imaging import STRIP_HEIGHT
from digitlens.train.line.loss import NO_LABEL
from digitlens.train.line.stream import MOST_LABELS, WINDOW_WIDTH, StripEpoch, batch_of_strips, varied_strip
from digitlens.train.line.strips import Strip, strips_of
from digitlens.train.page.targets import PAGE_LABELS


def _sheet(*lines):
    """A sheet with a bar for each mark, every 40 pixels, a line every 70."""
    pixels, marks = np.full((230, 640), 220, np.uint8), []
    for row, labels in enumerate(lines):
        for place, label in enumerate(labels):
            x, y = 60 + 40 * place, 40 + 70 * row
            pixels[y : y + 24, x : x + 8] = 20
            marks.append(Mark(label, (x, y, 8, 24), row, place, 1.0))
    return Sheet(pixels, tuple(marks))


def _told(strip):
    return [PAGE_LABELS[label] for label in strip.labels]


def test_each_line_is_a_strip_with_its_labels_where_their_ink_is(monkeypatch):
    monkeypatch.setattr("digitlens.train.line.strips.LOST", 0.0)
    strips = strips_of(_sheet("12-4", ["7", OTHER, "0"], [OTHER]), np.random.default_rng(0))
    assert [_told(strip) for strip in strips] == [["1", "2", "-", "4"], ["7", OTHER, "0"]]
    for strip in strips:
        dark = np.abs(strip.contrast.astype(np.float32)).max(axis=0)
        middle = np.median(np.abs(strip.contrast.astype(np.float32)))
        assert all(dark[round(at)] > middle + 1 for at in strip.at.tolist())


def test_labels_are_told_although_their_glyphs_were_not_found(monkeypatch):
    monkeypatch.setattr("digitlens.train.line.strips.LOST", 0.5)
    found = [_told(s) for seed in range(6) for s in strips_of(_sheet("1234"), np.random.default_rng(seed))]
    assert all(each == ["1", "2", "3", "4"] or len(each) < 4 for each in found)
    assert ["1", "2", "3", "4"] in found


def test_what_is_cut_away_is_not_asked_for():
    strip = Strip(
        np.zeros((STRIP_HEIGHT, 2 * WINDOW_WIDTH), np.float16),
        np.arange(8, dtype=np.int16),
        np.linspace(50, 2 * WINDOW_WIDTH - 50, 8, dtype=np.float32),
    )
    rng = np.random.default_rng(0)
    for _ in range(20):
        shown = varied_strip(strip, rng)
        assert shown.contrast.shape == (STRIP_HEIGHT, WINDOW_WIDTH)
        assert 0 < len(shown.labels) < 8
        assert np.array_equal(shown.labels, np.arange(shown.labels[0], shown.labels[-1] + 1))
        assert (shown.at > 0).all()
        assert (shown.at < WINDOW_WIDTH).all()


def test_batches_are_filled_up_with_paper_and_no_label():
    short = Strip(
        np.full((STRIP_HEIGHT, 100), 0.5, np.float16), np.array([4], np.int16), np.array([50.0], "f4")
    )
    pictures, labels = batch_of_strips([short])
    assert pictures.shape == (1, STRIP_HEIGHT, WINDOW_WIDTH, 1)
    assert (pictures == 0.5).all()
    assert labels[0].tolist() == [4] + [NO_LABEL] * (MOST_LABELS - 1)


def test_an_epoch_has_its_steps_and_shows_each_strip_as_often_as_the_next():
    strips = [
        Strip(np.zeros((STRIP_HEIGHT, 40), np.float16), np.array([i], np.int16), np.array([20.0], "f4"))
        for i in range(5)
    ]
    epoch = StripEpoch(strips, 3, 4, (0, 1))
    assert len(epoch) == 3
    shown = np.concatenate([epoch[i][1][:, 0] for i in range(3)])
    assert sorted(np.bincount(shown.astype(int), minlength=5).tolist()) == [2, 2, 2, 3, 3]
    again = StripEpoch(strips, 3, 4, (0, 1))
    np.testing.assert_array_equal(epoch[2][0], again[2][0])


@pytest.mark.parametrize("inverted", [False, True])
def test_light_ink_is_as_good_as_dark(inverted):
    sheet = _sheet("123")
    pixels = 255 - sheet.pixels if inverted else sheet.pixels
    (strip,) = strips_of(Sheet(pixels, sheet.marks), np.random.default_rng(3))
    assert np.abs(strip.contrast.astype(np.float32)).max() > 1.5
