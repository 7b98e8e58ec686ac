"""Grammars of a field, walked character by character: patterns and regular expressions.

A state of a pattern is what may still follow, itself a pattern: its derivative by the characters so far (Brzozowski,
Derivatives of Regular Expressions, 1964). No two ways lead to the same text, so that probabilities may be summed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any, Protocol, TypeAlias

__all__ = [
    "Expression",
    "Grammar",
    "Node",
    "State",
    "concat",
    "one_of",
    "optional",
    "size",
    "star",
    "union",
]


State: TypeAlias = Any
"""Whatever a grammar uses to say what may still follow; hashable."""

ANSWERS_KEPT = 50_000
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
class _Concat(Node):
    """One behind the other."""

    first: Node
    rest: Node


@dataclass(frozen=True, eq=False)
class _Union(Node):
    """Either of several, two or more, none of them `_Union` itself."""

    alternatives: frozenset[Node]


@dataclass(frozen=True, eq=False)
class _Star(Node):
    """Any number of times, none included."""

    what: Node


EMPTY, NOTHING = Node(), _OneOf(frozenset())


def one_of(characters: Iterable[str]) -> Node:
    """One of some characters."""
    return _OneOf(frozenset(characters))


def concat(*nodes: Node) -> Node:
    """One behind the other; the empty text where there are none."""
    if not nodes:
        return EMPTY
    first, rest = nodes[0], concat(*nodes[1:])
    if NOTHING in (first, rest):
        return NOTHING
    if EMPTY in (first, rest):
        return rest if first == EMPTY else first
    return (
        concat(first.first, _Concat(first.rest, rest)) if isinstance(first, _Concat) else _Concat(first, rest)
    )


def union(*nodes: Node) -> Node:
    """Either of several."""
    ways = {way for node in nodes for way in (node.alternatives if isinstance(node, _Union) else [node])} - {
        NOTHING
    }
    return _Union(frozenset(ways)) if len(ways) > 1 else next(iter(ways), NOTHING)


def optional(node: Node) -> Node:
    """Once or not at all."""
    return union(EMPTY, node)


def star(node: Node) -> Node:
    """Any number of times, none included."""
    return node if node in (EMPTY, NOTHING) or isinstance(node, _Star) else _Star(node)


@lru_cache(ANSWERS_KEPT)
def size(node: Node) -> int:
    """In how many places of an expression a character may stand: what walking it takes grows with that."""
    match node:
        case _OneOf():
            return 1
        case _Concat(first, rest):
            return size(first) + size(rest)
        case _Union(alternatives):
            return sum(map(size, alternatives))
        case _Star(what):
            return size(what)
    return 0


@lru_cache(ANSWERS_KEPT)
def _nullable(node: Node) -> bool:
    match node:
        case _Concat(first, rest):
            return _nullable(first) and _nullable(rest)
        case _Union(alternatives):
            return any(map(_nullable, alternatives))
        case _OneOf():
            return False
    return True


@lru_cache(ANSWERS_KEPT)
def _first_set(node: Node) -> frozenset[str]:
    """The characters that a text may begin with."""
    match node:
        case _OneOf(characters):
            return characters
        case _Concat(first, rest):
            return _first_set(first) | _first_set(rest) if _nullable(first) else _first_set(first)
        case _Union(alternatives):
            return frozenset().union(*map(_first_set, alternatives))
        case _Star(what):
            return _first_set(what)
    return frozenset()


@lru_cache(ANSWERS_KEPT)
def _derivative(node: Node, character: str) -> Node:
    """Return the derivative: the pattern of all that may follow a character (Brzozowski 1964)."""
    match node:
        case _OneOf(characters):
            return EMPTY if character in characters else NOTHING
        case _Concat(first, rest):
            way = concat(_derivative(first, character), rest)
            return union(way, _derivative(rest, character)) if _nullable(first) else way
        case _Union(alternatives):
            return union(*(_derivative(way, character) for way in alternatives))
        case _Star(what):
            return concat(_derivative(what, character), node)
    return NOTHING


@lru_cache(ANSWERS_KEPT)
def _moves(node: Node) -> Mapping[str, Node]:
    return {character: _interned(_derivative(node, character)) for character in sorted(_first_set(node))}


@lru_cache(ANSWERS_KEPT)
def _interned(node: Node) -> Node:
    """The first of equal expressions, so that to compare them again is to see that they are the same."""
    return node


@lru_cache(ANSWERS_KEPT)
def _symbols(node: Node) -> frozenset[str]:
    match node:
        case _OneOf(characters):
            return characters
        case _Concat(first, rest):
            return _symbols(first) | _symbols(rest)
        case _Union(alternatives):
            return frozenset().union(*map(_symbols, alternatives))
        case _Star(what):
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
        return _nullable(state)
