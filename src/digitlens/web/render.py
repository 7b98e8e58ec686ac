"""Readings as HTML: plain elements with text in them, escaped, so that screen readers read them too."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from digitlens.html.images import data_uri, image_uri
from digitlens.overlay import occlusion_overlay, overlay
from digitlens.types import Explanation, Glyph, Reading
from digitlens.web.words import Verdict, percent

if TYPE_CHECKING:
    from digitlens.web.sheet import Plate

__all__ = [
    "EMPTY",
    "ICON",
    "bars",
    "digit",
    "header",
    "pictured",
    "result",
    "steps",
    "top_three",
    "unmarked",
    "why",
]

ICON = Path(__file__).with_name("icon.svg")
"""A lens over a seven."""

WHY = 8
"""Pixels of an explanation for each of the frame."""

EMPTY = """
<section class="dl-empty" aria-label="Result">
  <h2>What does it say?</h2>
  <ol>
    <li>Drop a picture with digits here, draw one, use your camera, or press a sample below.</li>
    <li>Read what it says: each digit is boxed, and marked where you had better look yourself.</li>
    <li>Choose a digit to see how sure the network is of each of the ten, every step, and why.</li>
  </ol>
</section>"""
"""What stands where the results will be."""


def header() -> str:
    """Name and purpose."""
    return f"""
<header class="dl-header">
  <img src="{data_uri(ICON.read_bytes(), "svg+xml")}" alt="">
  <div><h1>DigitLens</h1><p>Reads handwritten digits, shows how, and says when it is not sure.</p></div>
</header>"""


def result(verdict: Verdict, name: str, reading: Reading) -> str:
    """What was read in a picture, and what to do."""
    sign = (
        _lines(reading) if len(reading.glyphs) > 1 else f'<div class="dl-sign">{escape(verdict.sign)}</div>'
    )
    return f"""
<section class="dl-result dl-{verdict.tone}" role="status" aria-label="Result">
  {sign}
  <div class="dl-words"><h2>{escape(verdict.headline)}</h2><p>{escape(verdict.advice)}</p>
    <p class="dl-name">{escape(name)}</p></div>
</section>"""


def _lines(reading: Reading) -> str:
    """The text that was read, line by line, with what a person should look at underlined."""
    lines = "".join(
        "<p>"
        + "".join(
            escape(glyph.label) if glyph.accepted else f'<em title="please look">{escape(glyph.label)}</em>'
            for glyph in line.glyphs
        )
        + "</p>"
        for line in reading.lines
    )
    size = (
        "long" if max(len(line.glyphs) for line in reading.lines) > 6 or len(reading.lines) > 2 else "short"
    )
    return f'<div class="dl-text dl-{size}" aria-label="The digits read">{lines}</div>'


def digit(verdict: Verdict | None, crop: str, glyph: Glyph) -> str:
    """One digit: where it was cut out, what the network saw of it, and the verdict where it is not said already."""
    frame = (
        ""
        if glyph.frame is None
        else _figure(image_uri(glyph.frame, 28), "as the network saw it", "dl-pixels")
    )
    words = (
        f'<div class="dl-words"><h2>{escape(verdict.headline)}</h2><p>{escape(verdict.advice)}</p></div>'
        if verdict
        else ""
    )
    return f"""
<section class="dl-digit dl-{verdict.tone if verdict else "none"}" aria-label="The digit you chose">
  {_figure(crop, "in your picture")}{frame}{words}
</section>"""


def why(explanation: Explanation) -> str:
    """Where the network finds what speaks for a label, and what ink it depends on."""
    looked = image_uri(overlay(explanation, WHY), WHY * 28)
    wiped = image_uri(occlusion_overlay(explanation, WHY), WHY * 28)
    label = explanation.label or "no digit"
    return f"""
<section class="dl-digit dl-why" aria-label="Why">
  {_figure(looked, f"where it finds a {label}")}{_figure(wiped, "ink for it, and (striped) against it")}
</section>"""


def _figure(image: str, caption: str, kind: str = "") -> str:
    return f'<figure><img class="{kind}" src="{image}" alt=""><figcaption>{escape(caption)}</figcaption></figure>'


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
