"""Readings as HTML: plain elements with text in them, escaped, so that screen readers read them too."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from digitlens.html.images import data_uri, image_uri
from digitlens.labels import noun
from digitlens.overlay import occlusion_overlay, overlay
from digitlens.types import Explanation, Glyph, Line, Reading
from digitlens.web.phrases import called, percent_in_words
from digitlens.web.words import Verdict, of_field

if TYPE_CHECKING:
    from digitlens.web.sheet import Plate

__all__ = [
    "ICON",
    "LABELS_SHOWN",
    "MANY",
    "bars",
    "digit",
    "empty",
    "escape",
    "header",
    "likeliest",
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

LABELS_SHOWN = 10
"""Labels that are shown of each glyph: all digits, and of a larger alphabet the likeliest."""

MANY = 12
"""Labels up to which each has a button; of more, the likeliest do."""


def empty(kind: str) -> str:
    """Return the placeholder of the results; ``kind`` is what is read, as ``digit``."""
    which = "of each of the ten" if kind == "digit" else f"which {kind} it is"
    return f"""
<section class="dl-empty dl-first" aria-label="Result">
  <h2>What does it say?</h2>
  <ol>
    <li>Drop a picture with {kind}s here, draw one, use your camera, or press a sample below.</li>
    <li>Read what it says: each {kind} is boxed, and marked where you had better look yourself.</li>
    <li>Choose a {kind} to see how sure the network is {which}, every step, and why.</li>
  </ol>
  <p>{"Letters, or a date or code of a known form?" if kind == "digit" else "Something else?"}
  Say so under <b>Network and care</b>.</p>
</section>"""


def header() -> str:
    """Name and purpose."""
    return f"""
<header class="dl-header">
  <img src="{data_uri(ICON.read_bytes(), "svg+xml")}" alt="">
  <div><h1>DigitLens</h1><p>Reads handwritten digits and letters, and says when it is not sure.</p></div>
</header>"""


def result(verdict: Verdict, name: str, reading: Reading) -> str:
    """Return the reading of a picture, and what to do.

    Args:
        verdict: on the picture, in words.
        name: of the picture, shown as it is, whatever it holds.
        reading: of it.
    """
    fields = reading.text and any(line.field for line in reading.lines)
    lines = fields or len(reading.text) > 1
    sign = _lines(reading) if lines else f'<div class="dl-sign">{escape(verdict.sign)}</div>'
    return f"""
<section class="dl-result dl-{verdict.tone}" role="status" aria-label="Result">
  {sign}
  <div class="dl-words"><h2>{escape(verdict.headline)}</h2><p>{escape(verdict.advice)}</p>
    {_doubts(reading)}<p class="dl-name">{escape(name)}</p></div>
</section>"""


def _doubts(reading: Reading) -> str:
    """Return the doubts about it as a whole, a sentence each; the numbers stand at the boxes in the picture."""
    sentences = "".join(f"<li>{escape(doubt.message)}</li>" for doubt in reading.all_doubts)
    title = "What speaks against accepting it"
    return sentences and f'<ol class="dl-doubts" aria-label="{title}">{sentences}</ol>'


def _lines(reading: Reading) -> str:
    """The text that was read, line by line, with what a person should look at underlined."""
    lines = "".join(f"<p>{_line(line)}</p>{_beneath(line)}" for line in reading.lines)
    size = "long" if max(len(line.text) for line in reading.lines) > 6 or len(reading.lines) > 2 else "short"
    return f'<div class="dl-text dl-{size}" aria-label="The text read">{lines}</div>'


def _line(line: Line) -> str:
    """A line's text; in that of a field may stand what no glyph was found for."""
    glyphs, told = list(line.glyphs), []
    for character in line.text:
        glyph = glyphs.pop(0) if glyphs and glyphs[0].label == character else None
        sure = glyph is None or glyph.accepted
        told.append(escape(character) if sure else f'<em title="please look">{escape(character)}</em>')
    return "".join(told)


def _beneath(line: Line) -> str:
    """Return the note on a line that is a field."""
    return f"<small>{escape(of_field(line))}</small>" if line.field else ""


def digit(verdict: Verdict | None, crop: str, glyph: Glyph) -> str:
    """One glyph: where it was cut out, what the network saw of it, and the verdict where it is not said already.

    Args:
        verdict: in words; None where it is said already.
        crop: address of the picture of the place, such as a ``data:`` one.
        glyph: as it was read.
    """
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
<section class="dl-digit dl-{verdict.tone if verdict else "none"}" aria-label="What you chose">
  {_figure(crop, "in your picture")}{frame}{words}
</section>"""


def why(explanation: Explanation) -> str:
    """Where the network finds what speaks for a label, and what ink it depends on."""
    looked = ""
    if explanation.gradcam is not None:
        found = f"where it finds {called(explanation.label)}"
        looked = _figure(image_uri(overlay(explanation, WHY), WHY * 28), found)
    wiped = image_uri(occlusion_overlay(explanation, WHY), WHY * 28)
    return f"""
<section class="dl-digit dl-why" aria-label="Why">
  {looked}{_figure(wiped, "ink for it, and (striped) against it")}
</section>"""


def _figure(image: str, caption: str, kind: str = "") -> str:
    return f'<figure><img class="{kind}" src="{image}" alt=""><figcaption>{escape(caption)}</figcaption></figure>'


def likeliest(glyph: Glyph) -> list[str]:
    """The labels to show: all in their order where they are few, else the likeliest, best first."""
    if len(glyph.probabilities) <= LABELS_SHOWN:
        return list(glyph.probabilities)
    return [label for label, _ in glyph.top(LABELS_SHOWN)]


def bars(glyph: Glyph) -> str:
    """A bar for the confidence in each label, or in each of the likeliest."""
    best = glyph.top(1)[0][0]
    rows = "".join(
        f"<li{' class=dl-best' if label == best else ''}><b>{escape(label)}</b>"
        f'<i aria-hidden="true"><u style="width:{share:.2%}"></u></i><span>{percent_in_words(share)}</span></li>'
        for label in likeliest(glyph)
        for share in (glyph.probabilities[label],)
    )
    few = len(glyph.probabilities) <= LABELS_SHOWN
    title = f"How sure it is of each {noun(glyph.probabilities)}" if few else "The ten likeliest"
    return f'<h3 class="dl-label">{title}</h3><ul class="dl-bars" aria-label="{title}">{rows}</ul>'


def top_three(glyph: Glyph) -> str:
    """The best labels, best first: three where there are so many."""
    best = glyph.top(3)
    rows = "".join(
        f"<li><b>{escape(label)}</b><span>{percent_in_words(share)}</span></li>" for label, share in best
    )
    title = "The likeliest three" if len(best) == 3 else "What it may be"
    return f'<h3 class="dl-label">{title}</h3><ol class="dl-top" aria-label="{title}">{rows}</ol>'


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
    return re.sub(
        r"([!-/:-@\[-^`{-~])", r"\\\1", text
    )  # ASCII alone: a backslash before another sign is shown


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
