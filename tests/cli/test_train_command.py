"""``digitlens train`` before it trains: what is wrong with the data is told at once, without TensorFlow."""

import subprocess
import sys
from pathlib import Path

import pytest

WATCHED = """
import sys
from digitlens.cli import main
try:
    main(sys.argv[1:])
finally:
    print(*(name for name in ("tensorflow", "keras", "onnxruntime") if name in sys.modules), file=sys.stderr)
"""


def trained(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run the command, and tell last on standard error which slow packages it imported."""
    command = [sys.executable, "-c", WATCHED, "train", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_help_comes_at_once() -> None:
    result = trained("--help")
    assert result.returncode == 0
    assert "digitlens train my_digits/" in result.stdout
    assert result.stderr.splitlines()[-1] == ""


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: (path / "seven").mkdir(), "has a folder 'seven', which is no label"),
        (lambda path: (path / "7").mkdir(), "holds no pictures: put them into folders named 0 to 9"),
        (lambda path: (path / "data.pkl").write_bytes(b"\x80\x04]\x94."), "is a pickle, and to read one is"),
        (lambda path: path.rmdir(), "is neither a file or folder nor a dataset; the datasets are"),
    ],
    ids=["no label", "empty", "pickle", "nothing"],
)
def test_a_wrong_folder_is_told_before_anything_slow_is_imported(make, said: str, tmp_path: Path) -> None:
    folder = tmp_path / "digits"
    folder.mkdir()
    make(folder)
    result = trained(folder)
    assert result.returncode == 1
    *_, sentence, imported = result.stderr.splitlines()
    assert said in sentence
    assert imported == ""


def test_data_named_twice_are_wrong_usage(tmp_path: Path) -> None:
    result = trained(tmp_path, "--dataset", "mnist")
    assert result.returncode == 2
    assert "name them once" in result.stderr
