"""The file of a form: what it may say, and what is said where it says something else."""

import pytest

from digitlens.errors import FormError
from digitlens.forms import Form, FormField
from digitlens.types import Box

GOOD = {
    "pages": [{"file": "blank.png"}],
    "fields": [{"name": "a", "box": [1, 2, 30, 40]}, {"name": "b", "box": [1, 2, 30, 40], "kind": "tick"}],
}


def field(**told) -> FormField:
    return FormField("a", Box(0, 0, 9, 9), **told)


def test_a_form_is_read(tmp_path):
    (path := tmp_path / "mine.toml").write_text(
        '[[pages]]\nfile = "b.pdf"\npage = 2\n[[fields]]\nname = "n"\nbox = [1, 2, 3, 4]\ncomb = 8\n'
        '[[checks]]\nkind = "luhn"\nof = ["n"]\n'
    )
    form = Form.load(path)
    assert (form.name, form.folder, form.pages[0].page) == ("mine", tmp_path, 2)
    assert form.fields[0] == FormField("n", Box(1, 2, 3, 4), comb=8)
    assert form.checks[0].of == ("n",)


@pytest.mark.parametrize(
    ("told", "grammar"),
    [
        ({}, r"\d+"),
        ({"digits": 3}, r"\d{1,3}"),
        ({"digits": 5, "decimals": 2}, r"\d{1,3}[.,]\d{2}"),
        ({"comb": 5, "decimals": 2}, r"\d{1,5}"),
        ({"range": (0.0, 20.0)}, r"\d{1,2}"),
        ({"range": (-5.0, 400.0)}, r"-?\d{1,3}"),
        ({"kind": "code", "digits": 4}, "dddd"),
        ({"kind": "date"}, "dd.dd.dddd"),
        ({"kind": "date", "format": "YYYY-MM-DD", "comb": 8}, "dddddddd"),
        ({"kind": "tick"}, None),
        ({"pattern": "LLdd"}, "LLdd"),
    ],
)
def test_what_a_field_may_hold(told, grammar):
    assert field(**told).grammar == grammar


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pages": []}, "needs one of each"),
        ({"fields": []}, "needs one of each"),
        ({"colour": 1}, "no colour"),
        ({"fields": [{"name": "a"}]}, r"field 1 \(a\) lacks box"),
        ({"fields": [{"name": "a", "box": [1, 2, 3]}]}, "box must be"),
        ({"fields": [{"name": "a", "box": [1, 2, 3, True]}]}, "box must be"),
        ({"fields": [{"name": "a", "box": [1, 2, 30, 40], "kind": "word"}]}, "one of number, code"),
        ({"fields": [{"name": "a", "box": [1, 2, 30, 40], "page": 2}]}, "page 2 of 1"),
        ({"fields": [{"name": "a", "box": [1, 2, 30, 40], "comb": -1}]}, "comb must be"),
        ({"fields": [{"name": "a", "box": [1, 2, 30, 40], "shape": 1}]}, "no shape"),
        (
            {"fields": [{"name": "a", "box": [1, 2, 30, 40], "kind": "date", "format": "DD"}]},
            "format must have",
        ),
        ({"fields": GOOD["fields"] + GOOD["fields"]}, "two fields are named a"),
        ({"fields": {"a": 1}}, r"under \[\[fields\]\]"),
        ({"checks": [{"kind": "sum", "of": ["a"]}]}, "a sum has equals"),
        ({"checks": [{"kind": "sum", "of": ["z"], "equals": "a"}]}, "no such field"),
        ({"checks": [{"kind": "range", "of": ["a"]}]}, "has range"),
        ({"checks": [{"kind": "magic", "of": ["a"]}]}, "one of sum"),
    ],
)
def test_what_cannot_be_is_named(change, said):
    with pytest.raises(FormError, match=said):
        Form.of({**GOOD, **change})


def test_a_file_that_is_no_toml_is_named(tmp_path):
    (path := tmp_path / "form.toml").write_bytes(b"\xff\xfe nonsense")
    with pytest.raises(FormError, match=r"form\.toml is not TOML"):
        Form.load(path)
