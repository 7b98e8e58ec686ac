"""Whole sheets, from the picture to the row: the three worked examples of the documentation."""

from dataclasses import replace

import numpy as np
import pytest
from forms_made import example, filled
from PIL import Image

from digitlens import ReadOptions
from digitlens.data.synth.fills import fill
from digitlens.errors import FormError, SheetRefused, UnreadableImage
from digitlens.forms import Form, FormReader, Refused, SheetRow
from digitlens.types import Box


def sheet(row: SheetRow | Refused) -> SheetRow:
    assert isinstance(row, SheetRow), row
    return row


def refused(row: SheetRow | Refused) -> Refused:
    assert isinstance(row, Refused), row
    return row


def texts(row: SheetRow | Refused) -> dict[str, str]:
    return {name: cell.text for name, cell in sheet(row).cells.items()}


def wrong(row: SheetRow | Refused, values: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {name: (text, values[name]) for name, text in texts(row).items() if text != values[name]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("forms")


def test_a_marks_table_with_totals(folder):
    blank, form = example("marks", folder)
    values, taken = filled(blank, 11)
    (row,) = map(sheet, FormReader(form).read([taken.pixels]))
    assert wrong(row, values) == {}
    assert not any("does not hold" in sentence for sentence in row.doubts)
    assert row.cells["r1_q1"].accepted
    assert sum(cell.accepted for cell in row.cells.values()) >= 44


def test_a_meter_form_by_phone_and_a_tally_told_apart(folder):
    meter, meter_form = example("meter", folder)
    tally, tally_form = example("tally", folder)
    reader = FormReader([meter_form, tally_form])
    values, taken = filled(meter, 5, photo=True)
    counted, scanned = filled(tally, 6, upside_down=True)
    rows = [*map(sheet, reader.read([taken.pixels, scanned.pixels]))]
    assert [row.form for row in rows] == ["meter", "tally"]
    assert wrong(rows[0], values) == {}
    assert wrong(rows[1], counted) == {}
    box = rows[1].cells["total"].box
    assert box is not None
    place = next(place for place in tally.places if place.name == "total")
    corner = scanned.view @ [place.box[0] + place.box[2] / 2, place.box[1] + place.box[3] / 2, 1]
    assert box.x < corner[0] < box.x + box.w
    assert box.y < corner[1] < box.y + box.h


def test_an_empty_form_is_read_as_empty_and_what_is_no_form_is_refused(folder, tmp_path):
    blank, form = example("meter", folder)
    (bad := tmp_path / "bad.png").write_bytes(b"this is no picture")
    Image.fromarray(np.full((1754, 1240), 240, np.uint8)).save(white := tmp_path / "white.png")
    empty, unlaid, broken = FormReader(form).read([blank.pixels, white, bad])
    assert set(texts(empty).values()) == {""}
    assert sheet(empty).accepted
    assert isinstance(refused(unlaid).error, SheetRefused)
    assert "white.png cannot be laid over the form meter" in str(refused(unlaid).error)
    assert (refused(broken).file, type(refused(broken).error)) == (str(bad), UnreadableImage)


def test_two_pages_in_any_order_are_one_sheet_and_a_missing_one_is_told(folder):
    front, form = example("meter", folder)
    back, other = example("tally", folder)
    both = Form(
        "both",
        (*form.pages, *other.pages),
        (form.fields[4], replace(other.fields[1], page=2)),
        folder=folder,
    )
    rng = np.random.default_rng(2)
    fronts, backs = fill(front, {"persons": "4"}, rng), fill(back, {"registered": "812"}, rng)
    first, second = map(sheet, FormReader(both).read([backs, fronts, fronts]))
    assert texts(first) == {"persons": "4", "registered": "812"}
    assert texts(second) == {"persons": "4", "registered": ""}
    assert second.cells["registered"].reason == "missing_page"
    assert second.files == ("", None)


def test_a_form_that_cannot_be_used_says_why(tmp_path):
    _, form = example("meter", tmp_path)
    outside = replace(form.fields[0], box=Box(1200, 0, 100, 50))
    with pytest.raises(FormError, match="customer of form meter lies outside its page"):
        FormReader(replace(form, fields=(outside,)))
    with pytest.raises(FormError, match="field customer of form meter: the pattern"):
        FormReader(replace(form, fields=(replace(form.fields[0], pattern="[a"),)))
    Image.fromarray(np.full((300, 200), 255, np.uint8)).save(tmp_path / "meter.png")
    with pytest.raises(FormError, match="too little print"):
        FormReader(replace(form, fields=(replace(form.fields[0], box=Box(0, 0, 9, 9)),)))


def test_options_are_those_of_any_reading_but_for_what_the_form_says(tmp_path):
    _, form = example("meter", tmp_path)
    reader = FormReader(form, options=ReadOptions("tiny", max_error=0.1))
    assert reader.network.name.startswith("tiny@")
    assert reader.options.max_error == 0.1
    with pytest.raises(ValueError, match="alphabet and rotate cannot be given for filled forms"):
        FormReader(form, options=ReadOptions(alphabet="digits", rotate=0))
