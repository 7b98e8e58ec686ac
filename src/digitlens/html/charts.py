"""Line charts as inline SVG: axes with round ticks, linear or logarithmic, and one ``plot`` for all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from xml.etree.ElementTree import Element

from digitlens.html.page import element

__all__ = ["Axis", "Series", "plot", "whisker"]

CHART_WIDTH, CHART_HEIGHT = 360, 240
"""Of a chart in its own units, which are about pixels on the page."""

FIELD_LEFT, FIELD_RIGHT, FIELD_TOP, FIELD_BOTTOM = 52, 340, 22, 204
"""The edges of the field that the lines are drawn in."""


@dataclass(frozen=True)
class Axis:
    """The quantity along one side of a chart.

    Attributes:
        title: what it is, with its unit.
        start: the value at the left or the bottom.
        end: the value at the right or the top; less than ``start`` turns the axis round.
        log: equal steps stand for equal ratios; both ends are above 0 then.
        text: a value as it is written beside its tick.
    """

    title: str
    start: float
    end: float
    log: bool = False
    text: Callable[[float], str] = "{:g}".format

    @classmethod
    def around(
        cls,
        title: str,
        values: Iterable[float],
        *,
        log: bool = False,
        text: Callable[[float], str] = "{:g}".format,
    ) -> "Axis":
        """An axis from one round value to another that holds all finite values.

        Args:
            title: what it is, with its unit.
            values: those to be held; on an axis with a logarithmic scale those above 0.
            log: equal steps stand for equal ratios.
            text: a value as it is written beside its tick.
        """
        held = [value for value in values if isfinite(value) and (value > 0 or not log)] or [1.0]
        low, high = min(held), max(held)
        if log:
            ladder = _ladder(low, high)
            start = max(tick for tick in ladder if tick < low)
            return cls(title, start, min(tick for tick in ladder if tick > high), log, text)
        step = _step(high - low or abs(high) or 1.0)
        start, end = floor(low / step), ceil(high / step)
        return cls(title, start * step, max(end, start + 1) * step, log, text)

    def place(self, value: float) -> float:
        """Where a value stands, from 0 at the start to 1 at the end; one beyond an end is held at it."""
        low, high = sorted((self.start, self.end))
        start, at, end = self.start, min(max(value, low), high), self.end
        if self.log:
            start, at, end = log10(start), log10(at), log10(end)
        return (at - start) / (end - start)

    def ticks(self) -> list[float]:
        """About five round values between the ends."""
        low, high = sorted((self.start, self.end))
        if self.log:
            ticks = [tick for tick in _ladder(low, high) if low <= tick <= high]
            return ticks if len(ticks) <= 7 else [tick for tick in ticks if f"{tick:e}"[0] == "1"]
        step = _step(high - low)
        return [i * step for i in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


@dataclass(frozen=True)
class Series:
    """One line of a chart.

    Attributes:
        name: what it shows.
        x, y: its points; those that are not finite are left out.
        style: the class that gives it its colour and dash in the style sheet.
        dots: the radius of each point's dot, in pixels; none for a bare line.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    style: str
    dots: Sequence[float] = ()


def plot(
    title: str, series: Sequence[Series], x: Axis, y: Axis, mark: tuple[float, str] | None = None
) -> Element:
    """A figure: title, key and a line chart.

    Hovering over a dot tells its values. What the chart says to those who cannot see it is its title, so put the table
    of its values beside it.

    Args:
        title: of the figure.
        series: the lines.
        x: the axis from left to right.
        y: the axis from bottom to top.
        mark: a value of x to point out and the words for it; None for none.
    """
    chart = element("svg", viewBox=f"0 0 {CHART_WIDTH} {CHART_HEIGHT}", role="img", aria_label=title)
    for tick in y.ticks():
        at = _y(y, tick)
        chart.append(element("path", d=f"M{FIELD_LEFT} {at}H{FIELD_RIGHT}", class_="grid"))
        chart.append(element("text", y.text(tick), x=FIELD_LEFT - 7, y=at, dy="0.35em", text_anchor="end"))
    for tick in x.ticks():
        at = _x(x, tick)
        chart.append(element("path", d=f"M{at} {FIELD_BOTTOM}v5", class_="tick"))
        chart.append(element("text", x.text(tick), x=at, y=FIELD_BOTTOM + 17, text_anchor="middle"))
    chart.append(
        element("text", x.title, x=FIELD_RIGHT, y=CHART_HEIGHT - 4, text_anchor="end", class_="axis")
    )
    if mark is not None:
        chart.extend(_mark(_x(x, mark[0]), mark[1]))
    for line in series:
        chart.append(_line(line, x, y))
    keys = element("div", *(element("span", line.name, class_=f"key {line.style}") for line in series))
    caption = element("figcaption", element("strong", title), f" {y.title}", keys)
    return element("figure", caption, chart, class_="chart")


def whisker(share: float, ends: tuple[float, float], axis: Axis) -> Element:
    """A share with its interval, as small as a word; the numbers beside it say the same.

    Args:
        share: where the dot stands.
        ends: the lower and the upper end of the interval.
        axis: on which all three lie.
    """
    low, at, high = (f"{4 + 112 * axis.place(value):.1f}" for value in (ends[0], share, ends[1]))
    line = element("path", d=f"M{low} 8H{high}M{low} 5v6M{high} 5v6")
    dot = element("circle", cx=at, cy=8, r=3)
    return element("svg", line, dot, viewBox="0 0 120 16", class_="whisker", aria_hidden="true")


def _line(series: Series, x: Axis, y: Axis) -> Element:
    """One series as a line through its points, and their dots."""
    radii = series.dots or [0.0] * len(series.x)
    points = [
        (across, up, radius)
        for across, up, radius in zip(series.x, series.y, radii, strict=True)
        if isfinite(across) and isfinite(up)
    ]
    path = " ".join(f"{_x(x, across)},{_y(y, up)}" for across, up, _ in points)
    group = element("g", element("polyline", points=path), class_=f"series {series.style}")
    for across, up, radius in points:
        if radius:
            told = element("title", f"{series.name}, {x.title} {x.text(across)}: {y.text(up)}")
            group.append(element("circle", told, cx=_x(x, across), cy=_y(y, up), r=f"{radius:.1f}"))
    return group


def _mark(at: str, words: str) -> list[Element]:
    """A dashed line across the field, its words on the side that has room."""
    anchor, shift = ("end", -5) if float(at) > (FIELD_LEFT + FIELD_RIGHT) / 2 else ("start", 5)
    line = element("path", d=f"M{at} {FIELD_TOP - 16}V{FIELD_BOTTOM}", class_="mark")
    return [line, element("text", words, x=at, dx=shift, y=FIELD_TOP - 8, text_anchor=anchor, class_="mark")]


def _x(axis: Axis, value: float) -> str:
    return f"{FIELD_LEFT + (FIELD_RIGHT - FIELD_LEFT) * axis.place(value):.1f}"


def _y(axis: Axis, value: float) -> str:
    return f"{FIELD_BOTTOM - (FIELD_BOTTOM - FIELD_TOP) * axis.place(value):.1f}"


def _step(span: float) -> float:
    """The least of 1, 2, 5, 10, ... that parts ``span`` into at most five."""
    magnitude = 10.0 ** floor(log10(span / 5))
    return next(m * magnitude for m in (1, 2, 5, 10) if m * magnitude >= span / 5 * (1 - 1e-9))


def _ladder(low: float, high: float) -> list[float]:
    """1, 2, 5, 10, ... from below ``low`` to above ``high``, both above 0."""
    return [float(f"{m}e{e}") for e in range(floor(log10(low)) - 1, ceil(log10(high)) + 2) for m in (1, 2, 5)]
