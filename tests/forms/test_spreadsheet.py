"""Spreadsheets: what stands where, what is coloured, and that nothing becomes a formula."""

import csv
import json
from math import log
from zipfile import ZipFile

import numpy as np
import openpyxl
import pytest
from openpyxl.reader.drawings import find_images

from digitlens.errors import FormError
from digitlens.forms.gridding import Grid, GridRow, grid_of_table
from digitlens.forms.spreadsheet import check_suffix, save
from digitlens.forms.workbook import DOUBTFUL_FILL
from digitlens.reader.tables import Candidate, Cell, Table
from digitlens.reader.tables.cell import EMPTY_CELL

DOUBT = Cell(
    "41", 0.8, False, "unsure", candidates=(Candidate("41", log(0.8)), Candidate("47", log(0.2))),
    picture=np.full((30, 50), 200, np.uint8),
)  # fmt: skip
SURE = Cell("007", 0.999, True)
GRID = Grid(
    "meter",
    ("file",),
    ("number", "code"),
    [
        GridRow(("=1+1.png",), (DOUBT, SURE), None, {"file": "a"}, ("number may be 47",)),
        GridRow(("b.png",), (EMPTY_CELL, None), None, {"file": "b"}),
        GridRow(("c.png",), (None, None), "c.png is no form", {"file": "c", "error": {}}),
    ],
    frozenset({1}),
)


def test_a_workbook_shows_the_doubtful(tmp_path):
    save([GRID], path := tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["meter", "doubtful"]
    rows = [[cell.value for cell in row] for row in book["meter"].iter_rows()]
    assert rows[0] == ["file", "number", "code", "accepted", "notes", "error"]
    assert rows[1] == ["=1+1.png", 41, "007", False, "number may be 47", None]
    assert rows[2] == ["b.png", None, None, True, None, None]
    assert rows[3] == ["c.png", None, None, None, None, "c.png is no form"]
    place = book["meter"]["B2"]
    assert place.fill.fgColor.rgb.endswith(DOUBTFUL_FILL)
    assert "or: 47" in place.comment.text
    assert book["meter"]["C2"].fill.fill_type is None
    assert book["meter"]["A2"].data_type == "s"
    shown = book["doubtful"]
    assert [cell.value for cell in shown[2]][:7] == ["B2", "=1+1.png", "number", "41", 0.8, "47", "unsure"]
    assert shown["A2"].hyperlink.location == "'meter'!B2"
    with ZipFile(path) as file:
        assert b"drawings/drawing1.xml" in file.read("xl/worksheets/_rels/sheet2.xml.rels")
        assert len(find_images(file, "xl/drawings/drawing1.xml")[1]) == 1


def test_csv_guards_against_formulas_and_says_how_sure(tmp_path):
    save([GRID], path := tmp_path / "out.csv")
    rows = [*csv.reader(path.read_text("utf-8-sig").splitlines())]
    assert rows[0][:7] == ["file", "number", "code", "accepted", "doubtful", "notes", "error"]
    assert rows[1] == [
        "'=1+1.png",
        "41",
        "007",
        "false",
        "number",
        "number may be 47",
        "",
        "0.8000",
        "0.9990",
    ]
    assert rows[3][:4] == ["c.png", "", "", ""]


def test_json_is_a_row_a_line(tmp_path):
    save([GRID], path := tmp_path / "out.jsonl")
    assert [json.loads(line)["file"] for line in path.read_text().splitlines()] == ["a", "b", "c"]


def test_the_same_cells_give_the_same_workbook_texts(tmp_path):
    negative = Grid("n", (), ("a",), [GridRow((), (Cell("-12", 1, True),), None, {})], summary=False)
    save([negative], path := tmp_path / "n.csv")
    assert path.read_text("utf-8-sig").split() == ["a", "-12"]
    save([negative, negative], path := tmp_path / "n.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["n", "n 2", "doubtful"]
    assert book["n 2"]["A2"].value == -12


def test_cells_that_go_over_several_places_are_merged(tmp_path):
    rows = (SURE, None, DOUBT), (EMPTY_CELL, DOUBT, EMPTY_CELL)
    save([grid_of_table("t.png", Table(rows, True, joined={(0, 0): (1, 2)}))], path := tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(path)["t"]
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A1:B1"]
    assert (sheet["A1"].value, sheet["C1"].value, sheet["B2"].value) == ("007", 41, 41)


def test_other_suffixes_are_refused():
    with pytest.raises(FormError, match=r"end its name in \.xlsx"):
        check_suffix("out.doc")
