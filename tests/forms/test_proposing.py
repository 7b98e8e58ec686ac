"""The fields that are found on a blank form."""

import tomllib

import pytest
from PIL import Image

from digitlens.data.synth.blanks import draw_blank
from digitlens.forms import Form
from digitlens.forms.drafting import draft_form
from digitlens.forms.proposing import propose_fields


@pytest.mark.parametrize("name", ["marks", "meter", "tally"])
def test_all_fields_of_a_blank_are_found(name):
    blank = draw_blank(name)
    found = propose_fields(blank.pixels)
    for place in blank.places:
        x, y, w, h = place.box
        near = [
            one
            for one in found
            if abs(one.box.x - x) <= 8
            and abs(one.box.y - y) <= 8
            and abs(one.box.w - w) <= 12
            and abs(one.box.h - h) <= 12
        ]
        assert len(near) == 1, place
        assert near[0].comb == place.comb
        assert (near[0].kind == "tick") == (place.kind == "tick")
    assert len(found) <= len(blank.places) + 1


def test_a_draft_is_a_form_that_can_be_read(tmp_path):
    (tmp_path / "blanks").mkdir()
    Image.fromarray(draw_blank("meter").pixels).save(picture := tmp_path / "blanks" / "my meter.png")
    fields, pictures = draft_form(picture, path := tmp_path / "FORM.toml")
    form = Form.load(path)
    assert form.pages[0].file == "blanks/my meter.png"
    assert [field.name for field in form.fields] == [f"field{i}" for i in range(1, len(fields) + 1)]
    assert [field.comb for field in form.fields][:4] == [8, 7, 6, 8]
    assert [field.kind for field in form.fields][-3:] == ["tick"] * 3
    assert pictures[0].shape == (1754, 1240, 3)
    assert tomllib.loads(path.read_text())["name"] == "FORM"
