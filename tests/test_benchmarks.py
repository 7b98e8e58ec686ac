"""The benchmarks of whole pictures: that they count what they say."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitlens.data import Dataset
from digitlens.types import Box, Glyph, Line, Reading

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def benchmark(monkeypatch):
    """A benchmark's module by its name."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return import_module


def bars() -> Dataset:
    """A bar, the only digit there is: a one."""
    images = np.zeros((1, 28, 28), np.uint8)
    images[0, 4:24, 12:16] = 255
    return Dataset("bars", images, np.array([1]), tuple("0123456789"))


def read_as(text: str) -> Any:
    """A reader to which every picture says ``text``."""

    def read(_: Any) -> Any:
        return SimpleNamespace(text=text)

    return SimpleNamespace(read=read)


@pytest.mark.parametrize(
    ("text", "exact", "wrong"),
    [("111111\n111111\n111111", 1, 0), ("111111111111111111", 0, 0), ("111111\n711111\n11111", 0, 2 / 18)],
)
def test_a_page_is_exact_with_its_lines_and_digits_count_without(benchmark, monkeypatch, text, exact, wrong):
    pages = benchmark("pages")
    monkeypatch.setattr(pages, "_digits", bars)
    monkeypatch.setattr(pages, "_reader", lambda _: read_as(text))
    assert pages._severity("m", {"gap": 0.1}, 2) == (exact, pytest.approx(wrong))
    assert pages._overlapping("m", (0.0, 0.1), 2) == 0


def test_both_of_a_pair_have_to_be_right(benchmark, monkeypatch):
    pages = benchmark("pages")
    monkeypatch.setattr(pages, "_digits", bars)
    for text, right in (("11", 1), ("1", 0), ("17", 0), ("1\n1", 0)):
        monkeypatch.setattr(pages, "_reader", lambda _, text=text: read_as(text))
        assert pages._overlapping("m", (0.05, 0.1), 2) == right


def test_every_curve_is_of_settings_that_there_are(benchmark):
    pages = benchmark("pages")
    for change in pages.SEVERITIES:
        assert set(change) <= set(pages.PageSettings.__dataclass_fields__)
    assert {len(values) for values in pages.CURVES.values()} == {5}


@pytest.mark.parametrize(
    ("size", "lowest", "scales"),
    [
        ((100, 100), 40, ["0.5", "0.75", "1.5", "2", "3", "4"]),
        ((100, 100), 20, ["1.5", "2", "3", "4"]),
        ((4000, 1000), 100, ["0.5", "0.75", "1.5"]),
        ((100, 100), 4, []),
    ],
)
def test_scales_leave_digits_high_enough_and_pictures_small_enough(benchmark, size, lowest, scales):
    found = benchmark("invariance")._scalings(Image.new("L", size), lowest)
    assert list(found) == [f"scaled {scale} times" for scale in scales]
    for name, scaled in list(found.items())[:1]:
        assert scaled(Image.new("L", size)).width == float(name.split()[1]) * size[0]


def test_a_disturbed_picture_is_compared_with_itself_undisturbed(benchmark, monkeypatch, tmp_path):
    """A reader that tells the mean grey: scaling keeps it, brightness does not; a black picture says nothing."""
    invariance = benchmark("invariance")

    def read(_: str, single: bool, pixels: np.ndarray) -> Reading:
        assert single
        text = str(round(pixels.mean() / 10)) if pixels.any() else ""
        glyphs = tuple(Glyph(sign, 0.9, 0.9, Box(0, 0, 20, 30), True, None, {}) for sign in text)
        return Reading(None, "m@1", lines=(Line(glyphs, Box(0, 0, 20, 30)),) if glyphs else ())

    monkeypatch.setattr(invariance, "_read", read)
    for name, grey in (("grey", 100), ("black", 0)):
        Image.new("L", (60, 40), grey).save(tmp_path / f"{name}.png")
    found = invariance._same("m", True, tmp_path / "grey.png")
    assert found["scaled 2 times"]
    assert found["JPEG of quality 60"]
    assert not found["brightness +30 %"]
    assert "scaled 0.5 times" not in found
    assert invariance._same("m", True, tmp_path / "black.png") == {}


def test_both_ways_with_few_glyphs_learn_the_same_and_are_measured_on_others(benchmark, monkeypatch):
    """Glyphs that differ in one pixel each: what is learnt from, held back and measured on are told apart by it."""
    little = benchmark("little")
    images = np.zeros((400, 28, 28), np.uint8)
    images[:, 10, 10], images[:, 11, 11] = np.arange(400) // 200, np.arange(400) % 200
    digits = Dataset("dots", images, np.arange(400) % 10, tuple("0123456789"), framed=True)
    monkeypatch.setattr(little, "_digits", lambda: digits)
    monkeypatch.setattr(little, "TESTED", 100)
    seen = []

    def trained(sets: Any, start: Path | None) -> tuple[float, float]:
        parts = [{image.tobytes() for image in part.images} for part in sets.parts.values()]
        assert [len(part) for part in parts] == [90, 10, 100]
        assert len(set.union(*parts)) == 200
        seen.append((start is not None, parts))
        return (0.9 if start else 0.8), 1.5

    monkeypatch.setattr(little, "_trained", trained)
    first, *rows = little.measure([100])
    assert first["what"] == "robust as it is"
    assert [(each["what"], each["value"]) for each in rows if each["unit"] == "%"] == [
        ("100 glyphs, from robust", 90),
        ("100 glyphs, from scratch", 80),
    ]
    (taught, learnt_from), (fresh, same) = seen
    assert (taught, fresh) == (True, False)
    assert learnt_from == same
