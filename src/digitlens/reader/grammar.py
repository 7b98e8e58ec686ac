"""Grammars of a field: patterns, regular expressions and lexicons, walked character by character.

A state of a pattern is what may still follow, itself a pattern: its derivative by the characters so far (Brzozowski,
Derivatives of Regular Expressions, 1964). No two ways lead to the same text, so that probabilities may be summed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any, Protocol, TypeAlias

__all__ = [
    "Expression",
    "Grammar",
    "Lexicon",
    "Node",
    "State",
    "any_of",
    "in_a_row",
    "many",
    "maybe",
    "one_of",
    "places",
]


State: TypeAlias = Any
"""Whatever a grammar uses to say what may still follow; hashable."""

KEPT = 50_000
"""Answers that are remembered of each question about patterns."""


class Grammar(Protocol):
    """A set of texts."""

    @property
    def start(self) -> State:
        """The state before the first character."""
        ...

    @property
    def symbols(self) -> frozenset[str]:
        """Every character that may occur."""
        ...

    def moves(self, state: State) -> Mapping[str, State]:
        """The characters that may follow, and the state behind each."""
        ...

    def ends(self, state: State) -> bool:
        """Tell if a text may end here."""
        ...


@dataclass(frozen=True, eq=False)
class Node:
    """An expression: the empty text in its plain form. Those of the same parts are equal."""

    @cached_property
    def _parts(self) -> tuple[Any, ...]:
        return type(self), *(getattr(self, part.name) for part in fields(self))

    @cached_property
    def _hash(self) -> int:  # kept, for a long pattern has parts in parts a hundred deep
        return hash(self._parts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Node) and self._hash == other._hash and self._parts == other._parts
        )


@dataclass(frozen=True, eq=False)
class _OneOf(Node):
    """One of some characters; of none where there are none, which is no text at all."""

    characters: frozenset[str]


@dataclass(frozen=True, eq=False)
class _InARow(Node):
    """One behind the other."""

    first: Node
    rest: Node


@dataclass(frozen=True, eq=False)
class _AnyOf(Node):
    """Either of several, two or more, none of them `_AnyOf` itself."""

    ways: frozenset[Node]


@dataclass(frozen=True, eq=False)
class _Many(Node):
    """Any number of times, none included."""

    what: Node


EMPTY, NOTHING = Node(), _OneOf(frozenset())


def one_of(characters: Iterable[str]) -> Node:
    """One of some characters."""
    return _OneOf(frozenset(characters))


def in_a_row(*nodes: Node) -> Node:
    """One behind the other; the empty text where there are none."""
    if not nodes:
        return EMPTY
    first, rest = nodes[0], in_a_row(*nodes[1:])
    if NOTHING in (first, rest):
        return NOTHING
    if EMPTY in (first, rest):
        return rest if first == EMPTY else first
    return (
        in_a_row(first.first, _InARow(first.rest, rest))
        if isinstance(first, _InARow)
        else _InARow(first, rest)
    )


def any_of(*nodes: Node) -> Node:
    """Either of several."""
    ways = {way for node in nodes for way in (node.ways if isinstance(node, _AnyOf) else [node])} - {NOTHING}
    return _AnyOf(frozenset(ways)) if len(ways) > 1 else next(iter(ways), NOTHING)


def maybe(node: Node) -> Node:
    """Once or not at all."""
    return any_of(EMPTY, node)


def many(node: Node) -> Node:
    """Any number of times, none included."""
    return node if node in (EMPTY, NOTHING) or isinstance(node, _Many) else _Many(node)


@lru_cache(KEPT)
def places(node: Node) -> int:
    """In how many places of an expression a character may stand: what walking it takes grows with that."""
    match node:
        case _OneOf():
            return 1
        case _InARow(first, rest):
            return places(first) + places(rest)
        case _AnyOf(ways):
            return sum(map(places, ways))
        case _Many(what):
            return places(what)
    return 0


@lru_cache(KEPT)
def _may_be_empty(node: Node) -> bool:
    match node:
        case _InARow(first, rest):
            return _may_be_empty(first) and _may_be_empty(rest)
        case _AnyOf(ways):
            return any(map(_may_be_empty, ways))
        case _OneOf():
            return False
    return True


@lru_cache(KEPT)
def _next(node: Node) -> frozenset[str]:
    """The characters that a text may begin with."""
    match node:
        case _OneOf(characters):
            return characters
        case _InARow(first, rest):
            return _next(first) | _next(rest) if _may_be_empty(first) else _next(first)
        case _AnyOf(ways):
            return frozenset().union(*map(_next, ways))
        case _Many(what):
            return _next(what)
    return frozenset()


@lru_cache(KEPT)
def _behind(node: Node, character: str) -> Node:
    """Return the derivative: the pattern of all that may follow a character (Brzozowski 1964)."""
    match node:
        case _OneOf(characters):
            return EMPTY if character in characters else NOTHING
        case _InARow(first, rest):
            way = in_a_row(_behind(first, character), rest)
            return any_of(way, _behind(rest, character)) if _may_be_empty(first) else way
        case _AnyOf(ways):
            return any_of(*(_behind(way, character) for way in ways))
        case _Many(what):
            return in_a_row(_behind(what, character), node)
    return NOTHING


@lru_cache(KEPT)
def _moves(node: Node) -> Mapping[str, Node]:
    return {character: _first(_behind(node, character)) for character in sorted(_next(node))}


@lru_cache(KEPT)
def _first(node: Node) -> Node:
    """The first of equal expressions, so that to compare them again is to see that they are the same."""
    return node


@lru_cache(KEPT)
def _symbols(node: Node) -> frozenset[str]:
    match node:
        case _OneOf(characters):
            return characters
        case _InARow(first, rest):
            return _symbols(first) | _symbols(rest)
        case _AnyOf(ways):
            return frozenset().union(*map(_symbols, ways))
        case _Many(what):
            return _symbols(what)
    return frozenset()


@dataclass(frozen=True)
class Expression:
    """A pattern as a grammar; its states are patterns too."""

    start: Node

    @property
    def symbols(self) -> frozenset[str]:
        """Every character that may occur."""
        return _symbols(self.start)

    def moves(self, state: Node) -> Mapping[str, Node]:
        """The characters that may follow, and what is left of the pattern behind each."""
        return _moves(state)

    def ends(self, state: Node) -> bool:
        """Tell if a text may end here."""
        return _may_be_empty(state)


class Lexicon:
    """Words, as a tree of their beginnings; its states are those."""

    def __init__(self, words: Collection[str]) -> None:
        """Take the words, as they are written; blanks around them do not count.

        Raises:
            ValueError: there are none.
        """
        self.start = ""
        self._words = frozenset(filter(None, map(str.strip, words)))
        if not self._words:
            raise ValueError("the lexicon has no words: it needs one or more, a line each")
        self._moves: dict[str, dict[str, str]] = {}
        for word in sorted(self._words):  # so that of two equally likely words always the same is read
            for end in range(len(word)):
                self._moves.setdefault(word[:end], {})[word[end]] = word[: end + 1]

    @property
    def symbols(self) -> frozenset[str]:
        """Every character that occurs."""
        return frozenset("".join(self._words))

    def moves(self, state: str) -> Mapping[str, str]:
        """The characters that may follow a beginning, and the longer beginnings."""
        return self._moves.get(state, {})

    def ends(self, state: str) -> bool:
        """Tell if the beginning is a word."""
        return state in self._words
