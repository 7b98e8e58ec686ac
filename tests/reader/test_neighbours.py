"""Look-alikes of different kinds, told apart by what stands beside them."""

import numpy as np
import pytest

from digitlens.reader.neighbours import kind_odds, kinds_of
from digitlens.types import Box, Glyph

LABELS = ("0", "7", "O", "T", "o", "t")
ALIKE = {"0": "Oo", "O": "0o", "o": "0O", "T": "t", "t": "T"}


def line(*sure: str) -> np.ndarray:
    """A line of characters; ``?`` may be 0, O or o as well."""
    rows = np.full((len(sure), len(LABELS)), 0.002)
    for row, label in zip(rows, sure, strict=True):
        row[[i for i, each in enumerate(LABELS) if each == label or (label == "?" and each in "0Oo")]] = 0.33
    return rows / rows.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("written", "read"), [("7?7", "707"), ("T?T", "TOT"), ("t?t", "tot"), ("?77", "077"), ("TT?", "TTO")]
)
def test_what_looks_alike_is_of_the_kind_of_its_neighbours(written: str, read: str) -> None:
    probabilities = line(*written)
    weighed = probabilities * kind_odds(probabilities, LABELS, ALIKE)
    assert "".join(LABELS[i] for i in weighed.argmax(axis=1)) == read


def test_what_is_alone_or_like_nothing_stays_as_it_is() -> None:
    assert (kind_odds(line("?"), LABELS, ALIKE) == 1).all()
    odds = kind_odds(line("T", "7", "T"), LABELS, ALIKE)
    assert (odds[1] == 1).all()  # a 7 is taken for nothing else, whatever stands beside it
    assert kind_odds(line("7", "?"), LABELS, ALIKE)[1, LABELS.index("T")] == 1


def test_kinds() -> None:
    assert kinds_of(("5", "S", "s", "-")).tolist() == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
        [False, False, False],
    ]


@pytest.mark.parametrize(
    ("probabilities", "twin"),
    [
        ({"O": 0.5, "0": 0.4, "D": 0.1}, "0"),
        ({"K": 0.5, "k": 0.49, "X": 0.01}, "k"),
        ({"4": 0.5, "9": 0.49, "7": 0.01}, None),  # both are digits: no neighbour tells
        ({"O": 0.4, "0": 0.25, "D": 0.2, "Q": 0.15}, None),  # it may be much else
        ({"7": 1.0}, None),
    ],
)
def test_a_glyph_names_what_it_may_be_as_well(probabilities: dict[str, float], twin: str | None) -> None:
    best = max(probabilities, key=lambda label: probabilities[label])
    glyph = Glyph(best, probabilities[best], 1.0, Box(0, 0, 9, 9), False, "unsure", probabilities)
    assert glyph.twin == twin
