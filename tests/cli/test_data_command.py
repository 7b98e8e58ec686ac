import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from digitlens.cli.data import command
from digitlens.data import DATASETS, DataFile, DatasetEntry, Split
from digitlens.data.synth.sheets import GlyphBank
from digitlens.data.synth.writers import write
from digitlens.errors import CorruptDataset, DatasetError, DatasetNotFound

# the SHA-256 of b"abc", from FIPS 180-4
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one file of a dataset ``tiny``, in DIGITLENS_DATA."""
    entry = DatasetEntry("Tiny", "free", "none", {"test": Split(1234, (DataFile("tiny/abc.npz", 3, ABC),))})
    monkeypatch.setitem(DATASETS, "tiny", entry)
    monkeypatch.setenv("DIGITLENS_DATA", str(tmp_path))
    monkeypatch.setenv("DIGITLENS_OFFLINE", "1")
    place = tmp_path / "tiny" / "abc.npz"
    place.parent.mkdir()
    place.write_bytes(b"abc")
    return place


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, arguments)
    assert not result.stderr or result.exit_code == 2
    return result.exit_code, result.stdout


def test_list_tells_what_is_here(place: Path) -> None:
    code, out = run("list")
    assert code == 0
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert set(lines) == set(DATASETS)
    assert lines["tiny"].split() == ["tiny", "here", "test", "1,234", "Tiny"]
    assert "not here  train 60,000, test 10,000" in lines["mnist"]


def test_list_as_json(place: Path) -> None:
    code, out = run("list", "--json")
    assert code == 0
    facts = {one["name"]: one for one in map(json.loads, out.splitlines())}
    assert facts["tiny"] == {
        "name": "tiny",
        "title": "Tiny",
        "splits": {"test": 1234},
        "alphabet": "0123456789",
        "licence": "free",
        "citation": "none",
        "here": True,
    }
    assert facts["mnist"]["here"] is False


def test_get_prints_where_the_files_are(place: Path) -> None:
    assert run("get", "tiny") == (0, f"{place}\n")
    code, out = run("get", "tiny", "--json")
    assert (code, json.loads(out)) == (0, {"name": "tiny", "files": [str(place)]})


def test_an_error_goes_to_the_edge(place: Path) -> None:
    place.write_bytes(b"abd")
    for name, kind in (("tiny", CorruptDataset), ("mnits", DatasetNotFound)):
        result = CliRunner().invoke(command, ["get", name])
        assert isinstance(result.exception, kind)
        assert result.stdout == ""


@pytest.mark.parametrize(
    ("name", "code"),
    [("tiny", "corrupt_dataset"), ("mnist", "download_failed"), ("mnits", "dataset_not_found")],
)
def test_an_error_as_json_is_one_line(place: Path, name: str, code: str) -> None:
    place.write_bytes(b"abd")
    exit_code, out = run("get", name, "--json")
    assert exit_code == 1
    assert out.count("\n") == 1
    found = json.loads(out)
    assert (found["name"], found["error"]["code"]) == (name, code)
    assert found["error"]["message"]


@pytest.mark.parametrize(
    "arguments", [["get"], ["get", "mnist", "usps"], ["nonsense"], ["list", "--nonsense"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    assert run(*arguments)[0] == 2


@pytest.mark.parametrize("arguments", [["--help"], ["list", "--help"], ["get", "--help"]])
def test_help_shows_an_example(arguments: list[str]) -> None:
    code, out = run(*arguments)
    assert code == 0
    assert "Example: digitlens data " in out


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank that needs no dataset."""
    digits = {
        label: [np.stack([write(int(label), np.random.default_rng(0))])] for label in map(str, range(10))
    }
    monkeypatch.setattr(GlyphBank, "load", lambda part: GlyphBank(digits, {}))


@pytest.mark.parametrize("more", [(), ("--boxes",), ("--whole", "--boxes")])
def test_show_pages_draws_as_many_samples_as_asked_for(
    bank: None, tmp_path: Path, more: tuple[str, ...]
) -> None:
    place = tmp_path / "new" / "samples.png"
    assert run("show", "pages", "-o", str(place), "--count", "4", *more) == (0, f"{place}\n")
    with Image.open(place) as picture:
        assert picture.width == 3 * 420
        assert (picture.height == 2 * (160 + 14 + 4)) is ("--whole" not in more)
    first = place.read_bytes()
    assert run("show", "pages", "-o", str(place), "--count", "4", *more)[0] == 0
    assert place.read_bytes() == first
    assert run("show", "pages", "-o", str(place), "--count", "4", "--seed", "1", *more)[0] == 0
    assert place.read_bytes() != first


def test_show_pages_refuses_a_configuration_that_lacks_a_field(bank: None, tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text("[sheet]\nplain = 0.5\n")
    arguments = ("show", "pages", "-o", str(tmp_path / "a.png"), "--config", str(config))
    result = CliRunner().invoke(command, arguments)
    assert isinstance(result.exception, DatasetError)
    assert not (tmp_path / "a.png").exists()
