"""Readers of other alphabets: chosen, found a network for, and added without a line of code."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitlens import Reader
from digitlens.data import DATASETS, DataFile, DatasetEntry, Split, load
from digitlens.errors import AlphabetMismatch
from digitlens.evaluate import evaluate
from digitlens.model import ALPHABETS, Card, Network, card_path, find


@pytest.fixture
def greek(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A network of ten labels, said to be Greek letters, in a folder of models of its own."""
    path = tmp_path / "models" / "greek.onnx"
    path.parent.mkdir()
    shutil.copy(find("fast"), path)
    card = replace(Card.load(card_path(find("fast"))), labels=tuple("αβγδεζηθικ"))
    card.save(card_path(path))
    monkeypatch.setenv("DIGITLENS_MODELS", str(path.parent))
    return path


@pytest.fixture
def alnum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models with one that is said to read digits and letters of both cases."""
    path = tmp_path / "more" / "zz.onnx"
    path.parent.mkdir()
    shutil.copy(find("fast"), path)
    replace(Card.load(card_path(find("fast"))), labels=tuple(ALPHABETS["alnum"])).save(card_path(path))
    monkeypatch.setenv("DIGITLENS_MODELS", str(path.parent))
    return path


def seven() -> Image.Image:
    picture = Image.new("L", (90, 120), 255)
    ImageDraw.Draw(picture).line([(20, 22), (68, 22), (36, 100)], fill=0, width=9, joint="curve")
    return picture


def test_a_third_alphabet_needs_an_entry_and_a_card(
    greek: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = Reader("greek", max_error=1).read(seven())
    assert reading.text == "θ"  # the eighth of its labels
    assert sorted(reading.glyphs[0].probabilities) == sorted("αβγδεζηθικ")
    assert Reader(alphabet="θι").network.path == greek
    assert Reader("greek", alphabet="θι").classify(seven()).glyphs[0].label == "θ"
    assert Reader(pattern="[α-κ]").read(seven()).text == "θ"
    assert Reader(lexicon=["ω", "η"], alphabet="αβγδεζηθικ", model="greek").read(seven()).text == "η"

    images = np.stack([np.asarray(seven().resize((28, 28)))] * 4)
    (tmp_path / "data" / "greek").mkdir(parents=True)
    np.savez(tmp_path / "data" / "greek" / "test.npz", images=images, labels=np.array(["θ", "θ", "θ", "β"]))
    content = (tmp_path / "data" / "greek" / "test.npz").read_bytes()
    file = DataFile("greek/test.npz", len(content), hashlib.sha256(content).hexdigest())
    entry = DatasetEntry("Greek", "none", "none", {"test": Split(4, (file,))}, alphabet=tuple("βθ"))
    monkeypatch.setitem(DATASETS, "greek", entry)
    monkeypatch.setenv("DIGITLENS_DATA", str(tmp_path / "data"))
    assert len(load("greek", "test")) == 4
    measured = evaluate("greek", "greek")
    assert measured.labels == ("β", "θ")
    assert measured.figures.accuracy == 0.75


def test_a_wanted_label_that_no_network_has_is_told(greek: Path) -> None:
    with pytest.raises(AlphabetMismatch, match=r"fast@\w+ does not read AB: it reads 0123456789"):
        Reader("fast", alphabet="01AB")
    with pytest.raises(AlphabetMismatch, match=r"No model reads all of ж: there are .*greek"):
        Reader(alphabet="ж")


def test_the_default_reads_digits_however_they_are_asked_for() -> None:
    default = Reader()
    for alphabet in ("digits", "9876543210", "0123456789-/"):
        reader = Reader(alphabet=alphabet)
        assert reader.network is default.network
        assert reader.alphabet.calibration == default.alphabet.calibration
        assert reader.read(seven()).to_dict()["lines"] == default.read(seven()).to_dict()["lines"]


def test_fewer_digits_share_the_probability_of_all() -> None:
    whole = Reader("robust").classify(seven()).glyphs[0]
    part = Reader("robust", alphabet="17").classify(seven()).glyphs[0]
    assert set(part.probabilities) == {"1", "7"}
    assert sum(part.probabilities.values()) == pytest.approx(1)
    assert part.label == whole.label == "7"
    assert part.confidence >= whole.confidence


def test_a_field_tells_what_it_would_say_without() -> None:
    reading = Reader("robust", pattern="[12]").read(seven())
    assert reading.text in ("1", "2")
    told = reading.to_dict()["lines"][0]["field"]
    assert (told["text"], told["plain"]) == (
        reading.text,
        reading.lines[0].field and reading.lines[0].field.plain,
    )
    assert "field" not in Reader("robust").read(seven()).to_dict()["lines"][0]


@pytest.mark.parametrize(
    ("pattern", "labels"),
    [("dd.dd", "digits"), ("[01]+", "digits"), ("LL", "upper"), (r"\d[a-f]", "alnum"), ("a/a", "letters")],
)
def test_a_pattern_is_read_in_the_alphabet_around_it(pattern: str, labels: str, alnum: Path) -> None:
    reader = Reader(pattern=pattern)
    assert set(reader.alphabet.labels) == set(ALPHABETS[labels])


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        ({"pattern": "d{"}, "cannot be understood"),
        ({"lexicon": []}, "the lexicon has no words"),
        ({"pattern": "d", "lexicon": ["1"]}, "one of them only"),
        ({"alphabet": "0 1"}, "no blanks"),
        ({"alphabet": "-"}, "signs alone"),
    ],
)
def test_a_choice_that_cannot_be_is_told(choice: dict, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Reader(**choice)


def test_networks_share_one_session(greek: Path) -> None:
    assert isinstance(Reader("greek").network, Network)
    assert Reader("greek", alphabet="θι").network is Reader("greek").network
