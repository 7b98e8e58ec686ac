"""The options of a reading: one declaration, the same names on every face."""

import pickle
from dataclasses import fields, replace
from typing import get_type_hints

import click
import numpy as np
import pytest

from digitlens import Reader, ReadOptions
from digitlens.api.request_schemas import Options, PageOptions
from digitlens.api.sheet_schemas import FormOptions, TableOptions
from digitlens.batch.job import Job
from digitlens.cli import batch, classify, evaluate, explain, form, gallery, read, table
from digitlens.reader import ReadKeywords

NAMES = [field.name for field in fields(ReadOptions)]


def options_of(command: click.Command) -> set[str | None]:
    return {one.name for one in command.params if isinstance(one, click.Option)}


def test_keywords_are_the_fields() -> None:
    """All but the network, which is the first argument."""
    assert [*get_type_hints(ReadKeywords)] == NAMES[1:]


@pytest.mark.parametrize(
    ("command", "without"),
    [
        (read.command, set()),
        (batch.command, set()),
        (table.command, set()),
        (gallery.command, set()),
        (evaluate.command, {"model"}),
        (classify.command, {"rotate"}),
        (explain.command, {"rotate", "max_error"}),
        (form.read, {"alphabet", "pattern", "lexicon", "rotate"}),
    ],
)
def test_commands_take_them_by_the_same_names(command: click.Command, without: set[str]) -> None:
    assert options_of(command) & {*NAMES} == {*NAMES} - without
    (model, *_) = [one for one in read.command.params if one.name == "max_error"]
    assert model.opts == ["--max-error"]


def test_the_api_takes_them_by_the_same_names() -> None:
    """But for what the server decides: where and in what it computes."""
    assert {*PageOptions.model_fields} - {"explain"} == {*NAMES} - {"device", "precision"}
    assert {*Options.model_fields} == {*PageOptions.model_fields} - {"rotate"}
    assert {*TableOptions.model_fields} - {"sums"} == {*PageOptions.model_fields} - {"explain"}
    assert {*FormOptions.model_fields} - {"form"} == {"model", "max_error"}
    assert FormOptions(model="tiny", form="meter").reading() == ReadOptions("tiny")
    asked = PageOptions(model="tiny", pattern="dd", max_error=0.1, rotate=90, explain=True)
    assert asked.reading() == ReadOptions("tiny", pattern="dd", max_error=0.1, rotate=90)
    assert PageOptions(lexicon=["1", "7"]).reading().lexicon == ("1", "7")


def test_a_reader_keeps_what_it_was_given_and_keywords_come_first() -> None:
    base = ReadOptions("tiny", alphabet="17", max_error=0.1)
    reader = Reader(options=base, max_error=0.2)
    assert reader.options == replace(base, max_error=0.2)
    assert (reader.max_error, reader.network.name.partition("@")[0], reader.alphabet.labels) == (
        0.2,
        "tiny",
        ("1", "7"),
    )
    assert Reader("classic", options=base).network.name.startswith("classic@")
    assert Reader("tiny", alphabet="17", max_error=0.1).options == base
    with pytest.raises(TypeError, match="alphabt"):
        Reader(alphabt="digits")  # pyright: ignore[reportCallIssue]


def test_pages_are_turned_as_the_options_say() -> None:
    page = np.full((120, 300), 255, np.uint8)
    page[30:90, 40:48] = page[30:90, 120:128] = page[30:90, 200:208] = 0  # 1 1 1
    turned = np.ascontiguousarray(np.rot90(page))  # its top is on the left
    text = Reader(rotate=90).read(turned).text
    assert text.replace(" ", "") == "111"
    assert Reader(rotate=0).read(turned, rotate=90).text == text
    assert Reader(rotate=0).read(turned).text != text


def test_a_batch_reads_as_they_say() -> None:
    options = ReadOptions("tiny", alphabet="17", rotate=90)
    job = pickle.loads(pickle.dumps(Job(options=options)))
    assert job.reader().options == options


def test_they_can_be_keys() -> None:
    assert len({ReadOptions(lexicon=["a", "b"]), ReadOptions(lexicon=("a", "b")), ReadOptions()}) == 2  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"max_error": 0}, "max_error is 0; it must be above 0"),
        ({"max_error": float("nan")}, "max_error is nan"),
        ({"rotate": float("inf")}, "rotate is inf; it must be a number of degrees"),
        ({"lexicon": "words.txt"}, "lexicon is one text; it must be a list of words"),
        ({"pattern": "d", "lexicon": ["1"]}, "one of them only"),
        (
            {"alphabet": "lettres"},
            r"'lettres' is no name of one: did you mean letters\? The names are alnum,",
        ),
        (
            {"alphabet": "digits+-"},
            "the name digits stands alone: give its characters .* such as 0123456789-",
        ),
        ({"alphabet": "hexagon"}, "'hexagon' is no name of one: the names are alnum, digits"),
        ({"alphabet": "a b"}, "no blanks"),
    ],
)
def test_what_cannot_be_used_is_told(wrong: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ReadOptions(**wrong)


@pytest.mark.parametrize(
    ("alphabet", "labels"),
    [("'cab'", "abc"), ('"cab"', "abc"), ("ABCDEF", "ABCDEF"), ("IX", "IX"), ("0123456789X", "0123456789X")],
)
def test_characters_are_taken_as_they_are(alphabet: str, labels: str) -> None:
    assert Reader(alphabet=alphabet).alphabet.labels == (*labels,)
