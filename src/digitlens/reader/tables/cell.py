"""One cell of a table, or one field of a form: what stands in it, and what else may."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, inf, log
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from digitlens.model import SIGNS
from digitlens.reader.constrained import MISSED, STRAY
from digitlens.reader.grammar import Grammar, State
from digitlens.types import Box, Glyph, Gray

__all__ = ["EMPTY_CELL", "MOST_CANDIDATES", "Candidate", "Cell", "likely", "likely_of"]

MOST_CANDIDATES = 64
"""Texts of a cell that are held against checks: a check digit leaves one of ten."""

CANDIDATE_RANGE = 18.0
"""Nats by which a text may be less likely than the best: checks bear out no more."""

LABELS_A_GLYPH = 6  # that a glyph may have, the likeliest
LEAST_PROBABILITY = 1e-7  # probability of a label below which it is none of them
TOO_MANY = 0.002  # of the glyphs that are found, so many are a part of another, or of the print


class Candidate(NamedTuple):
    """A candidate for the text of a cell, and the logarithm of its probability, nats."""

    text: str
    log_probability: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: what is read; ``""`` where nothing is written, ``"-"`` for a dash, ``"x"`` for a box ticked.
        confidence: how surely, 0 to 1.
        accepted: false where a person should look.
        reason: why: ``"unsure"``, ``"not_a_digit"``, ``"incomplete"`` (ink that was not read), or the name of the check
            that does not hold; None where it was accepted.
        box: where it stands in the picture as uploaded.
        candidates: what it may say, the likeliest first.
        picture: of it, even light, the print taken away; not compared, and not in the JSON.
    """

    text: str
    confidence: float
    accepted: bool
    reason: str | None = None
    box: Box | None = None
    candidates: tuple[Candidate, ...] = ()
    picture: Gray | None = field(default=None, repr=False, compare=False)

    @property
    def second(self) -> str | None:
        """The likeliest text but the one read; None where there is no other."""
        return next((one.text for one in self.candidates if one.text != self.text), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain values; the confidence to six places, of the candidates the best three."""
        told = {
            "text": self.text,
            "confidence": round(self.confidence, 6),
            "accepted": self.accepted,
            "reason": self.reason,
            "box": None if self.box is None else self.box.to_list(),
        }
        return {**told, "top": [[text, round(exp(chance), 6)] for text, chance in self.candidates[:3]]}


EMPTY_CELL = Cell("", 1.0, True, candidates=(Candidate("", 0.0),))
"""A cell that nothing is written in."""


def likely_of(
    glyphs: Sequence[Glyph], grammar: Grammar | None, most: int = MOST_CANDIDATES
) -> tuple[Candidate, ...]:
    """The likeliest texts of glyphs in a row that a grammar allows, the best first.

    Args:
        glyphs: from left to right.
        grammar: what is allowed; None for anything.
        most: how many texts are wanted at most.
    """
    chances = [{glyph.label: 1.0} if glyph.label in SIGNS else glyph.probabilities for glyph in glyphs]
    return likely(chances, grammar, most, [1 - glyph.digit_score for glyph in glyphs])


def likely(
    probabilities: Sequence[Mapping[str, float]],
    grammar: Grammar | None = None,
    most: int = MOST_CANDIDATES,
    strange: Iterable[float] | None = None,
) -> tuple[Candidate, ...]:
    """The likeliest texts that a row of glyphs may say, the best first (k-best Viterbi: Chow and Schwartz 1989).

    Args:
        probabilities: of the labels of each glyph; that of a found sign is of the sign alone.
        grammar: what is allowed; None for anything.
        most: how many texts are wanted at most.
        strange: how surely each glyph is none, 0 to 1.

    Returns:
        Their probabilities add up to 1.
    """
    doubts = [0.0] * len(probabilities) if strange is None else [*strange]
    ways: _Ways = {grammar.start if grammar else None: {"": 0.0}}
    for chances, doubt in zip(probabilities, doubts, strict=True):
        ways = _beyond(_with_missed(ways, grammar, most), chances, doubt, grammar, most)
    ways = _with_missed(ways, grammar, most)
    ends: dict[str, float] = {}
    for state, row in ways.items():
        if grammar is None or grammar.ends(state):
            _raise(ends, row.items())
    best = _best(ends, most)
    if not best:
        return ()
    total = float(np.logaddexp.reduce([*best.values()]))
    return tuple(Candidate(text, chance - total) for text, chance in best.items())


_Ways = dict[State, dict[str, float]]
"""Texts with their log-probabilities, the best first, by the state of the grammar that they lead to."""


def _beyond(
    ways: _Ways, chances: Mapping[str, float], doubt: float, grammar: Grammar | None, most: int
) -> _Ways:
    """The ways through one more glyph."""
    after: _Ways = {}
    stray = log(STRAY if next(iter(chances), "") in SIGNS else max(TOO_MANY, min(doubt, 0.5)))
    told = [(label, log(p)) for label, p in chances.items() if p > LEAST_PROBABILITY and label]
    told.sort(key=itemgetter(1), reverse=True)
    for state, row in ways.items():
        moves = None if grammar is None else grammar.moves(state)
        _raise(after.setdefault(state, {}), ((text, chance + stray) for text, chance in row.items()))
        able = [one for one in told if moves is None or one[0] in moves]
        for label, gain in able[:LABELS_A_GLYPH]:
            target = None if moves is None else moves[label]
            longer = ((text + label, chance + gain) for text, chance in row.items())
            _raise(after.setdefault(target, {}), longer)
    return {state: _best(row, most) for state, row in after.items()}


def _with_missed(ways: _Ways, grammar: Grammar | None, most: int) -> _Ways:
    """The ways, and those through signs that nothing was found for."""
    if grammar is None:
        return ways
    found = {state: {**row} for state, row in ways.items()}
    waiting = [*ways]
    for state in waiting:  # which grows as it is walked
        for character, target in grammar.moves(state).items():
            if not character.isalnum():
                cost = log(MISSED) if character in SIGNS else 0.0
                longer = [(text + character, chance + cost) for text, chance in found[state].items()]
                if target not in found and len(waiting) < 100:
                    waiting.append(target)
                _raise(found.setdefault(target, {}), longer)
    return {state: _best(row, most) for state, row in found.items()} if len(found) > len(ways) else found


def _raise(row: dict[str, float], more: Iterable[tuple[str, float]]) -> None:
    """Enter texts, each as likely as it is in the likelier of two ways."""
    for text, chance in more:
        if chance > row.get(text, -inf):
            row[text] = chance


def _best(row: dict[str, float], most: int) -> dict[str, float]:
    """The likeliest, the best first."""
    least = max(row.values(), default=0.0) - CANDIDATE_RANGE
    ranked = sorted((pair for pair in row.items() if pair[1] >= least), key=itemgetter(1), reverse=True)
    return dict(ranked[:most])
