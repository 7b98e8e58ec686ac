"""Fields: the best reading of a line that a grammar allows, and how sure it is.

All texts that the glyphs may be and the grammar allows are weighed at once: forwards and backwards through the states
of the grammar (Rabiner, A Tutorial on Hidden Markov Models, 1989), the best by Viterbi.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, log, prod
from typing import TypeAlias

import numpy as np

from digitlens.model import SIGNS
from digitlens.reader.grammar import Grammar, State
from digitlens.types import Field, Glyph, Line

__all__ = ["Decoding", "constrained_decode", "decode_line"]

_Place: TypeAlias = tuple[int, State]  # before which glyph, and in which state

SIGN_MARK = ""  # label of a glyph that belongs to no text: of a sign that is a speck
MISSED = 0.05  # of the signs that people write, so many are not found
STRAY = 0.05  # of the signs that are found, so many are none
LEAST_LABEL_PROBABILITY = 1e-6  # what a label counts at least that the network gives no chance
UNKNOWN = 1e-7  # what a character counts that it cannot read, as é in a word of a lexicon
DOUBT = (
    1e-3  # a grammar that allows for no more of what was read than this is half believed to be the wrong one
)
MOST_STATES = 1_000


@dataclass(frozen=True)
class Decoding:
    """The best text of a grammar for a line.

    Attributes:
        text: the text, with the signs that the grammar wants though none was found.
        labels: of each glyph; ``""`` for one that is left out.
        posterior: of the probability of all that the grammar allows, 0 to 1.
        allowed: the probability of what it allows, of all that the glyphs may be, 0 to 1; a sign that was not found
            does not count against it.
        likelihood: the same, but that it does.
        marginals: for each glyph, the probability of each label among what the grammar allows.
    """

    text: str
    labels: tuple[str, ...]
    posterior: float
    allowed: float
    likelihood: float
    marginals: tuple[Mapping[str, float], ...]

    @property
    def confidence(self) -> float:
        """The probability of this text: its share, if the line can be believed to hold what the grammar says."""
        return self.posterior * self.p_grammar

    @property
    def p_grammar(self) -> float:
        """The probability that the line holds what the grammar says at all, 0 to 1."""
        return self.allowed / (self.allowed + DOUBT)


@dataclass(frozen=True, slots=True)
class _Step:
    """From one state to another by a character, which a glyph is, or which nothing was found for."""

    start: _Place
    end: _Place
    character: str
    weight: float
    glyph: int | None


def constrained_decode(
    probabilities: Sequence[Mapping[str, float]], grammar: Grammar, most_states: int = MOST_STATES
) -> Decoding | None:
    """The best text of the grammar for glyphs in a row; None where it allows none of as many glyphs.

    Args:
        probabilities: of the labels of each glyph. That of a found sign is of the sign alone.
        grammar: what is allowed.
        most_states: that are walked at once; of more, the likeliest.
    """
    steps, last = _walk(probabilities, grammar, most_states)
    origin: _Place = (0, grammar.start)
    forward: dict[_Place, float] = {origin: 0.0}
    best, came = forward.copy(), dict[_Place, _Step]()
    for step in steps:
        reached = forward[step.start] + step.weight
        forward[step.end] = float(np.logaddexp(forward.get(step.end, -inf), reached))
        if (reached := best[step.start] + step.weight) > best.get(step.end, -inf):
            best[step.end], came[step.end] = reached, step
    ends = [node for node in last if grammar.ends(node[1])]
    if not ends:
        return None
    total = float(np.logaddexp.reduce([forward[node] for node in ends]))
    marginals = _marginals(steps, forward, ends, len(probabilities))
    node = max(ends, key=lambda node: best[node])
    share, way = exp(best[node] - total), list[_Step]()
    while node != origin:
        way.append(came[node])
        node = came[node].start
    text = "".join(step.character for step in reversed(way))
    labels = tuple(step.character for step in reversed(way) if step.glyph is not None)
    missed = sum(step.weight for step in way if step.glyph is None)
    allowed, likelihood = min(1.0, exp(total - missed)), min(1.0, exp(total))
    return Decoding(text, labels, min(1.0, share), allowed, likelihood, marginals)


def _marginals(
    steps: Sequence[_Step], forward: Mapping[_Place, float], ends: Sequence[_Place], glyphs: int
) -> tuple[dict[str, float], ...]:
    """The probability of each character for each glyph, over all texts, from the forward log-probabilities."""
    total = float(np.logaddexp.reduce([forward[node] for node in ends]))
    backward = dict.fromkeys(ends, 0.0)
    marginals: list[dict[str, float]] = [{} for _ in range(glyphs)]
    for step in reversed(steps):
        if step.end in backward:
            behind = step.weight + backward[step.end]
            backward[step.start] = float(np.logaddexp(backward.get(step.start, -inf), behind))
            if step.glyph is not None:
                seen, share = marginals[step.glyph], exp(forward[step.start] + behind - total)
                seen[step.character] = seen.get(step.character, 0.0) + share
    return tuple(marginals)


def _walk(
    probabilities: Sequence[Mapping[str, float]], grammar: Grammar, most_states: int
) -> tuple[list[_Step], list[_Place]]:
    """All steps that the glyphs may be, in an order in which none comes before those to its start; the last states."""
    steps, states = list[_Step](), {grammar.start: 0.0}
    for number, chances in enumerate(probabilities):
        _unseen(number, states, grammar, steps, most_states)
        after = dict[State, float]()
        for state, so_far in states.items():
            for character, target, weight in _meanings(chances, state, grammar):
                steps.append(_Step((number, state), (number + 1, target), character, weight, number))
                after[target] = max(after.get(target, -inf), so_far + weight)
        if len(after) > most_states:
            likely = sorted(after, key=lambda state: -after[state])[:most_states]
            after = {state: after[state] for state in likely}
            steps = [step for step in steps if step.end[0] <= number or step.end[1] in after]
        states = after
    _unseen(len(probabilities), states, grammar, steps, most_states)
    return steps, [(len(probabilities), state) for state in states]


def _meanings(
    chances: Mapping[str, float], state: State, grammar: Grammar
) -> Iterator[tuple[str, State, float]]:
    """Yield the readings of a glyph in a state: the character, the state behind it, and the log of its probability."""
    sign = next(iter(chances), "") in SIGNS
    if sign:
        yield SIGN_MARK, state, log(STRAY)
    for character, target in grammar.moves(state).items():
        if character in chances if sign else character.isalnum():
            likely = max(chances[character], LEAST_LABEL_PROBABILITY) if character in chances else UNKNOWN
            yield character, target, log(likely)


def _unseen(
    number: int, states: dict[State, float], grammar: Grammar, steps: list[_Step], most_states: int
) -> None:
    """Add the states behind signs that nothing was found for; blanks and the like never are found."""
    waiting = list(states)
    for state in waiting:  # which grows as it is walked
        for character, target in grammar.moves(state).items():
            if not character.isalnum() and target not in states and len(states) < most_states:
                weight = log(MISSED) if character in SIGNS else 0.0
                steps.append(_Step((number, state), (number, target), character, weight, None))
                states[target] = states[state] + weight
                waiting.append(target)


def decode_line(
    line: Line,
    grammar: Grammar,
    sure: Callable[[Mapping[str, float], float], bool],
    plain: Line | None = None,
) -> Line:
    """The line as the grammar allows it: each glyph relabelled, and judged anew by what the grammar makes of it.

    A line that the grammar allows no reading of stays as it was, for a person to look at; so does one that mostly holds
    what looks like no glyph. Single glyphs of that kind are read, and never accepted.

    Args:
        line: as it was parted with the grammar in mind.
        grammar: what is allowed.
        sure: whether the probabilities of labels and a digit score are enough to accept the likeliest.
        plain: the line as it was read without the grammar; left out, that is the same.
    """
    plain = plain or line
    strange = [glyph.digit_score for glyph in line.glyphs if not glyph.label]
    known = len(line.glyphs) > 2 * len(strange)
    found = constrained_decode([glyph.probabilities for glyph in line.glyphs], grammar) if known else None
    if found is None:
        shown = plain if plain.glyphs else line
        glyphs = (replace(glyph, accepted=False, reason=glyph.reason or "unsure") for glyph in shown.glyphs)
        return replace(shown, glyphs=tuple(glyphs), field=Field("", 0.0, plain.text))
    told = zip(line.glyphs, found.labels, found.marginals, strict=True)
    glyphs = (_relabelled(*each, found.p_grammar, sure) for each in told if each[1] != SIGN_MARK)
    field = Field(found.text, found.confidence * prod(strange), plain.text)
    return replace(line, glyphs=tuple(glyphs), field=field)


def _relabelled(
    glyph: Glyph,
    label: str,
    chances: Mapping[str, float],
    p_grammar: float,
    sure: Callable[[Mapping[str, float], float], bool],
) -> Glyph:
    """A glyph under the label that its field gives it."""
    if glyph.label and glyph.label in SIGNS:
        return glyph
    confidence = min(1.0, chances[label])
    likeliest = bool(glyph.label) and chances[label] == max(chances.values())
    weighed = {each: p_grammar * min(1.0, chance) for each, chance in chances.items()}
    accepted = likeliest and sure(weighed, glyph.digit_score)
    reason = None if accepted else "unsure"
    known = {**dict.fromkeys(glyph.probabilities, 0.0), **chances}
    glyph = replace(glyph, label=label, confidence=confidence, probabilities=known)
    return replace(glyph, accepted=accepted, reason=reason)
