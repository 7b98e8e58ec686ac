"""What commands say and how they end: nothing is rounded up to certainty, and what was meant is guessed."""

from pathlib import Path

import click
import cv2
import numpy as np
import pytest

from commands import run
from digitlens.cli.main import LazyGroup
from digitlens.cli.output import glyph_told
from digitlens.types import Box, Glyph
from digitlens.wording import percent


@pytest.fixture
def one(tmp_path: Path) -> Path:
    image = np.full((80, 60), 255, np.uint8)
    cv2.line(image, (30, 15), (30, 65), 0, 5, cv2.LINE_AA)
    cv2.imwrite(str(tmp_path / "one.png"), image)
    cv2.imwrite(str(tmp_path / "blank.png"), np.full_like(image, 255))
    return tmp_path / "one.png"


@pytest.mark.parametrize(
    ("share", "places", "text"),
    [
        (0.99996, 1, "99.9%"),
        (1.0, 1, "100.0%"),
        (0.9996, 0, "99%"),
        (0.999951, 2, "99.99%"),
        (0.713, 1, "71.3%"),
    ],
)
def test_what_is_nearly_certain_is_never_called_certain(share: float, places: int, text: str) -> None:
    assert percent(share, places) == text


def test_a_glyph_is_told_so_too() -> None:
    glyph = Glyph("4", 0.99996, 1.0, Box(0, 0, 1, 1), True, None, {"4": 0.99996, "9": 0.00004})
    assert glyph_told(glyph) == "4 99.9% (9 0.0%)"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("red", "No such command 'red'. Did you mean read?"),
        ("clasify", "Did you mean classify?"),
        ("one.png", "To read it: digitlens read one.png"),
        (".", "To read it: digitlens batch . read.csv"),
        ("xyzzy", "No such command 'xyzzy'."),
    ],
)
def test_an_unknown_command_is_guessed(word: str, hint: str, one: Path, monkeypatch) -> None:
    monkeypatch.chdir(one.parent)
    result = run(word)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].endswith(hint)


def test_what_does_not_fit_a_pattern_has_failed(one: Path) -> None:
    assert run("read", "--pattern", "d", one).exit_code == 0
    misfit = run("read", "--pattern", "ddd", one)
    assert (misfit.exit_code, "nothing that fits" in misfit.stdout) == (1, True)
    blank = one.with_name("blank.png")
    assert (run("read", "--pattern", "d", blank).exit_code, run("read", blank).exit_code) == (1, 0)


def test_a_folder_is_sent_to_batch(one: Path) -> None:
    result = run("read", one.parent)
    assert (result.exit_code, "or all of it to `digitlens batch`" in result.stderr) == (1, True)


def test_ctrl_c_is_130(monkeypatch) -> None:
    @click.command()
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(LazyGroup, "get_command", lambda *_: stopped)
    result = run("read")
    assert (result.exit_code, result.stderr) == (130, "Stopped.\n")


def test_a_model_is_shown_for_people() -> None:
    shown = run("models", "show", "classic").stdout.splitlines()
    assert shown[0].startswith("what         classic@")
    assert "measured     99.68% of 10,000 glyphs of mnist right, 95 % interval 99.55% to 99.77%" in shown
    assert shown[-1] == "--json prints the whole card."
    assert len(shown) < 15
    assert "F1 " in run("models", "show", "pages").stdout
