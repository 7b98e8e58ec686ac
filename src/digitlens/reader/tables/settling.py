"""Checks that choose: the likeliest readings of all cells together, given what must hold among them.

A check is no filter. Each cell may say several things, each with its probability; people's sums are right now and
then only, so that a check that does not hold costs what its failing is unlikely. The combinations are walked in the
order of their cost (uniform-cost search: Dijkstra 1959), beginning with what was read, and changing cells of the checks
that do not hold; what a cell says is believed as far as the combinations found agree on it.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, prod

from digitlens.reader.tables.cell import Candidate, Cell
from digitlens.reader.tables.checks import Check

__all__ = ["Settled", "settle"]

MOST_STEPS = 3000
"""Combinations that are looked at among cells that hang together."""

BEYOND = 9.0  # nats: combinations so much less likely than the best say nothing
UNLISTED = 0.01  # probability that a cell says none of its candidates
UNREAD = 0.2  # and where it has ink that was not read

Choice = tuple[int, ...]


@dataclass(frozen=True)
class Settled:
    """Cells that were held against checks.

    Attributes:
        cells: by name, as the checks have them.
        doubts: a sentence for each check that does not hold, and for each cell that was changed.
    """

    cells: Mapping[str, Cell]
    doubts: tuple[str, ...] = ()


def settle(cells: Mapping[str, Cell], checks: Iterable[Check], max_error: float = 0.005) -> Settled:
    """Choose what cells say so that the checks hold, where a likely reading allows it.

    A cell of a check that says much, such as a sum, is accepted where the probability that it is wrong, given the
    checks, is at most ``max_error``. Checks that say little, such as a range, only take from what is accepted. Where
    a check cannot be made to hold, those of its cells are doubted that no other strong check bears out.

    Args:
        cells: what was read, by name.
        checks: what must hold; those of cells that are not there are left out.
        max_error: the error rate wanted among accepted cells.
    """
    found, doubts = dict(cells), list[str]()
    known = [check for check in checks if all(name in cells for name in check.names)]
    for group in _groups(known):
        changed, sentences = _Group(cells, group).settled(max_error)
        found |= changed
        doubts += sentences
    return Settled(found, tuple(doubts))


def _groups(checks: Sequence[Check]) -> list[list[Check]]:
    """The checks that share cells, directly or through others."""
    groups: list[tuple[set[str], list[Check]]] = []
    for check in checks:
        names, together = {*check.names}, [check]
        apart = []
        for group in groups:
            if group[0] & names:
                names |= group[0]
                together = [*group[1], *together]
            else:
                apart.append(group)
        groups = [*apart, (names, together)]
    return [group for _, group in groups]


class _Group:
    """Cells that hang together by checks."""

    def __init__(self, cells: Mapping[str, Cell], checks: Sequence[Check]) -> None:
        self.names = sorted({name for check in checks for name in check.names})
        self.cells = [cells[name] for name in self.names]
        self.checks = checks
        at = {name: i for i, name in enumerate(self.names)}
        self._places = [[at[name] for name in check.names] for check in checks]
        self._texts = [_ranked(cell) for cell in self.cells]
        self._of = [
            tuple(k for k, places in enumerate(self._places) if i in places) for i in range(len(self.names))
        ]

    def settled(self, max_error: float) -> tuple[dict[str, Cell], list[str]]:
        """The cells as the checks have them, and what is to be said of them."""
        walked = self._walked()
        best = min(walked, key=lambda choice: walked[choice])
        weights = {choice: exp(walked[best] - cost) for choice, cost in walked.items()}
        broken = self._broken(best, range(len(self.checks)))
        slack = self._slack(best, broken)
        doubted = self._doubted(broken)
        found, sentences = {}, []
        for i, (name, cell) in enumerate(zip(self.names, self.cells, strict=True)):
            text, chances = self._texts[i][best[i]].text, self._chances(i, weights)
            sure = chances[text] / (sum(chances.values()) + slack)
            found[name] = self._judged(i, text, sure >= 1 - max_error, sure, doubted.get(i))
            if text != cell.text:
                sentences.append(
                    f"{name} was read as {cell.text or 'nothing'} and is taken for {text or 'nothing'}"
                )
        sentences += [f"{self.checks[k].sentence} does not hold" for k in broken]
        return found, sentences

    def _chances(self, i: int, weights: Mapping[Choice, float]) -> dict[str, float]:
        """The weight of each text of a cell: that of all choices in which it says so."""
        chances: dict[str, float] = {}
        for choice, weight in weights.items():
            said = self._texts[i][choice[i]].text
            chances[said] = chances.get(said, 0.0) + weight
        return chances

    def _walked(self) -> dict[Choice, float]:
        """The combinations looked at, each with its cost, nats: that of the readings, and of checks that fail."""
        start: Choice = (0,) * len(self.names)
        everything = (*range(len(self.checks)),)
        waiting: list[tuple[float, Choice, tuple[int, ...], tuple[int, ...]]] = [(0.0, start, everything, ())]
        seen, walked = set[Choice]({start}), dict[Choice, float]()
        least = float("inf")
        while waiting and len(walked) < MOST_STEPS:
            cost, choice, asked, others = heapq.heappop(waiting)
            if cost > least + BEYOND:
                break
            broken = (*others, *self._broken(choice, asked))
            walked[choice] = cost + sum(self.checks[k].penalty for k in broken)
            least = min(least, walked[choice])
            places = {i for k in broken for i in self._places[k]} if broken else range(len(choice))
            for i in places:
                if choice[i]:
                    continue
                first = self._texts[i][0].log_probability
                for other, candidate in enumerate(self._texts[i][1:], 1):
                    dearer = cost + first - candidate.log_probability
                    after = (*choice[:i], other, *choice[i + 1 :])
                    if dearer > least + BEYOND:
                        break
                    if after not in seen:
                        seen.add(after)
                        kept = (*(k for k in broken if k not in self._of[i]),)
                        heapq.heappush(waiting, (dearer, after, self._of[i], kept))
        return walked

    def _broken(self, choice: Choice, asked: Iterable[int]) -> list[int]:
        """Those of some checks that do not hold."""
        return [
            k
            for k in asked
            if not self.checks[k].holds([self._texts[i][choice[i]].text for i in self._places[k]])
        ]

    def _slack(self, best: Choice, broken: Sequence[int]) -> float:
        """Return the log-odds of a text that is none of the candidates, against the best combination.

        Any one cell may say something unlisted, for which its checks then hold by chance; had they to be made to hold
        by another reading of a cell, that need not be.
        """
        dear = sum(
            row[0].log_probability - row[at].log_probability
            for row, at in zip(self._texts, best, strict=True)
        )
        changed = {i for i, at in enumerate(best) if at}
        total = 0.0
        for i, cell in enumerate(self.cells):
            mine = [k for k, places in enumerate(self._places) if i in places and self.checks[k].is_strong]
            if not mine or any(k in broken for k in mine):
                continue
            chance = prod(self.checks[k].chance for k in mine)
            near = any(changed & {*self._places[k]} for k in mine)
            unlisted = UNREAD if cell.reason in ("incomplete", "not_a_digit") else UNLISTED
            total += unlisted * chance * exp(min(dear, 50.0) if near else 0.0)
        return total

    def _doubted(self, broken: Sequence[int]) -> dict[int, str]:
        """The cells that a check which does not hold speaks against, each with its name."""
        borne = {
            i
            for k, places in enumerate(self._places)
            if k not in broken and self.checks[k].is_strong
            for i in places
        }
        doubted: dict[int, str] = {}
        for k in broken:
            places = [i for i in self._places[k] if i not in borne] or self._places[k]
            doubted |= dict.fromkeys(places, self.checks[k].kind)
        return doubted

    def _judged(self, i: int, text: str, enough: bool, sure: float, doubt: str | None) -> Cell:
        """One cell, as the checks have it."""
        cell = self.cells[i]
        strong = any(
            i in places and check.is_strong for places, check in zip(self._places, self.checks, strict=True)
        )
        enough = enough if strong or text != cell.text else cell.accepted
        accepted = enough and doubt is None
        reason = None if accepted else doubt or cell.reason or "unsure"
        order = sorted(cell.candidates, key=lambda one: one.text != text)
        confidence = sure if strong else cell.confidence if text == cell.text else sure
        return replace(
            cell,
            text=text,
            confidence=min(1.0, confidence),
            accepted=accepted,
            reason=reason,
            candidates=tuple(order),
        )


def _ranked(cell: Cell) -> list[Candidate]:
    """The candidates of a cell, the likeliest first; at least what was read."""
    found = sorted(cell.candidates, key=lambda one: -one.log_probability)
    return found or [Candidate(cell.text, 0.0)]
