"""The page of a gallery: the totals, then the pictures, those first that matter most."""

from collections.abc import Sequence
from importlib.resources import files
from xml.etree.ElementTree import Element

from digitlens.error_report.evaluate import Outcome, OutcomeCounts
from digitlens.error_report.example import ErrorExample
from digitlens.html.page import document, element, facts, interval, percentage, section
from digitlens.metrics import wilson

__all__ = ["error_report_page"]

SECTIONS: dict[Outcome, tuple[str, str]] = {
    "wrong": (
        "Read wrong",
        "Accepted, and yet not what is written, the surest first: of these no one is warned.",
    ),
    "unreadable": ("Not readable", "No picture could be had from these files."),
    "refused": (
        "Refused",
        "Left for a person to look at, whether the reading is right or wrong, the surest first.",
    ),
}


def error_report_page(title: str, model: str, counts: OutcomeCounts, shown: Sequence[ErrorExample]) -> str:
    """The HTML of a gallery, which needs no other file.

    Args:
        title: the name of what was read.
        model: ``NAME@VERSION`` of what read it.
        counts: how all pictures came out.
        shown: the pictures to show, in their order.
    """
    sections = [_section(outcome, counts, shown) for outcome in SECTIONS if getattr(counts, outcome)]
    nothing = section("Nothing to look at", "Every picture was accepted and read right.")
    main = element("main", _head(title, model, counts), *(sections or [nothing]))
    css = files("digitlens.error_report").joinpath("page.css").read_text(encoding="utf-8")
    return document(f"{title} read by {model}", css, main)


def _head(title: str, model: str, counts: OutcomeCounts) -> Element:
    """Return the result, at a glance."""
    lede = (
        f"Of {counts.pictures:,} pictures {counts.matches:,} are read right, accepted or not: an accuracy of "
        f"{percentage(counts.accuracy)}, with a 95 % interval of {interval(wilson(counts.matches, counts.pictures))}. "
    )
    if counts.accepted:
        ends = interval(wilson(counts.right, counts.accepted))
        lede += (
            f"{counts.accepted:,} are accepted, and {percentage(counts.precision)} of these right ({ends})."
        )
    else:
        lede += "None is accepted."
    kicker = element("p", f"DigitLens gallery, read by {model}", class_="kicker")
    summary = element("p", lede, class_="lede")
    return element("header", kicker, element("h1", title), summary, facts(_figures(counts)))


def _figures(counts: OutcomeCounts) -> dict[str, str]:
    """Return the name and the value of each figure."""
    return {
        "read right": percentage(counts.accuracy),
        "right among accepted": percentage(counts.precision) if counts.accepted else "–",
        "accepted and right": f"{counts.right:,}",
        "accepted and wrong": f"{counts.wrong:,}",
        "refused": f"{counts.refused:,}",
        **({"not readable": f"{counts.unreadable:,}"} if counts.unreadable else {}),
    }


def _section(outcome: Outcome, counts: OutcomeCounts, shown: Sequence[ErrorExample]) -> Element:
    """The pictures that came out so, as far as they are shown."""
    title, lede = SECTIONS[outcome]
    items = [exhibit.item for exhibit in shown if exhibit.outcome == outcome]
    count = getattr(counts, outcome)
    told = "" if len(items) == count else f" {len(items):,} of {count:,} are shown."
    return section(f"{title}: {count:,}", lede + told, element("ul", *items, class_="exhibits"))
