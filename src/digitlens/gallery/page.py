"""The page of a gallery: the totals, then the pictures, those first that matter most."""

from collections.abc import Sequence
from importlib.resources import files
from xml.etree.ElementTree import Element

from digitlens.gallery.exhibit import Exhibit
from digitlens.gallery.judge import Outcome, Tally
from digitlens.html.page import document, element, facts, interval, percent, section
from digitlens.metrics import wilson

__all__ = ["gallery_page"]

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


def gallery_page(title: str, model: str, tally: Tally, shown: Sequence[Exhibit]) -> str:
    """The HTML of a gallery, which needs no other file.

    Args:
        title: the name of what was read.
        model: ``NAME@VERSION`` of what read it.
        tally: how all pictures came out.
        shown: the pictures to show, in their order.
    """
    sections = [_section(outcome, tally, shown) for outcome in SECTIONS if getattr(tally, outcome)]
    nothing = section("Nothing to look at", "Every picture was accepted and read right.")
    main = element("main", _head(title, model, tally), *(sections or [nothing]))
    css = files("digitlens.gallery").joinpath("gallery.css").read_text(encoding="utf-8")
    return document(f"{title} read by {model}", css, main)


def _head(title: str, model: str, tally: Tally) -> Element:
    """Return the result, at a glance."""
    lede = (
        f"Of {tally.pictures:,} pictures {tally.matches:,} are read right, accepted or not: an accuracy of "
        f"{percent(tally.accuracy)}, with a 95 % interval of {interval(wilson(tally.matches, tally.pictures))}. "
    )
    if tally.accepted:
        ends = interval(wilson(tally.right, tally.accepted))
        lede += f"{tally.accepted:,} are accepted, and {percent(tally.precision)} of these right ({ends})."
    else:
        lede += "None is accepted."
    figures = {
        "read right": percent(tally.accuracy),
        "right among accepted": percent(tally.precision) if tally.accepted else "–",
        "accepted and right": f"{tally.right:,}",
        "accepted and wrong": f"{tally.wrong:,}",
        "refused": f"{tally.refused:,}",
        **({"not readable": f"{tally.unreadable:,}"} if tally.unreadable else {}),
    }
    kicker = element("p", f"DigitLens gallery, read by {model}", class_="kicker")
    return element("header", kicker, element("h1", title), element("p", lede, class_="lede"), facts(figures))


def _section(outcome: Outcome, tally: Tally, shown: Sequence[Exhibit]) -> Element:
    """The pictures that came out so, as far as they are shown."""
    title, lede = SECTIONS[outcome]
    items = [exhibit.item for exhibit in shown if exhibit.outcome == outcome]
    count = getattr(tally, outcome)
    told = "" if len(items) == count else f" {len(items):,} of {count:,} are shown."
    return section(f"{title}: {count:,}", lede + told, element("ul", *items, class_="exhibits"))
