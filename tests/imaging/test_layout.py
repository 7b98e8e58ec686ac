"""The layout of a page: what may be a digit at all, how high digits are, and on which lines they stand."""

import cv2
import numpy as np
from inked import bars, inked

from digitlens.imaging import Pieces, lay_out

SHAPE = (260, 400)
TWO_LINES = [(30, 20, 20, 50), (80, 20, 24, 50), (130, 22, 20, 48), (30, 120, 20, 50), (80, 118, 24, 52)]


def laid_out(soft: np.ndarray, readable: float | list[float] = 0.9):
    """The lines as boxes' left edges, and the layout; ``readable`` of each piece, largest first."""
    pieces = Pieces(inked(soft))
    layout = lay_out(pieces, np.broadcast_to(np.array(readable), len(pieces)), stroke=4.0)
    return [sorted(pieces.boxes[list(line), 0].tolist()) for line in layout.lines], layout


def test_lines_from_top_to_bottom_and_the_height_of_a_digit():
    lefts, layout = laid_out(bars(SHAPE, *TWO_LINES))
    assert lefts == [[30, 80, 130], [30, 80]]
    assert layout.height == 50
    assert layout.slope == 0


def test_small_pieces_belong_to_the_line_near_them():
    soft = bars(SHAPE, *TWO_LINES, (54, 16, 20, 8), (58, 164, 7, 7))
    assert laid_out(soft)[0] == [[30, 54, 80, 130], [30, 58, 80]]


def test_dirt_and_what_is_far_from_any_digit_is_left_out():
    soft = bars(SHAPE, *TWO_LINES, (60, 60, 3, 3), (300, 220, 14, 14))
    assert laid_out(soft)[0] == [[30, 80, 130], [30, 80]]


def test_the_height_is_that_of_what_reads_as_a_digit():
    """A drawing larger than the digits and specks more of them do not count."""
    soft = bars((400, 500), *TWO_LINES, (250, 10, 200, 300), *((20 + 30 * i, 350, 14, 14) for i in range(12)))
    pieces = Pieces(inked(soft))
    readable = np.where(pieces.boxes[:, 3] == 300, 0.01, np.where(pieces.boxes[:, 3] == 14, 0.05, 0.9))
    layout = lay_out(pieces, readable, 4.0)
    assert 48 <= layout.height <= 52
    assert all(pieces.boxes[piece, 3] != 300 for line in layout.lines for piece in line)


def test_print_that_shines_through_is_a_line_of_its_own_and_left_out():
    soft = bars(SHAPE, *TWO_LINES) | bars(SHAPE, (40, 200, 20, 48), (90, 200, 20, 48), level=60)
    page = inked(soft)
    page.mask[:] = soft > 30
    pieces = Pieces(page)
    assert len(pieces) == 7
    layout = lay_out(pieces, np.full(7, 0.9), 4.0)
    assert [len(line) for line in layout.lines] == [3, 2]


def test_a_pen_that_runs_dry_on_a_line_is_kept():
    soft = bars(SHAPE, *TWO_LINES) | bars(SHAPE, (180, 20, 20, 50), level=60)
    page = inked(soft)
    page.mask[:] = soft > 30
    pieces = Pieces(page)
    layout = lay_out(pieces, np.full(6, 0.9), 4.0)
    assert [len(line) for line in layout.lines] == [4, 2]


def test_smudges_without_an_edge_are_left_out():
    smudge = cv2.GaussianBlur(bars(SHAPE, (240, 130, 60, 60)), (0, 0), 14)
    soft = np.maximum(bars(SHAPE, *TWO_LINES), np.asarray(smudge, np.uint8))
    pieces = Pieces(inked(soft))
    assert len(pieces) == 6
    layout = lay_out(pieces, np.full(6, 0.9), 4.0)
    assert [len(line) for line in layout.lines] == [3, 2]


def test_edges_of_the_paper_are_left_out():
    soft = bars(SHAPE, *TWO_LINES, (0, 0, 5, 260), (395, 0, 5, 260), (10, 0, 300, 4))
    readable = [0.1, 0.1, 0.1, *[0.9] * 5]  # the largest first
    assert laid_out(soft, readable)[0] == [[30, 80, 130], [30, 80]]
    away_from_it = bars(SHAPE, *TWO_LINES, (180, 20, 5, 50))
    assert laid_out(away_from_it)[0] == [[30, 80, 130, 180], [30, 80]]


def test_a_page_without_a_digit_has_no_lines():
    _, layout = laid_out(bars(SHAPE, *TWO_LINES), 0.0)
    assert (layout.lines, layout.height, layout.slope) == ((), 0.0, 0.0)
    assert laid_out(np.zeros(SHAPE, np.uint8))[1].lines == ()
