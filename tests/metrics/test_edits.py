"""Edit distances and what they leave alone, against values by hand and a plain recursion."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitlens.metrics import edit_distance, matched

DIGITS = st.text("0123", max_size=7)


@cache
def least(one: str, other: str) -> tuple[int, int]:
    """The edits, and of as few the most characters left alone (negative), by trying all there is."""
    if not one or not other:
        return len(one) + len(other), 0
    same = one[0] == other[0]
    ways = [(least(one[1:], other[1:]), not same), (least(one[1:], other), 1), (least(one, other[1:]), 1)]
    return min((edits + more, kept - (same and way == 0)) for way, ((edits, kept), more) in enumerate(ways))


@pytest.mark.parametrize(
    ("read", "wanted", "distance"),
    [
        ("", "", 0),
        ("4071", "4071", 0),
        ("", "4071", 4),
        ("4071", "", 4),
        ("471", "4071", 1),
        ("kitten", "sitting", 3),
        ("12", "21", 2),
        ("13", "8", 2),
    ],
)
def test_known_distances(read, wanted, distance):
    assert edit_distance(read, wanted) == distance


@pytest.mark.parametrize(
    ("read", "wanted", "kept"),
    [
        ("4071", "4071", "++++"),
        ("471", "4071", "+++"),
        ("40171", "4071", "++-++"),
        ("4021", "4071", "++-+"),
        ("12", "21", "+-"),  # not both changed: as many edits, and one digit is there
        ("11", "1", "-+"),
        ("7", "", "-"),
        ("", "7", ""),
    ],
)
def test_what_the_edits_leave_alone(read, wanted, kept):
    assert "".join("-+"[one] for one in matched(read, wanted)) == kept


@given(DIGITS, DIGITS)
def test_no_way_has_fewer_edits_or_leaves_more(read, wanted):
    edits, kept = least(read, wanted)
    assert edit_distance(read, wanted) == edit_distance(wanted, read) == edits
    assert sum(matched(read, wanted)) == -kept


@given(DIGITS, DIGITS)
def test_what_is_left_stands_in_the_wanted_text_in_that_order(read, wanted):
    rest = iter(wanted)
    assert all(sign in rest for sign, kept in zip(read, matched(read, wanted), strict=True) if kept)
