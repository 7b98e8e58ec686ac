from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitlens.html.charts import Axis, Series, plot, whisker

SQUARE = Axis("across", 0, 10), Axis("up", 0, 1)


def points(figure, style):
    """The points of a line on the page."""
    line = figure.find(f".//g[@class='series {style}']/polyline")
    return [tuple(float(c) for c in pair.split(",")) for pair in line.get("points").split()]


def test_points_stand_where_their_values_say():
    figure = plot("Loss", [Series("a", [0, 10, 5], [0, 1, 0.25], "training")], *SQUARE)
    assert points(figure, "training") == [(52, 204), (340, 22), (196, 158.5)]


def test_a_logarithmic_axis_puts_the_geometric_mean_in_the_middle():
    log = Axis("up", 0.001, 0.1, log=True)
    figure = plot("Loss", [Series("a", [0, 5, 10], [0.001, 0.01, 0.1], "rate")], SQUARE[0], log)
    assert points(figure, "rate") == [(52, 204), (196, 113), (340, 22)]


def test_an_axis_may_run_downwards():
    axis = Axis("", 0.1, 0.001, log=True)
    assert [axis.place(value) for value in (0.1, 0.01, 0.001)] == pytest.approx([0, 0.5, 1])
    assert axis.ticks() == Axis("", 0.001, 0.1, log=True).ticks()


def test_values_beyond_an_end_are_held_at_it():
    assert [Axis("", 1, 2).place(value) for value in (-5, 1.5, 7)] == [0, 0.5, 1]
    assert Axis("", 0.1, 0.001, log=True).place(0) == 1


def test_values_that_are_not_finite_are_left_out():
    figure = plot("Loss", [Series("a", [0, 1, 2, 10], [0, nan, inf, 1], "training", [2] * 4)], *SQUARE)
    assert points(figure, "training") == [(52, 204), (340, 22)]
    assert len(figure.findall(".//circle")) == 2
    assert Axis.around("", [nan, inf, 3, 4]).end == 4
    assert Axis.around("", [nan], log=True).start < 1 < Axis.around("", [nan], log=True).end


@pytest.mark.parametrize(
    ("axis", "ticks"),
    [
        (Axis("", 0, 16), [0, 5, 10, 15]),
        (Axis("", 0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (Axis("", 0, 0.002), [0, 0.0005, 0.001, 0.0015, 0.002]),
        (Axis("", 0.01, 1, log=True), [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]),
        (Axis("", 0.001, 1, log=True), [0.001, 0.01, 0.1, 1]),
    ],
)
def test_ticks_are_round(axis, ticks):
    assert axis.ticks() == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("values", "log", "ends"),
    [
        ([0.013, 0.48], True, (0.01, 0.5)),
        ([0.01], True, (0.005, 0.02)),
        ([0, 1.7], False, (0, 2)),
        ([0.86, 1], False, (0.85, 1)),
        ([0, 0], False, (0, 0.2)),
        ([0, 0.02], True, (0.01, 0.05)),
    ],
)
def test_ends_are_round(values, log, ends):
    axis = Axis.around("", values, log=log)
    assert (axis.start, axis.end) == pytest.approx(ends)


@given(st.lists(st.floats(1e-6, 1e4), min_size=1), st.booleans())
def test_every_value_finds_its_place_in_order(values, log):
    axis = Axis.around("", values, log=log)
    places = [(value - axis.start) / (axis.end - axis.start) for value in values]
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in places)
    ranked = [axis.place(value) for value in sorted(values)]
    assert ranked == sorted(ranked)
    assert 2 <= len(axis.ticks()) <= 14
    assert all(0 <= axis.place(tick) <= 1 for tick in axis.ticks())


def test_a_mark_stands_on_its_value_with_its_words_towards_the_middle():
    for value, anchor, x in ((2, "start", "109.6"), (9, "end", "311.2")):
        figure = plot("Loss", [], *SQUARE, (value, "kept"))
        words = figure.find(".//text[@class='mark']")
        assert words is not None
        assert (words.text, words.get("text-anchor"), words.get("x")) == ("kept", anchor, x)


def test_a_chart_says_what_it_is():
    figure = plot("Loss", [Series("training", [1], [0.5], "training", [2])], *SQUARE)
    svg, key, dot = figure.find("svg"), figure.find(".//span"), figure.find(".//circle/title")
    assert svg is not None
    assert (svg.get("role"), svg.get("aria-label")) == ("img", "Loss")
    assert key is not None
    assert (key.text, key.get("class")) == ("training", "key training")
    assert dot is not None
    assert dot.text == "training, across 1: 0.5"


def test_a_whisker_spans_its_interval():
    svg = whisker(0.95, (0.9, 1.0), Axis("", 0.8, 1))
    path, dot = svg.find("path"), svg.find("circle")
    assert path is not None
    assert path.get("d") == "M60.0 8H116.0M60.0 5v6M116.0 5v6"
    assert dot is not None
    assert dot.get("cx") == "88.0"
