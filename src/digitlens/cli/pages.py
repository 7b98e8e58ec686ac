"""The output of ``digitlens evaluate --pages``."""

from collections.abc import Mapping

from digitlens.evaluate import PageEvaluation, WrongPage
from digitlens.files import printable
from digitlens.metrics import PageFigures, Rate
from digitlens.wording import percent

__all__ = ["page_tables", "wrong_pages"]

FIGURE_NAMES = {
    "exact": "pages exact",
    "lines": "lines exact too",
    "digit_error_rate": "digit errors",
    "character_error_rate": "character errors",
    "accepted": "pages accepted",
    "accepted_right": "right among these",
    "glyphs_accepted_wrong": "accepted glyphs wrong",
}
"""The name of each figure, as it is printed."""

COLUMN_WIDTHS = {
    "pages": 5,
    "exact": 7,
    "95 % interval": 17,
    "lines": 7,
    "digit errors": 12,
    "character errors": 16,
    "accepted": 8,
    "right": 7,
    "glyphs wrong": 12,
}
"""The columns where kinds or sources stand below one another, and how wide they are."""


def page_tables(result: PageEvaluation) -> list[str]:
    """Tell the figures: in all, by kind and by source, where there are several."""
    report = result.report
    lines = [*_headline(result), "", *_in_all(result)]
    for name, groups in (("kind", report.by_kind), ("source", report.by_source)):
        if len(groups) > 1:
            lines += ["", *_in_parts(name, groups)]
    return lines


def wrong_pages(wrong: tuple[WrongPage, ...]) -> list[str]:
    """Tell each wrong page: its file, what is written, what was read, and whether somebody is asked to look."""
    lines = []
    for page in wrong:
        verdict = "accepted" if page.accepted else f"not accepted: {page.reason}"
        lines += ["", f"{printable(page.file)}   {verdict}"]
        lines += [f"  wanted  {_in_a_row(page.wanted)}", f"  read    {_in_a_row(page.read)}"]
    return lines


def _headline(result: PageEvaluation) -> list[str]:
    total = result.report.total
    failed = f", {total.failures:,} could not be read" if total.failures else ""
    aim = f"aimed for {percent(result.max_error, 2)} wrong among the accepted"
    return [
        f"{result.model} on {printable(result.pages)}: {total.count:,} pages in {result.seconds:.1f} s{failed}; {aim}"
    ]


def _in_all(result: PageEvaluation) -> list[str]:
    """A line for each figure."""
    means = result.report.mean_over_sources() if len(result.report.by_source) > 1 else {}
    head = f"{'':<21}  {'value':>8}  {'95 % interval':<17}  {'counted':<17}"
    lines = [f"{head}  mean over sources" if means else head.rstrip()]
    for name, rate in result.report.total.rates().items():
        counted = f"{rate.count:,} of {rate.of:,}"
        line = f"{FIGURE_NAMES[name]:<21}  {_value(rate):>8}  {_interval(rate):<17}  {counted:<17}"
        lines.append(f"{line}  {_share(means[name])}" if means else line.rstrip())
    return lines


def _in_parts(name: str, groups: Mapping[str, PageFigures]) -> list[str]:
    """A line for each kind or source, the figures beside one another and its name, of any length, at the end."""
    lines = ["  ".join([*(f"{head:>{width}}" for head, width in COLUMN_WIDTHS.items()), f"by {name}"])]
    for label, one in groups.items():
        rates = [_value(rate) for figure, rate in one.rates().items() if figure != "exact"]
        cells = [f"{one.count:,}", _value(one.exact), _interval(one.exact), *rates]
        told = [f"{cell:>{width}}" for cell, width in zip(cells, COLUMN_WIDTHS.values(), strict=True)]
        lines.append("  ".join([*told, printable(label) or "(not said)"]))
    return lines


def _value(rate: Rate) -> str:
    return _share(rate.value if rate.of or rate.count else None)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{percent(value, 2)}"


def _interval(rate: Rate) -> str:
    """The ends of the interval; nothing where there is none, or where it could be anything."""
    ends = rate.interval if rate.of else None
    return "–" if ends is None else f"{percent(ends[0], 2)} to {percent(ends[1], 2)}"


def _in_a_row(text: str) -> str:
    """The lines of a text in one, as a label has them."""
    return text.replace("\n", "|") or "(nothing)"
