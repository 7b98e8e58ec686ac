"""Pages measured by a reader whose readings are made up, and the sets of pages that there are."""

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from digitlens.errors import CorruptDataset, DatasetError, DatasetNotFound, UnreadableImage
from digitlens.evaluate import LabelledPage, PageSet, WrongPage, evaluate_pages, page_set
from digitlens.metrics import Rate
from digitlens.types import Box, Glyph, Line, Reading

INDEX = """file,label,kind,source
right.png,40|71,photo,Ann
short.png,152,photo,Ann
sub/wrong.png,33,scan,Bob
gone.png,9,,
"""


def reading(*lines: str, unsure: str = "") -> Reading:
    """A reading of these lines; the labels in ``unsure`` are not accepted."""
    return Reading(
        None, "m@1", lines=tuple(Line(tuple(_glyphs(line, unsure)), Box(0, 0, 9, 9)) for line in lines)
    )


def _glyphs(line: str, unsure: str):
    for label in line:
        refused = label in unsure
        yield Glyph(
            label, 0.9, 0.9, Box(0, 0, 5, 9), not refused, "unsure" if refused else None, {label: 0.9}
        )


class Canned:
    """A reader that reads what is given for each file's name; what is not given is no picture."""

    network: Any = SimpleNamespace(name="m@1")
    max_error = 0.005

    def __init__(self, readings: dict[str, Reading]) -> None:
        self.readings = readings

    def read(self, picture: Any) -> Reading:
        if picture.name not in self.readings:
            raise UnreadableImage(f"{picture} does not exist: check the path")
        return self.readings[picture.name]


READER: Any = Canned(
    {
        "right.png": reading("40", "71"),
        "short.png": reading("15", unsure="1"),
        "wrong.png": reading("38"),
    }
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of four pages; no picture is there, and none is opened."""
    (tmp_path / "index.csv").write_text(INDEX, encoding="utf-8")
    return tmp_path


def test_pages_of_a_folder_are_held_against_their_labels(folder, caplog):
    result = evaluate_pages(READER, page_set(folder))
    total = result.report.total
    assert (result.model, result.max_error, result.pages) == ("m@1", 0.005, str(folder))
    assert (total.count, total.failures) == (4, 1)
    assert total.rates() == {
        "exact": Rate(1, 4),
        "lines": Rate(1, 4),
        "digit_error_rate": Rate(3, 10),
        "character_error_rate": Rate(3, 11),
        "accepted": Rate(2, 4),
        "accepted_right": Rate(1, 2),
        "glyphs_accepted_wrong": Rate(1, 7),
    }
    assert {kind: figures.exact for kind, figures in result.report.by_kind.items()} == {
        "": Rate(0, 1),
        "photo": Rate(1, 2),
        "scan": Rate(0, 1),
    }
    assert result.report.mean_over_sources()["exact"] == pytest.approx((1 / 2 + 0 + 0) / 3)
    assert caplog.record_tuples == [
        ("digitlens", logging.WARNING, f"{folder / 'gone.png'} does not exist: check the path")
    ]


def test_each_wrong_page_is_told_with_the_reason(folder):
    assert evaluate_pages(READER, page_set(folder)).wrong == (
        WrongPage("short.png", "152", "15", False, "unsure"),
        WrongPage(str(Path("sub", "wrong.png")), "33", "38", True, None),
        WrongPage("gone.png", "9", "", False, f"{folder / 'gone.png'} does not exist: check the path"),
    )


def test_a_reading_that_carries_its_error_counts_as_a_failure(folder):
    reader: Any = Canned(dict.fromkeys(("right.png", "short.png", "wrong.png", "gone.png"), reading("9")))
    reader.readings["gone.png"] = Reading(None, "m@1", error=UnreadableImage("cut off"))
    result = evaluate_pages(reader, page_set(folder))
    assert result.report.total.failures == 1
    assert result.wrong[-1] == WrongPage("gone.png", "9", "", False, "cut off")


@pytest.mark.parametrize(
    ("labels", "signs", "spaces"),
    [(["12|3"], False, False), (["1 2"], False, True), (["1-2", "3"], True, False), (["1.5 2"], True, True)],
)
def test_what_no_label_tells_is_not_asked_for(tmp_path, labels, signs, spaces):
    rows = "".join(f"{i}.png,{label}\n" for i, label in enumerate(labels))
    (tmp_path / "index.csv").write_text(f"file,label\n{rows}", encoding="utf-8")
    found = page_set(tmp_path)
    assert (found.signs, found.spaces, found.count) == (signs, spaces, len(labels))


def test_a_set_is_found_by_its_name_among_the_datasets(folder, monkeypatch):
    monkeypatch.setenv("DIGITLENS_DATA", str(folder.parent))
    found = page_set(folder.name)
    assert found.name == folder.name
    assert [page.name for page in found.pages][:2] == ["right.png", "short.png"]


def test_a_folder_that_cannot_be_used_is_told(tmp_path):
    with pytest.raises(DatasetNotFound, match="nosuch is no folder"):
        page_set(tmp_path / "nosuch")
    with pytest.raises(DatasetError, match="holds no pictures"):
        page_set(tmp_path)
    (tmp_path / "index.csv").write_bytes(b"file,label\na.png,\xff\n")
    with pytest.raises(CorruptDataset, match="save it as CSV"):
        page_set(tmp_path)


def test_no_pages_at_all_are_no_error():
    assert evaluate_pages(READER, PageSet("none", [], 0)).to_dict()["exact"]["of"] == 0


@pytest.mark.data
def test_drawn_sheets_are_the_same_for_the_same_seed_however_many_are_asked_for():
    first, again = (list(page_set("drawn", sheets=sheets, seed=3).pages) for sheets in (3, 2))
    assert [page.name for page in first] == ["drawn 0", "drawn 1", "drawn 2"]
    assert [page.text for page in first[:2]] == [page.text for page in again]
    drawn, again = pixels(first), pixels(again)
    assert len(drawn) == 3
    assert all(map(np.array_equal, drawn[:2], again))
    assert not np.array_equal(drawn[0], drawn[1])
    assert any(page.text for page in first)


def pixels(pages: list[LabelledPage]) -> list[np.ndarray]:
    return [page.picture for page in pages if isinstance(page.picture, np.ndarray)]
