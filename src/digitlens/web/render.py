"""Readings as HTML: plain elements with text in them, escaped, so that screen readers read them too."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from digitlens.html.images import data_uri
from digitlens.types import Glyph
from digitlens.web.words import Verdict, percent

if TYPE_CHECKING:
    from digitlens.web.desk import Plate

__all__ = [
    "EMPTY",
    "ICON",
    "bars",
    "facts",
    "header",
    "pictured",
    "result",
    "steps",
    "top_three",
    "unmarked",
]

ICON = Path(__file__).with_name("icon.svg")
"""A lens over a seven."""

EMPTY = """
<section class="dl-empty" aria-label="Result">
  <h2>What does it say?</h2>
  <ol>
    <li>Drop a picture of one handwritten digit on the left, or press a sample.</li>
    <li>Read the digit, with how sure the network is of each of the ten.</li>
    <li>See every step from your picture to the 28 by 28 points that the network saw.</li>
  </ol>
</section>"""
"""What stands where the results will be."""


def header() -> str:
    """Name and purpose."""
    return f"""
<header class="dl-header">
  <img src="{data_uri(ICON.read_bytes(), "svg+xml")}" alt="">
  <div><h1>DigitLens</h1><p>Reads a handwritten digit, shows how, and says when it is not sure.</p></div>
</header>"""


def result(verdict: Verdict, name: str, picture: str | None) -> str:
    """The picture, what was read in it, and what to do."""
    shown = f'<img src="{picture}" alt="{escape(f"Your picture: {name}")}">' if picture else ""
    return f"""
<section class="dl-result dl-{verdict.tone}" role="status" aria-label="Result">
  {shown}
  <div class="dl-sign" aria-hidden="true">{escape(verdict.sign)}</div>
  <div class="dl-words"><h2>{escape(verdict.headline)}</h2><p>{escape(verdict.advice)}</p>
    <p class="dl-name">{escape(name)}</p></div>
</section>"""


def bars(glyph: Glyph) -> str:
    """A bar for the confidence in each label."""
    best = max(glyph.probabilities, key=lambda label: glyph.probabilities[label])
    rows = "".join(
        f"<li{' class=dl-best' if label == best else ''}><b>{escape(label)}</b>"
        f'<i aria-hidden="true"><u style="width:{share:.2%}"></u></i><span>{percent(share)}</span></li>'
        for label, share in glyph.probabilities.items()
    )
    return f'<ul class="dl-bars" aria-label="Confidence in each digit">{rows}</ul>'


def top_three(glyph: Glyph) -> str:
    """The three best labels, best first."""
    rows = "".join(
        f"<li><b>{escape(label)}</b><span>{percent(share)}</span></li>" for label, share in glyph.top(3)
    )
    return f'<ol class="dl-top" aria-label="The three likeliest digits">{rows}</ol>'


def steps(plates: "Sequence[Plate]") -> str:
    """The steps from the picture to what the network saw, as a strip of pictures with a sentence each."""
    figures = "".join(
        f'<li><img{" class=dl-pixels" if plate.tiny else ""} src="{plate.image}" '
        f'alt="{escape(f"Step {number}: {plate.name}")}">'
        f"<h3>{number}. {escape(_title(plate.name))}</h3><p>{escape(plate.sentence)}</p></li>"
        for number, plate in enumerate(plates, 1)
    )
    return f'<ol class="dl-steps" aria-label="Steps from the picture to what the network saw">{figures}</ol>'


def facts(rows: Mapping[str, str]) -> str:
    """A list of terms and what they are."""
    listed = "".join(f"<dt>{escape(term)}</dt><dd>{escape(value)}</dd>" for term, value in rows.items())
    return f'<dl class="dl-facts">{listed}</dl>'


def pictured(pictures: Mapping[str, tuple[str | None, str]]) -> str:
    """A style sheet that puts a picture, and the colour of a tone, on each button with one of these keys."""
    rules = "".join(
        f".st-key-{key} button{{--dl-tone:var(--dl-{tone});"
        + f"--dl-face:{f'url({uri})' if uri else 'none'}"
        + "}"
        for key, (uri, tone) in pictures.items()
    )
    return f"<style>{rules}</style>"


def unmarked(text: str) -> str:
    """Text for a label that takes Markdown, with none of it taken as such."""
    return re.sub(r"([^\w\s])", r"\\\1", text)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
