"""The best text that a grammar allows: by hand, against all texts there are, and on a line of glyphs."""

from itertools import product
from math import prod

import numpy as np
import pytest

from digitlens.reader.constrained import (
    DOUBT,
    LEAST_LABEL_PROBABILITY,
    MISSED,
    STRAY,
    constrained_decode,
    decode_line,
)
from digitlens.reader.lexicon import Lexicon
from digitlens.reader.pattern import parse
from digitlens.types import Box, Glyph, Line

BOX = Box(0, 0, 9, 9)


def glyph(score: float = 1.0, **chances: float) -> Glyph:
    """A glyph with these chances; ``_5`` is 5."""
    found = {name.removeprefix("_"): chance for name, chance in chances.items()}
    label = max(found, key=lambda name: found[name])
    return Glyph(label, found[label], score, BOX, False, "unsure", found)


def sign(label: str) -> Glyph:
    return Glyph(label, 0.95, 0.0, BOX, True, None, {label: 0.95})


def line(*glyphs: Glyph) -> Line:
    return Line(glyphs, BOX)


@pytest.mark.parametrize("pattern", ["[ab]+", "a|ab|abb|bab", "(a|b)b?[ab]", "a{1,3}b*"])
def test_it_is_the_likeliest_of_all_that_are_allowed(pattern: str) -> None:
    rng = np.random.default_rng(len(pattern))
    chances = [dict(zip("ab", row.tolist(), strict=True)) for row in rng.dirichlet([1, 1], 3)]
    grammar = parse(pattern, "ab")
    weights = {
        "".join(text): prod(chance[character] for chance, character in zip(chances, text, strict=True))
        for text in product("ab", repeat=3)
        if constrained_decode([{character: 1.0} for character in text], grammar).allowed > 0.5  # pyright: ignore[reportOptionalMemberAccess]
    }
    found = constrained_decode(chances, grammar)
    assert found is not None
    best = max(weights, key=lambda text: weights[text])
    assert found.text == best == "".join(found.labels)
    assert found.allowed == pytest.approx(sum(weights.values()), rel=1e-4)
    assert found.posterior == pytest.approx(weights[best] / sum(weights.values()), rel=1e-4)
    for i, seen in enumerate(found.marginals):
        with_a = sum(weight for text, weight in weights.items() if text[i] == "a") / sum(weights.values())
        assert seen.get("a", 0.0) == pytest.approx(with_a, abs=1e-4)
        assert sum(seen.values()) == pytest.approx(1)


def test_look_alikes_are_settled_by_the_pattern() -> None:
    written = line(glyph(_0=0.3, O=0.7), glyph(_1=0.2, I=0.5, l=0.3))
    found = decode_line(written, parse("dd"), lambda chances, _: max(chances.values()) > 0.9)
    assert found.text == "01"
    assert [one.label for one in found.glyphs] == ["0", "1"]
    assert found.field is not None
    assert (found.field.plain, found.field.differs) == ("OI", True)
    assert found.field.confidence == pytest.approx(0.06 / (0.06 + DOUBT), rel=1e-3)
    assert all(one.accepted for one in found.glyphs)
    assert found.glyphs[0].probabilities["O"] == 0


def test_what_does_not_fit_stays_for_a_person_to_look_at() -> None:
    written = line(glyph(_7=0.99, _1=0.01), glyph(_7=0.99, _1=0.01))
    found = decode_line(written, parse("ddd"), lambda *_: True)
    assert (found.text, found.field and found.field.text) == ("77", "")
    assert [one.reason for one in found.glyphs] == ["unsure", "unsure"]
    unlike = decode_line(
        line(glyph(h=1.0), glyph(e=1.0)), parse("dd"), lambda chances, _: max(chances.values()) > 0.5
    )
    assert unlike.field is not None
    assert unlike.field.confidence < 1e-6
    assert not any(one.accepted for one in unlike.glyphs)


def test_signs_may_be_missed_and_specks_may_be_taken_for_signs() -> None:
    digits = [glyph(_1=1.0), glyph(_2=1.0)]
    pattern = parse("d-d")
    exact = constrained_decode([digits[0].probabilities, {"-": 0.95}, digits[1].probabilities], pattern)
    missed = constrained_decode([one.probabilities for one in digits], pattern)
    assert exact is not None
    assert missed is not None
    assert exact.text == missed.text == "1-2"
    assert (exact.labels, missed.labels) == (("1", "-", "2"), ("1", "2"))
    assert exact.posterior == pytest.approx(0.95 / (0.95 + STRAY * MISSED), rel=1e-3)
    assert missed.p_grammar == pytest.approx(1 / (1 + DOUBT))
    stray = decode_line(line(digits[0], sign("."), digits[1]), parse("dd"), lambda *_: True)
    assert stray.text == "12"
    assert len(stray.glyphs) == 2


def test_a_blank_in_a_pattern_needs_no_glyph() -> None:
    found = constrained_decode([glyph(_1=1.0).probabilities, glyph(_2=1.0).probabilities], parse("d d"))
    assert found is not None
    assert (found.text, found.p_grammar) == ("1 2", pytest.approx(1 / (1 + DOUBT)))


def test_a_word_of_the_lexicon_wins_over_likelier_letters() -> None:
    letters = [{"h": 0.5, "n": 0.5}, {"o": 1.0}, {"v": 0.7, "u": 0.3}, {"s": 0.9, "5": 0.1}, {"e": 1.0}]
    found = constrained_decode(letters, Lexicon(["house", "horse", "mouse", "nova"]))
    assert found is not None
    assert found.text == "house"
    assert found.posterior == pytest.approx(1, abs=20 * LEAST_LABEL_PROBABILITY)


def test_of_too_many_ways_the_likeliest_are_walked() -> None:
    words = [a + b + c for a in "abcd" for b in "abcd" for c in "abcd"]
    chances = [{"b": 0.6, "c": 0.3, "d": 0.1}] * 3
    found, every = (
        constrained_decode(chances, Lexicon(words), most_states=3),
        constrained_decode(chances, Lexicon(words)),
    )
    assert found is not None
    assert every is not None
    assert found.text == every.text == "bbb"
    assert found.posterior > every.posterior == pytest.approx(0.6**3, rel=1e-3)


def test_of_many_signs_that_may_be_missing_no_more_are_thought_of_than_states() -> None:
    """Of nine dashes none was found; where four states are walked, the text behind them is out of reach."""
    chances, grammar = [{"1": 1.0}, {"2": 1.0}], parse("1-{9}2")
    found = constrained_decode(chances, grammar)
    assert found is not None
    assert found.text == "1---------2"
    assert found.allowed == pytest.approx(1)
    assert found.likelihood == pytest.approx(MISSED**9)
    assert constrained_decode(chances, grammar, most_states=4) is None
