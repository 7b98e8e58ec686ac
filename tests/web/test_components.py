"""What a browser sends back is checked before anyone uses it."""

from hypothesis import given
from hypothesis import strategies as st

from digitlens.web.components import Decision, decisions_in, index_in

LABELS = tuple("0123456789")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def test_decisions_are_taken_in_their_order() -> None:
    raw = [
        {"number": 1, "item": 7, "label": "3"},
        {"number": 2, "item": 8, "label": ""},
        {"number": 3, "item": 7, "label": None},
    ]
    assert decisions_in(raw, LABELS) == [Decision(1, 7, "3"), Decision(2, 8, ""), Decision(3, 7, None)]


def test_what_is_no_decision_is_passed_over() -> None:
    good = {"number": 1, "item": 7, "label": "3"}
    others = [
        {**good, "label": "a"},
        {**good, "label": 3},
        {**good, "item": "7"},
        {**good, "number": True},
        {**good, "item": 1.5},
        {"number": 1, "item": 7},
        "3",
        None,
    ]
    assert decisions_in([*others, good], LABELS) == [Decision(1, 7, "3")]


@given(ANYTHING)
def test_nothing_that_comes_breaks_it(raw: object) -> None:
    for decision in decisions_in(raw, LABELS):
        assert decision.label in (*LABELS, "", None)
    assert 0 <= index_in(raw, 4, 2) < 4


def test_an_index_out_of_range_is_the_first_choice() -> None:
    assert [index_in(raw, 3, 1) for raw in (0, 2, 3, -1, True, "2", None, 1.0)] == [0, 2, 1, 1, 1, 1, 1, 1]
