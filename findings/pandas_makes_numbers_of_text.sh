#!/usr/bin/env bash
# pandas: strings of JSON and cells that Excel holds as text become numbers, if all of a column look like some
#
# Seen with   pandas 3.1.1, openpyxl 3.1.5, polars 2.1.0, duckdb 2.0.1, pyarrow 26.0.1
# Expected    A CSV has no types, so "0071" may well be read as 71. JSON has: "0071" in quotes stays text. So does a cell
#             of Excel whose type is text.
# Happens     pandas.read_json and read_excel give 71. "1E5" becomes 100000.0. It is all or nothing: with one "22 7" in
#             the column, or one empty string, every row stays text, so it depends on the other rows. polars keeps text;
#             DuckDB and pyarrow keep digits, and make dates of strings like 2024-01-02.
# Why         read_json has convert_dates and dtype=True, which try every column of objects (io/json/_json.py,
#             _try_convert_data); read_excel hands the cells to the parser of CSV (io/excel/_base.py, TextParser).
# Hits        Numbers of accounts, phones and meters that were read right and written right come back without their
#             zeros, in some files and not in others.
# Here        The files are right: text is text in JSON, Excel and Parquet. docs/batch.md says to give dtype=str, as
#             pandas.read_json(..., dtype=False, convert_dates=False) and read_excel(..., dtype=str).
source "$(dirname "$0")/setup.sh"

python_with pandas==3.1.1 openpyxl==3.1.5 polars==2.1.0 duckdb==2.0.1 pyarrow==26.0.1 numpy==2.4.6 <<'PYTHON'
import io
import json
import os
import tempfile

import duckdb
import openpyxl
import pandas
import polars
import pyarrow.json
from seen import check


def lines(*texts: str) -> str:
    return "".join(json.dumps({"text": text}) + "\n" for text in texts)


def workbook(*texts: str) -> io.BytesIO:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row, text in enumerate(("text", *texts), start=1):
        cell = book.active.cell(row, 1, text)
        cell.number_format = "@"
        assert cell.data_type == "s"
    book.save(file)
    return file


def sheet(*texts: str, **options: object) -> list[object]:
    return pandas.read_excel(workbook(*texts), engine="openpyxl", **options)["text"].tolist()


def of(text: str, **options: object) -> list[object]:
    return pandas.read_json(io.StringIO(text), lines=True, **options)["text"].tolist()


check("read_json of 0071, 0022", of(lines("0071", "0022")), [71, 22])
check("read_json of 0071, 1E5", of(lines("0071", "1E5")), [71.0, 100000.0])
check("read_json of 0071, 22 7", of(lines("0071", "22 7")), ["0071", "22 7"])
check("read_json, dtype=False", of(lines("0071", "0022"), dtype=False), ["0071", "0022"])
check("read_excel of 0071, 0022", sheet("0071", "0022"), [71, 22])
check("read_excel of 0071, 22 7", sheet("0071", "22 7"), ["0071", "22 7"])
check("read_excel, dtype=str", sheet("0071", dtype=str), ["0071"])
check("polars", polars.read_ndjson(io.StringIO(lines("0071")))["text"].to_list(), ["0071"])
with tempfile.TemporaryDirectory() as folder:
    for text, seen in (("0071", ["VARCHAR", "string"]), ("2024-01-02", ["DATE", "timestamp[s]"])):
        path = os.path.join(folder, "read.jsonl")
        with open(path, "w") as file:
            file.write(lines(text))
        kinds = [str(duckdb.read_json(path).types[0]), str(pyarrow.json.read_json(path).schema.field("text").type)]
        check(f"DuckDB and pyarrow, {text}", kinds, seen)
PYTHON
