"""How far glyphs and points may stand from the middle of their line, fitted by drawn sheets."""

import numpy as np
import pytest

from digitlens.data.synth.sheets import OTHER, Mark, Sheet
from digitlens.reader.layout import find_text_lines
from digitlens.tune.reach import REACHES, fit_reach, marks_on_lines

HEIGHT = 20.0


def written(swing: float, hang: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two lines 1.9 heights apart, whose glyphs swing and whose points hang by so many heights about their middles."""
    rng = np.random.default_rng(seed)
    boxes, lines = [], []
    for line in range(2):
        middle = 100 + 1.9 * HEIGHT * line
        for i in range(6):
            y = middle + rng.choice([0.0, swing]) * HEIGHT * (i > 2)
            boxes.append([30 * i, y - HEIGHT / 2, 14, HEIGHT])
        boxes.append([30 * 1 + 20, middle + hang * HEIGHT - 2, 4, 4])
        lines += [line] * 7
    return np.array(boxes), np.array(lines)


@pytest.mark.parametrize(("swing", "hang"), [(0.5, 0.6), (0.6, 0.8)])
def test_reaches_hold_what_swings_and_what_hangs(swing, hang):
    sheets = [written(swing, hang, seed) for seed in range(12)]
    line_reach, mark_reach = fit_reach(sheets, (0.4, 0.4))
    assert line_reach > swing - 0.02
    assert mark_reach > hang
    for boxes, lines in sheets:
        found = find_text_lines(boxes, line_reach, mark_reach).lines
        assert [sorted(line) for line in found] == [np.flatnonzero(lines == k).tolist() for k in range(2)]


def test_of_reaches_that_do_as_well_the_middle_is_taken():
    """Lines that do not swing, of which any reach below their distance will do."""
    sheets = [written(0.0, 0.0, 0)]
    assert fit_reach(sheets, (0.4, 0.4)) == (np.median(REACHES), np.median(REACHES))


def test_only_marks_that_can_be_read_and_stand_on_lines_count():
    marks = [
        Mark("3", (0, 0, 9, 20), 0, 0, 1.0),
        Mark(".", (10, 16, 3, 3), 0, 0, 1.0),
        Mark(OTHER, (30, 0, 9, 20), 0, -1, 1.0),
        Mark("4", (50, 0, 9, 20), -1, 1, 1.0),
        Mark("5", (70, 0, 2, 20), 0, 1, 0.2),
    ]
    boxes, lines = marks_on_lines(Sheet(np.zeros((40, 90, 3), np.uint8), tuple(marks)))
    assert boxes.tolist() == [[0, 0, 9, 20], [10, 16, 3, 3]]
    assert lines.tolist() == [0, 0]
