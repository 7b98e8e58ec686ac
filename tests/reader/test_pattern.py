"""Patterns and regular expressions: which texts they allow, held against Python's own."""

import re
from itertools import product

import pytest

from digitlens.reader.grammar import Grammar, Node
from digitlens.reader.lexicon import Lexicon
from digitlens.reader.pattern import parse


def allows(grammar: Grammar, text: str) -> bool:
    state = grammar.start
    for character in text:
        moves = grammar.moves(state)
        if character not in moves:
            return False
        state = moves[character]
    return grammar.ends(state)


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        ("dddd-dd-dd", ["2024-12-05"], ["2024-12-5", "20241205", "2O24-12-05"]),
        ("dd.dd.dddd", ["05.12.2024"], ["05-12-2024", "05x12x2024"]),
        ("Lla w", ["Abz 7", "AbZ q"], ["abz 7", "Ab1 7", "Abz7"]),
        ("NO:dd", ["NO:42"], ["no:42", "N0:42"]),
    ],
)
def test_a_plain_pattern_says_what_stands_where(pattern: str, right: list[str], wrong: list[str]) -> None:
    grammar = parse(pattern)
    assert all(allows(grammar, text) for text in right)
    assert not any(allows(grammar, text) for text in wrong)


@pytest.mark.parametrize(
    "pattern",
    [
        "a|b",
        "ab*",
        "(ab)+1?",
        "a{2}b{1,2}",
        "a{0,2}1",
        "[ab]1{1,}",
        "[^a]b",
        "(?:a|b1)*",
        "(.1)",
        r"a\.|\d",
        "^a|b$",
        "(a|ab)(1|b1)",
        "(a*b*)*1",
        "[a-]1",
    ],
)
def test_a_regular_expression_allows_what_pythons_own_does(pattern: str) -> None:
    grammar = parse(pattern, "ab1")
    python = re.compile(f"(?:{pattern.removeprefix('^').removesuffix('$')})")
    for length in range(5):
        for characters in product("ab1.-", repeat=length):
            text = "".join(characters)
            assert allows(grammar, text) == bool(python.fullmatch(text)), text


def test_no_two_ways_lead_to_the_same_text() -> None:
    grammar = parse("(a|ab)(b|1|b1)?[ab]*", "ab1")

    def texts(state: Node, length: int) -> list[str]:
        found = [""] if grammar.ends(state) else []
        if length:
            for character, after in grammar.moves(state).items():
                found += [character + rest for rest in texts(after, length - 1)]
        return found

    found = texts(grammar.start, 4)
    assert len(found) == len(set(found)) > 10


@pytest.mark.parametrize(
    ("pattern", "place", "fault"),
    [
        ("[a", 3, "ends too early"),
        ("a{3", 4, "'}' was expected"),
        ("*a", 2, "stands where a character was expected"),
        ("(ab", 4, "'\\)' was expected"),
        ("a)", 2, "nothing to close"),
        (r"\q", 3, "is not known"),
        ("a{3,2}", 7, "3 to 2 times is never"),
        ("a{101}", 6, "a number of 0 to 100"),
        ("[z-a]", 5, "z-a runs backwards"),
        ("(?=a)", 3, "is \\(\\?: alone"),
        ("(a{20}){11}", 12, "220 places; at most 200"),
        ("(a{100}b{100}){2,}", 19, "600 places; at most 200"),
        ("a{100}b{100}c", 14, "201 places; at most 200"),
    ],
)
def test_what_cannot_be_understood_is_told_with_its_place(pattern: str, place: int, fault: str) -> None:
    with pytest.raises(ValueError, match=f"{re.escape(repr(pattern))}.*at character {place}: .*{fault}"):
        parse(pattern)


def test_an_empty_or_endless_pattern_is_told() -> None:
    with pytest.raises(ValueError, match="the pattern is empty"):
        parse("")
    with pytest.raises(ValueError, match="has 201 characters; at most 200"):
        parse("d" * 201)


@pytest.mark.parametrize(
    "pattern", ["d" * 200, "(" * 99 + "d" + ")" * 99, "(a|b)*a(a|b){98}", "(" * 49 + "a" + "*)" * 49]
)
def test_the_longest_pattern_can_be_walked(pattern: str) -> None:
    state = parse(pattern).start
    grammar = parse(pattern)
    for _ in range(200):
        moves = grammar.moves(state)
        if not moves:
            break
        state = moves[min(moves)]
    hash(state)


def test_expressions_of_the_same_parts_are_equal() -> None:
    one, same, other = (parse(pattern, "ab").start for pattern in ("(?:[ba]){3}-?", "[ab]{3}-?", "[ab]{3}-"))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "[ab]{3}-?"


def test_a_lexicon_allows_its_words_alone() -> None:
    lexicon = Lexicon(["in", " inn\n", "on", ""])
    allowed = ["in", "inn", "on"]
    assert [text for text in ("", "i", "in", "inn", "inns", "on", "no") if allows(lexicon, text)] == allowed
    assert lexicon.symbols == {"i", "n", "o"}
    with pytest.raises(ValueError, match="no words"):
        Lexicon(["", " "])
