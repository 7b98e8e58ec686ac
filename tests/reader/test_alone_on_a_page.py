"""One digit alone on a page is read where it stands: rules, grain and edges are ink too, and are not it."""

import numpy as np
import pytest

from digitlens import Reader
from written import Image, between_rules


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize("rules", [40, 90])
@pytest.mark.parametrize("digit", "0123456789")
def test_a_digit_between_rules_is_read_by_itself(reader: Reader, digit: str, rules: int) -> None:
    """The ink of the strip as a whole is all of its width; what that is taken for must not stand for the digit."""
    strip = between_rules(digit, rules)
    reading = reader.read(strip)
    assert reading.text == digit
    (line,) = reading.lines
    x, y, w, h = line.box.to_list()
    left, right = _ink(strip)
    assert left - 12 <= x
    assert x + w <= right + 12
    assert h <= strip.shape[0]
    assert y >= 0


def _ink(strip: Image) -> tuple[int, int]:
    """The columns between which the digit stands: where it is dark between the rules."""
    dark = np.flatnonzero((strip[8:34] < 170).any(axis=0))
    return int(dark[0]), int(dark[-1])


def test_ruled_paper_is_blank(reader: Reader) -> None:
    """What the glyph network itself is not sure of is not read where the page network sees no digit."""
    readings = [reader.read(_ruled(seed)) for seed in range(60)]
    assert sum(reading.text != "" for reading in readings) <= 3  # 11 when whatever it said was taken
    assert not any(reading.accepted for reading in readings if reading.text)


def _ruled(seed: int) -> Image:
    """Noisy paper with rules and nothing else."""
    rng = np.random.default_rng(seed)
    height, width = int(rng.integers(60, 240)), int(rng.integers(80, 320))
    paper = np.full((height, width), rng.uniform(200, 245))
    paper[:: int(rng.integers(20, 40))] -= rng.uniform(30, 90)
    return np.clip(paper + rng.normal(0, rng.uniform(2, 8), paper.shape), 0, 255).astype(np.uint8)
