r"""Patterns as people write them: ``dddd-dd-dd``, or a regular expression.

Where one of ``[](){}|*+?\^$`` occurs it is a regular expression, of these: characters, ``.`` for any, classes such as
``[A-Z0-9]`` and ``[^0]``, ``\d`` and ``\w``, ``\`` before a sign that stands for itself, groups, ``|``, and ``*``,
``+``, ``?``, ``{3}``, ``{2,}``, ``{2,4}``. It has to fit from the beginning to the end, also without ``^`` and ``$``.
Else ``d`` is a digit, ``a`` a letter, ``l`` a lower-case and ``L`` an upper-case one, ``w`` a digit or a letter,
and every other character stands for itself.
"""

from collections.abc import Iterable

from digitlens.model import ALPHABETS, SIGNS
from digitlens.reader.grammar import Expression, Node, concat, one_of, optional, size, star, union

__all__ = ["MOST_PLACES", "parse"]

SPECIAL = frozenset(r"[](){}|*+?\^$")
PLACES = {
    "d": ALPHABETS["digits"],
    "a": ALPHABETS["letters"],
    "l": ALPHABETS["lower"],
    "L": ALPHABETS["upper"],
    "w": ALPHABETS["alnum"],
}
MOST_REPEATS = 100  # times that a count may ask for

MOST_PLACES = 200
"""Places for characters, in a pattern as written and with its counts written out."""


def parse(pattern: str, alphabet: Iterable[str] = ALPHABETS["alnum"]) -> Expression:
    """The grammar of a pattern.

    Args:
        pattern: see the head of this module.
        alphabet: the characters that ``.`` and what is not in a class stand for, with all signs.

    Raises:
        ValueError: it cannot be understood, is empty or too long; says where.
    """
    if not pattern:
        raise ValueError("the pattern is empty: write d for a digit, a for a letter, as in dd.dd.dddd")
    if len(pattern) > MOST_PLACES:
        raise ValueError(f"the pattern has {len(pattern):,} characters; at most {MOST_PLACES} are taken")
    if not SPECIAL & {*pattern}:
        return Expression(concat(*(one_of(PLACES.get(place, place)) for place in pattern)))
    return Expression(_Parser(pattern, frozenset(alphabet) | {*SIGNS}).whole())


class _Parser:
    """Reads a regular expression from left to right."""

    def __init__(self, text: str, every: frozenset[str]) -> None:
        self._text, self._at, self._every = text, 0, every

    def whole(self) -> Node:
        self._skip("^")
        node = self._either()
        self._skip("$")
        if self._at < len(self._text):
            raise self._fault(f"{self._text[self._at]!r} has nothing to close or to repeat")
        return node

    def _either(self) -> Node:
        ways = [self._row()]
        while self._skip("|"):
            ways.append(self._row())
        return union(*ways)

    def _row(self) -> Node:
        nodes = []
        while self._peek() and self._peek() not in "|)" and self._text[self._at :] != "$":
            nodes.append(self._repeated(self._single()))
        self._check_size(sum(map(size, nodes)))
        return concat(*nodes)

    def _single(self) -> Node:
        match character := self._take():
            case "(":
                if self._skip("?") and not self._skip(":"):
                    raise self._fault("of groups that begin with (? there is (?: alone")
                node = self._either()
                self._expect(")")
                return node
            case "[":
                return one_of(self._class())
            case ".":
                return one_of(self._every)
            case "\\":
                return one_of(self._escaped())
        if character in "*+?{}]^$":
            raise self._fault(
                f"{character!r} stands where a character was expected; write \\{character} for it"
            )
        return one_of(character)

    def _repeated(self, node: Node) -> Node:
        while self._peek() and self._peek() in "*+?{":
            match self._take():
                case "*":
                    node = star(node)
                case "+":
                    node = concat(node, star(node))
                case "?":
                    node = optional(node)
                case _:
                    node = self._counted(node)
        return node

    def _counted(self, node: Node) -> Node:
        """The node so many times as the braces say; the first is read already."""
        least = self._number()
        if self._skip(",") and self._skip("}"):
            self._check_size((least + 1) * size(node))
            return concat(*[node] * least, star(node))
        most = self._number() if self._text[self._at - 1] == "," else least
        self._expect("}")
        if most < least:
            raise self._fault(f"{least} to {most} times is never")
        self._check_size(most * size(node))
        more = concat()
        for _ in range(most - least):
            more = optional(concat(node, more))
        return concat(*[node] * least, more)

    def _class(self) -> frozenset[str]:
        negated, found = self._skip("^"), set[str]()
        while not self._skip("]"):
            first = self._take()
            if first == "\\":
                found |= self._escaped()
            elif (
                self._text[self._at : self._at + 1] == "-" and self._text[self._at + 1 : self._at + 2] != "]"
            ):
                self._take()
                last = self._take()
                if last < first:
                    raise self._fault(f"{first}-{last} runs backwards")
                found |= {chr(code) for code in range(ord(first), ord(last) + 1)}
            else:
                found.add(first)
        return self._every - found if negated else frozenset(found)

    def _check_size(self, count: int) -> None:
        if count > MOST_PLACES:
            raise self._fault(
                f"with its counts written out it has {count:,} places; at most {MOST_PLACES} are taken"
            )

    def _escaped(self) -> frozenset[str]:
        character = self._take()
        if character in "dw":
            return frozenset(PLACES[character])
        if character.isalnum():
            raise self._fault(f"\\{character} is not known; \\d and \\w are")
        return frozenset(character)

    def _number(self) -> int:
        start = self._at
        while self._peek().isdecimal():
            self._at += 1
        if start == self._at or (number := int(self._text[start : self._at])) > MOST_REPEATS:
            raise self._fault(f"a number of 0 to {MOST_REPEATS} was expected")
        return number

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self, character: str) -> bool:
        found = self._peek() == character
        self._at += found
        return found

    def _take(self) -> str:
        if not self._peek():
            raise self._fault("it ends too early")
        self._at += 1
        return self._text[self._at - 1]

    def _expect(self, character: str) -> None:
        if not self._skip(character):
            raise self._fault(f"{character!r} was expected")

    def _fault(self, what: str) -> ValueError:
        return ValueError(
            f"the pattern {self._text!r} cannot be understood, at character {self._at + 1}: {what}"
        )
