"""``digitlens evaluate --pages`` as a person runs it."""

import json
from pathlib import Path

import cv2
import pytest
from click.testing import CliRunner

from digitlens.cli import main
from written import page_of


def run(*arguments: object):
    return CliRunner().invoke(main, ["evaluate", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page as its label says, and one whose label says otherwise."""
    cv2.imwrite(str(tmp_path / "right.png"), page_of(["473", "734"]))
    cv2.imwrite(str(tmp_path / "other.png"), page_of(["43"]))
    (tmp_path / "index.csv").write_text(
        "file,label,kind,source\nright.png,473|734,photo,Ann\nother.png,47,scan,Ben\n", encoding="utf-8"
    )
    return tmp_path


def words(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_the_figures_are_told_in_all_by_kind_and_by_source(folder):
    result = run("--pages", folder)
    assert result.exit_code == 0
    lines = words(result.stdout)
    assert result.stdout.startswith("robust@")
    assert f"on {folder}: 2 pages in " in result.stdout
    assert ["pages", "exact", "50.00%", "9.45%", "to", "90.55%", "1", "of", "2", "50.00%"] in lines
    assert ["digit", "errors", "12.50%", "2.24%", "to", "47.09%", "1", "of", "8", "25.00%"] in lines
    for name, exact in (("photo", "100.00%"), ("scan", "0.00%"), ("Ann", "100.00%"), ("Ben", "0.00%")):
        (line,) = [line for line in lines if line[-1:] == [name]]
        assert line[:2] == ["1", exact]
    assert "other.png" not in result.stdout


def test_the_wrong_pages_are_listed_where_they_are_asked_for(folder):
    result = run("robust", "--pages", folder, "--errors")
    told = words(result.stdout.partition("other.png")[2])
    assert ["wanted", "47"] in told
    assert ["read", "43"] in told
    assert "right.png" not in result.stdout


def test_json_is_one_object(folder):
    result = run("classic", "--pages", folder, "--json", "--errors", "--max-error", "0.01")
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert found["model"].startswith("classic@")
    assert (found["pages"], found["max_error"], found["count"]) == (str(folder), 0.01, 2)
    assert found["exact"]["of"] == 2
    assert set(found["by_source"]) == {"Ann", "Ben"}
    (wrong,) = [page for page in found["errors"] if page["file"] == "other.png"]
    assert wrong["wanted"] == "47"
    assert "errors" not in json.loads(run("classic", "--pages", folder, "--json").stdout)


def test_damaged_and_missing_pictures_are_named_and_count_as_failures(folder):
    (folder / "right.png").write_bytes(b"this is no picture")
    (folder / "other.png").unlink()
    result = run("--pages", folder, "--errors")
    assert result.exit_code == 1
    assert "2 could not be read" in result.stdout
    for name in ("right.png", "other.png"):
        assert str(folder / name) in result.stderr
        assert f"\n{name}   not accepted: {folder / name}" in result.stdout
    assert ["pages", "exact", "0.00%", "0.00%", "to", "65.76%", "0", "of", "2", "0.00%"] in words(
        result.stdout
    )


def test_a_folder_that_is_not_there_or_holds_nothing_is_a_sentence(tmp_path):
    for place in (tmp_path / "nosuch", tmp_path):
        result = run("--pages", place)
        assert result.exit_code == 1
        assert result.stderr.startswith(f"Error: {place} ")
        assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["robust"],
        ["robust", "--pages", ".", "--dataset", "mnist"],
        ["--dataset", "mnist", "--errors"],
        ["--pages", "drawn", "--sheets", "0"],
    ],
)
def test_wrong_usage_is_2(arguments):
    assert run(*arguments).exit_code == 2
