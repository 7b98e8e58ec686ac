"""One picture of a gallery: what is written, what was read, how sure that was, and the way there."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from PIL import Image

from digitlens.annotate import annotated
from digitlens.error_report.evaluate import EvaluatedPicture, Outcome, text_read
from digitlens.html.images import image_uri, tiny
from digitlens.html.page import element, percentage
from digitlens.imaging import open_picture
from digitlens.labels import noun
from digitlens.types import Glyph, Pixels, Reading, Step

__all__ = ["ErrorExample"]

EXAMPLE_SIDE = 480
"""Longest side of a picture, in pixels."""

STEP_SIDE = 160
"""Longest side of a step's picture, in pixels."""

RANKS: dict[Outcome, int] = {"wrong": 2, "unreadable": 1, "refused": 0}
"""The order in which a person should look: nothing is worse than an error that no one is told of."""

REASONS = {
    None: "accepted",
    "blank": "refused: nothing found",
    "incomplete": "refused: perhaps not all of it was read",
    "not_a_digit": "refused: not like a {noun}",
    "several": "refused: more than one {noun} where one was asked for",
    "unsure": "refused: too close to call",
}


@dataclass(frozen=True, slots=True)
class ErrorExample:
    """A picture ready to be shown, its reading no longer needed.

    Attributes:
        outcome: the section that it belongs to.
        weight: sorts what should be looked at first, the highest first.
        item: the picture and all that is told of it, as an item of a list.
    """

    outcome: Outcome
    weight: tuple[int, float]
    item: Element

    @classmethod
    def of(cls, one: EvaluatedPicture, folder: Path) -> "ErrorExample":
        """Make what was judged ready to be shown; names are told from ``folder`` on."""
        file, reading = one.picture.file, one.reading
        name = str(file.relative_to(folder) if file.is_relative_to(folder) else file)
        confidence = min((glyph.confidence for glyph in reading.glyphs), default=0.0)
        item = element("li", _words(one, name), class_="exhibit")
        if reading.error is None:
            item.insert(0, _picture(file, reading, f"{name}: {_said(one)}"))
            item.append(element("ol", *map(_step, reading.steps), class_="steps"))
        return cls(one.outcome, (RANKS[one.outcome], confidence), item)


def _picture(file: Path, reading: Reading, alt: str) -> Element:
    """The picture with what was read drawn onto it."""
    picture = open_picture(file)
    shown = _sized(picture.pixels)
    times, (across, down) = shown.shape[1] / picture.pixels.shape[1], picture.scale
    scale = (times * across, times * down)
    return element(
        "img", src=image_uri(annotated(shown, reading, scale), EXAMPLE_SIDE), alt=alt, class_="picture"
    )


def _sized(pixels: Pixels) -> Pixels:
    """Shrunk to what is shown; a tiny one enlarged pixel by pixel, so that there is room for a label."""
    if tiny(pixels):
        times = EXAMPLE_SIDE // 2 // max(pixels.shape[:2])
        return pixels.repeat(times, axis=0).repeat(times, axis=1)
    image = Image.fromarray(pixels)
    image.thumbnail((EXAMPLE_SIDE, EXAMPLE_SIDE))
    return np.asarray(image)


def _words(one: EvaluatedPicture, name: str) -> Element:
    """Return the label, the text read, the reason to look at it, and the confidence of each glyph."""
    reading = one.reading
    said = element("div", element("h3", name), class_="words")
    if reading.error is not None:
        said.append(element("p", str(reading.error), class_="reason"))
    else:
        read = element("dd", text_read(reading) or "nothing", class_="" if one.matches else "off")
        pairs = (element("dt", "written"), element("dd", one.picture.label or "nothing"))
        said.append(element("dl", *pairs, element("dt", "read"), read))
        said.append(element("p", _why(reading), class_="reason"))
        if reading.all_doubts:
            doubts = (element("li", doubt.message) for doubt in reading.all_doubts)
            said.append(element("ul", *doubts, class_="doubts"))
        said.append(element("ul", *map(_glyph, reading.glyphs), class_="glyphs"))
    if one.picture.note:
        said.append(element("p", one.picture.note, class_="note"))
    return said


def _why(reading: Reading) -> str:
    """Why a person should look, as a sentence."""
    told = [glyph for glyph in reading.glyphs if glyph.reason] or [g for g in reading.glyphs if not g.is_sign]
    labels = {label for glyph in told for label in glyph.probabilities}
    return REASONS[reading.reason].format(noun=noun(labels)).capitalize() + "."


def _said(one: EvaluatedPicture) -> str:
    """For those who cannot see the picture."""
    written, read = one.picture.label or "nothing", text_read(one.reading) or "nothing"
    return f"{written} read as {read}".replace("\n", " ")


def _glyph(glyph: Glyph) -> Element:
    """Its label and confidence; of one that was refused also the next best label, and whether it is a glyph at all."""
    (best, confidence), *others = glyph.top(2)
    item = element("li", element("b", best), f" {percentage(confidence, 1)}")
    if not glyph.accepted:
        item.set("class", "doubt")
        for second, share in others:
            item.append(element("small", f"or {second}, {percentage(share, 1)}"))
        if not glyph.is_sign:
            item.append(element("small", f"digit score {percentage(glyph.digit_score, 1)}"))
    return item


def _step(step: Step) -> Element:
    """A step's picture, its name, and what was done."""
    image = element("img", src=image_uri(step.image, STEP_SIDE), alt="")
    if tiny(step.image):
        image.set("class", "pixels")
    name = step.name.replace("_", " ").capitalize()
    return element("li", image, element("h4", name), element("p", step.sentence))
