"""Tables: what is written comes back, whatever it begins with."""

import csv
import io
import json
import re
import typing
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitlens.batch import (
    TABLES,
    GlyphRow,
    NumberRow,
    PageRow,
    Row,
    RowKind,
    columns,
    excel,
    parquet,
    restored,
    table,
)
from digitlens.batch.table import encoded
from digitlens.errors import BatchError

PAGE = PageRow("a.png", 1, "007", 0.25, True, None, None, "m@1")
GLYPH = GlyphRow(
    *("a.png", 1, 1, 2, "7", 0.9, 0.8, 1, 2, 3, 4, True, None, "7", "1", 0.05, "9", 0.01, None, "m@1")
)
NUMBER = NumberRow(*("a.png", 1, 1, 2, "-45", 0.9, 1, 2, 3, 4, True, None, None, "m@1"))
ROW: dict[RowKind, Row] = {"page": PAGE, "number": NUMBER, "glyph": GLYPH}
names = st.text(min_size=1, max_size=30).map(lambda text: text.encode("utf-8", "ignore").decode())


def written(suffix: str, rows: list[Row], kind: RowKind = "page") -> bytes:
    file = io.BytesIO()
    with table(file, kind, suffix) as open_table:
        for row in rows:
            open_table.write([row])
    assert not file.closed
    return file.getvalue()


def cells(data: bytes) -> list[list]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return [list(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def as_dicts(rows: list[Row], kind: RowKind = "page") -> list[dict]:
    return [{name: getattr(row, name) for name in columns(kind)} for row in rows]


def test_csv_tells_texts_from_numbers_and_nothing_from_empty():
    blank = PageRow("b.png", 1, "", None, False, "blank", None, "m@1")
    bad = PageRow("c, d.png", 2, None, None, False, None, 'x: "no"\nimage', "m@1")
    assert written(".csv", [PAGE, blank, bad]).decode() == (
        "file,page,text,confidence,accepted,reason,error,model\n"
        '"a.png",1,"007",0.25,true,,,"m@1"\n'
        '"b.png",1,"",,false,"blank",,"m@1"\n'
        '"c, d.png",2,,,false,,"x: ""no""\nimage","m@1"\n'
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "'"])
def test_csv_makes_no_formula(start):
    text = written(".csv", [PageRow(f"{start}1+1.png", 1, f"{start}45", 0.5, True, None, None, "m@1")])
    (_, row) = csv.reader(io.StringIO(text.decode(), newline=""))
    assert row[0] == f"'{start}1+1.png"
    assert (restored(row[0]), restored(row[2])) == (f"{start}1+1.png", f"{start}45")


@given(names, names)
def test_csv_gives_back_any_text(file, text):
    data = written(".csv", [PageRow(file, 1, text, 0.5, True, None, None, "m@1")])
    (_, row) = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    assert (restored(row[0]), restored(row[2])) == (file, text)


@given(names, names)
def test_json_lines_and_parquet_alter_nothing(file, text):
    rows: list[Row] = [PageRow(file, 1, text, 0.5, True, None, None, "m@1"), PAGE]
    lines = written(".jsonl", rows).splitlines()  # bytes part at newlines alone
    assert [json.loads(line) for line in lines] == as_dicts(rows)
    assert pq.read_table(io.BytesIO(written(".parquet", rows))).to_pylist() == as_dicts(rows)


def test_parquet_has_true_types():
    schema = pq.read_schema(io.BytesIO(written(".parquet", [], "glyph")))
    kinds = {field.name: str(field.type) for field in schema}
    assert kinds["label"] == kinds["reason"] == "string"
    assert kinds["x"] == kinds["line"] == "int64"
    assert kinds["top2_confidence"] == "double"
    assert kinds["accepted"] == "bool"
    assert tuple(kinds) == columns("glyph")


def test_parquet_is_written_a_row_group_at_a_time(monkeypatch):
    monkeypatch.setattr(parquet, "ROW_GROUP", 3)
    rows = [PageRow(f"{i}", i, "1", 0.5, True, None, None, "m@1") for i in range(8)]
    file = pq.ParquetFile(io.BytesIO(written(".parquet", list(rows))))
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [3, 3, 2]
    assert file.read().column("page").to_pylist() == list(range(8))


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize(("kind", "row"), ROW.items())
def test_rows_that_are_encoded_already_make_the_same_table(suffix, kind, row, monkeypatch):
    monkeypatch.setattr(parquet, "ROW_GROUP", 3)
    rows = [replace(row, file=f"a\n\u2028{i}", confidence=i / 7) for i in range(8)]
    bad = replace(row, file="\u00e4.png", confidence=None, error="x: no\nimage")
    file = io.BytesIO()
    with table(file, kind, suffix) as lines:
        for some in (rows[:1], [], rows[1:], [bad]):
            lines.write_encoded(encoded(some, kind))
    with table(whole := io.BytesIO(), kind, suffix) as objects:
        objects.write([*rows, bad])
    if suffix == ".parquet":
        assert pq.read_table(file).to_pylist() == as_dicts([*rows, bad], kind)
    else:
        assert file.getvalue() == whole.getvalue()


@pytest.mark.parametrize(
    "text", ["=1+1", "-45", "007", "@a", "+1", "4071\n22", "1e5", "TRUE", "#N/A", "1 2 3", "(330÷2)+3x1="]
)
def test_excel_keeps_texts_as_texts(text):
    data = written(".xlsx", [PageRow(text, 1, text, 0.25, True, None, None, "m@1")])
    head, row = cells(data)
    assert tuple(head) == columns("page")
    assert row == [text, 1, text, 0.25, True, None, None, "m@1"]
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert re.findall(r'<c r="[AC]2" t="(\w+)"', sheet) == ["inlineStr", "inlineStr"]


def test_excel_escapes_what_xml_cannot_hold():
    data = written(".xlsx", [PageRow("a\x07\r_x0041_\uffff", 1, "1", 0.5, True, None, None, "m@1")])
    assert (
        cells(data)[1][0] == "a_x0007__x000D__x005F_x0041__xFFFF_"
    )  # openpyxl shows the escapes, Excel does not


def test_excel_goes_on_on_a_further_sheet(monkeypatch):
    monkeypatch.setattr(excel, "MOST_ROWS", 3)
    rows = [PageRow(f"{i}", i, "1", 0.5, True, None, None, "m@1") for i in range(5)]
    found = cells(written(".xlsx", list(rows)))
    assert [row[1] for row in found] == ["page", 0, 1, "page", 2, 3, "page", 4]


@pytest.mark.parametrize("suffix", TABLES)
@pytest.mark.parametrize("kind", typing.get_args(RowKind))
def test_a_path_is_written_whole(suffix, kind, tmp_path):
    row = ROW[kind]
    path = tmp_path / f"out{suffix}"
    with table(path, kind) as rows:
        rows.write([row])
        assert not path.exists()
    assert path.stat().st_size > 0
    assert list(tmp_path.iterdir()) == [path]
    if suffix == ".xlsx":
        assert tuple(cells(path.read_bytes())[1]) == tuple(as_dicts([row], kind)[0].values())


@pytest.mark.parametrize("suffix", TABLES)
def test_or_not_at_all(suffix, tmp_path):
    path = tmp_path / f"out{suffix}"
    path.write_text("before")

    def interrupted(path: Path) -> None:
        with table(path) as rows:
            rows.write([PAGE])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_another_suffix_is_told():
    with pytest.raises(BatchError, match=r"cannot be written as \.doc: end its name in \.csv, \.jsonl"):
        table("out.doc").__enter__()
