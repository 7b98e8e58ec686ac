"""Tables: rows and columns found, cells read, empty ones left empty."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from digitlens import Reader
from digitlens.data.synth.tables import bend, draw_table
from digitlens.data.synth.taken import photograph, scan
from digitlens.data.synth.writers import write, write_text
from digitlens.errors import TableNotFound
from digitlens.imaging import to_grayscale
from digitlens.reader.tables import Cell, Table
from digitlens.reader.tables.grid import Grid, find_grid
from digitlens.reader.tables.sums import summed
from digitlens.types import Pixels

READER = Reader(alphabet="digits")


def texts(table: Table) -> list[tuple[str, ...]]:
    return [tuple("" if cell is None else cell.text for cell in row) for row in table.rows]


def accepted(cells: Sequence[Cell | None]) -> list[bool | None]:
    return [cell and cell.accepted for cell in cells]


def grid_of(pixels: Pixels) -> Grid:
    grid = find_grid(to_grayscale(pixels))
    assert grid is not None
    return grid


@pytest.mark.parametrize(
    ("style", "how"), [("ruled", "photo"), ("dotted", "scan"), ("broken", "photo"), ("ruled", "bent")]
)
def test_the_grid_is_found(style, how):
    rng = np.random.default_rng(2)
    drawn = draw_table(rng, shape=(7, 4), style=style)
    sheet = bend(drawn.pixels, 14) if how == "bent" else drawn.pixels
    taken = scan(sheet, rng, turn=4).pixels if how == "scan" else photograph(sheet, rng).pixels
    grid = grid_of(taken)
    assert grid.shape == (8, 4)
    assert {(span.rows, span.columns) for span in grid.spans} == {(1, 1)}


def test_a_ruled_table_is_read_and_a_dash_is_told_from_nothing():
    drawn = draw_table(np.random.default_rng(8), shape=(4, 3), heads=True, empty=0.2, dashed=0.2)
    table = READER.table(drawn.pixels)
    assert table.ruled
    assert table.heads == 1
    read, written = sum(texts(table)[1:], ()), sum(drawn.texts, ())
    assert [text if text in ("", "-") else "n" for text in read] == [
        text if text in ("", "-") else "n" for text in written
    ]
    assert sum(a == b for a, b in zip(read, written, strict=True)) >= 11
    assert {"", "-"} < {*written}
    first = table.rows[1][0]
    assert first is not None
    assert first.box is not None
    assert first.box.w > 100
    assert first.box.h > 50


@pytest.mark.parametrize(("size", "narrower"), [(1.0, 0.1), (1.08, 0.1), (1.15, 0.25), (1.25, 0.2)])
def test_broken_rules_are_followed_whatever_their_gaps_are(size, narrower):
    """Their gaps are 13 to 18 pixels at the size at which tables are read, the farther ones narrower."""
    drawn = to_grayscale(draw_table(np.random.default_rng(1), shape=(4, 3), style="broken").pixels)
    sheet = cv2.resize(drawn, None, fx=size, fy=size)
    (height, width), off = sheet.shape, narrower * sheet.shape[1] / 2
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = np.array([(off, 0), (width - off, 0), (width, height), (0, height)], np.float32)
    view = cv2.getPerspectiveTransform(corners, seen)
    grid = find_grid(np.asarray(cv2.warpPerspective(sheet, view, (width, height), borderValue=255), np.uint8))
    assert grid is not None
    assert grid.shape == (5, 3)
    assert {(span.rows, span.columns) for span in grid.spans} == {(1, 1)}


def test_a_last_row_whose_rules_have_wider_gaps_is_not_lost():
    """Gaps of 8 pixels in the first rows and of 15 in the last, which those in the frame do not tell of."""
    sheet = np.full((420, 460), 255, np.uint8)
    tops, gap = [60, 120, 180, 240, 300, 360], 4
    for y in tops:
        for x in range(60, 400, 12):
            sheet[y : y + 2, x : min(x + 12 - gap, 402)] = 40
    for x in (60, 230, 400):
        for y in range(60, 300, 12):
            sheet[y : y + 12 - gap, x : x + 2] = 40
        for y in range(300, 360, 20):
            sheet[y + 8 : min(y + 20, 362), x : x + 2] = 40
    grid = find_grid(sheet)
    assert grid is not None
    assert grid.shape == (5, 2)
    assert len(grid.spans) == 10


def test_a_corner_that_hangs_on_a_wider_gap_is_of_the_frame():
    """The frame is that of all cells also where the gaps that cut its corner off are not beyond a rule of its own."""
    rng = np.random.default_rng([47, 7])
    shape = int(rng.integers(4, 10)), int(rng.integers(3, 7))
    table = draw_table(rng, shape=shape, style="broken", heads=True, dashed=0.05)
    photo = photograph(bend(table.pixels, float(rng.uniform(0, 12))), rng).pixels
    grid = find_grid(to_grayscale(photo))
    assert grid is not None
    assert grid.shape == (len(table.texts) + 1, len(table.texts[0]))


@pytest.mark.parametrize("seed", [1, 2])
def test_numbers_without_rules_make_no_grid_however_wide_the_gaps_that_are_closed(seed):
    drawn = draw_table(np.random.default_rng(seed), shape=(6, 4), style="none", heads=False, empty=0.0)
    assert find_grid(to_grayscale(drawn.pixels)) is None


@pytest.mark.parametrize("style", ["ruled", "none"])
def test_a_sheet_is_turned_as_it_is_said_and_boxes_are_those_of_the_upload(style):
    drawn = draw_table(np.random.default_rng(8), shape=(4, 3), heads=False, empty=0.0, style=style)
    upright = READER.table(drawn.pixels)
    on_its_side = READER.table(np.ascontiguousarray(np.rot90(drawn.pixels)), rotate=90)
    assert texts(on_its_side) == texts(upright)
    width = drawn.pixels.shape[1]
    for one, other in zip(upright.cells(), on_its_side.cells(), strict=True):
        box, turned = one[2].box, other[2].box
        assert box is not None
        assert turned is not None
        assert turned.to_list() == [box.y, width - box.x - box.w, box.h, box.w]


def test_a_table_that_lies_upside_down_is_turned_and_boxed_where_it_lies():
    drawn = draw_table(np.random.default_rng(8), shape=(4, 3), heads=False, empty=0.0, dashed=0.0)
    upright, lying = READER.table(drawn.pixels), READER.table(np.ascontiguousarray(drawn.pixels[::-1, ::-1]))
    assert texts(lying) == texts(upright)
    height, width = drawn.pixels.shape[:2]
    for (_, _, cell), (_, _, turned) in zip(upright.cells(), lying.cells(), strict=True):
        assert cell.box is not None
        assert turned.box is not None
        assert abs(turned.box.x + turned.box.w + cell.box.x - width) <= 4
        assert abs(turned.box.y + turned.box.h + cell.box.y - height) <= 4


def test_joined_cells_are_one():
    drawn = draw_table(np.random.default_rng(8), shape=(4, 3), heads=False, empty=1.0)
    sheet = drawn.pixels.copy()
    whole = grid_of(sheet)
    first, second = whole.spans[0], whole.spans[1]
    joined = sheet.copy()
    corners = [
        whole.to_picture @ [x, y, 1]
        for x, y in ((second.box.x, first.box.y), (second.box.x, first.box.y + first.box.h))
    ]
    (x, top), (_, bottom) = [(corner[:2] / corner[2]).round().astype(int) for corner in corners]
    joined[top + 4 : bottom - 4, x - 5 : x + 6] = 255
    grid = grid_of(joined)
    assert grid.shape == (4, 3)
    assert (grid.spans[0].rows, grid.spans[0].columns) == (1, 2)
    assert len(grid.spans) == 11


def test_numbers_without_rules_are_put_into_columns():
    rng = np.random.default_rng(3)
    told = [("39", "", "886"), ("9", "147", "27"), ("5", "21", "9"), ("93", "64", "121")]
    ink = np.zeros((560, 900), np.float32)
    for i, row in enumerate(told):
        for j, text in enumerate(row):
            write_text(
                ink,
                text,
                (60 + 260 * j, 60 + 110 * i, 200, 80),
                rng,
                lambda digit, chance: write(digit, chance, 4),
            )
    table = READER.table(np.rint(255 * (1 - 0.8 * ink)).astype(np.uint8))
    assert not table.ruled
    assert (len(table.rows), len(table.rows[0])) == (4, 3)
    assert texts(table)[0][1] == ""
    assert np.mean([a == b for a, b in zip(sum(texts(table), ()), sum(told, ()), strict=True)]) >= 0.8


def test_what_is_no_table_is_refused():
    for shape in ((300, 300), (1, 1), (1, 4000), (4000, 3)):
        with pytest.raises(TableNotFound, match="no table"):
            READER.table(np.full(shape, 255, np.uint8))


def test_sums_are_held_against_the_cells():
    def cell(text: str) -> Cell:
        return Cell(text, 0.99, True)

    table = Table((tuple(map(cell, ("1", "2", "3"))), tuple(map(cell, ("4", "5", "8")))), True)
    found = summed(table, {"rows"}, 0.005)
    assert found.doubts == ("A2 + B2 = C2 does not hold",)
    assert accepted(found.rows[1]) == [False] * 3
    assert accepted(found.rows[0]) == [True] * 3
    with pytest.raises(ValueError, match="diagonals"):
        summed(table, {"diagonals"}, 0.005)


def test_a_frame_that_holds_next_to_none_of_the_numbers_is_not_the_table():
    """Empty boxes beside a column of figures that has no rules: the figures are the table."""
    ink = np.zeros((700, 900), np.float32)
    rng = np.random.default_rng(5)
    told = ["217", "0", "38", "5", "91", "406"]
    for i, text in enumerate(told):
        write_text(
            ink, text, (500, 40 + 105 * i, 200, 84), rng, lambda digit, chance: write(digit, chance, 4)
        )
    sheet = np.rint(255 * (1 - 0.8 * ink)).astype(np.uint8)
    for i in range(5):
        cv2.rectangle(sheet, (60, 60 + 110 * i), (300, 170 + 110 * i), 60, 2)
    table = READER.table(sheet)
    assert not table.ruled
    assert table.shape == (6, 1)
    read = [text for (text,) in texts(table)]
    assert sum(a == b for a, b in zip(read, told, strict=True)) >= 5
