"""What the page says of a reading and of a network, in plain sentences."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from digitlens.types import Glyph, Reading

__all__ = [
    "Tone",
    "Verdict",
    "article",
    "demand",
    "doubt",
    "duration",
    "of_glyph",
    "percent",
    "told",
    "verdict",
]

PLAINLY = 0.9
"""From this confidence on a digit is said to be one, without a probably."""

Tone: TypeAlias = Literal["sure", "doubt", "none", "error"]
"""Read; read, but a person should look; no digit; no picture."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person is told of one picture.

    Attributes:
        tone: which of the four it is; colours follow it, but are never all that tells them apart.
        sign: what stands large: the digits, or a sign that there is none.
        short: a few words for a tile.
        headline: one sentence.
        advice: how sure that is, why, and what to do.
    """

    tone: Tone
    sign: str
    short: str
    headline: str
    advice: str


def verdict(reading: Reading) -> Verdict:
    """Put a reading, or its error, into words."""
    if reading.error is not None:
        message = _sentence(str(reading.error))
        return Verdict("error", "!", "not readable", "This file could not be read.", message)
    if not reading.glyphs:
        return Verdict(
            "none",
            "–",
            "blank",
            "Nothing is written here.",
            "No ink was found in this picture. If there is some, it is too faint: write with a darker pen, "
            "or take the picture closer and in better light.",
        )
    return of_glyph(reading.glyphs[0]) if len(reading.glyphs) == 1 else _of_several(reading)


def _of_several(reading: Reading) -> Verdict:
    """The verdict on more than one digit."""
    count, doubtful = len(reading.glyphs), sum(not glyph.accepted for glyph in reading.glyphs)
    short = " ".join(line.text for line in reading.lines)
    least = percent(min(glyph.confidence for glyph in reading.glyphs))
    if doubtful:
        return Verdict(
            "doubt",
            reading.text,
            f"{short}?",
            f"{count} digits; please look at {doubtful} of them.",
            f"They are marked in the picture. The least sure is {least}: choose it to see what else it may be.",
        )
    lines = f" on {len(reading.lines)} lines" if len(reading.lines) > 1 else ""
    return Verdict(
        "sure",
        reading.text,
        short,
        f"{count} digits{lines}, all accepted.",
        f"The least sure is {least} sure.",
    )


def told(glyph: Glyph) -> str:
    """A digit in a few words, for a tooltip and for those who hear the page."""
    label = glyph.label or "no digit"
    return f"{label}, {percent(glyph.confidence)} sure" + ("" if glyph.accepted else ", please look")


def of_glyph(glyph: Glyph) -> Verdict:
    """The verdict on one digit."""
    (best, confidence), (second, _) = glyph.top(2)
    if glyph.reason == "not_a_digit":
        return Verdict(
            "none",
            "?",
            "no digit",
            "This does not look like a digit.",
            "There is ink, but it resembles none of the ten. If it is a digit, cut the picture so that "
            f"nothing else is in it, or write it larger and in one go. The nearest would be {best}.",
        )
    if glyph.reason == "unsure":
        return Verdict(
            "doubt",
            f"{best}?",
            f"{best}? · {percent(confidence)}",
            f"Perhaps {article(best)} {best}, perhaps {article(second)} {second}: please look.",
            f"{doubt(glyph)} Decide yourself, try a sharper picture, or choose less care.",
        )
    sure = percent(confidence)
    probably = "" if confidence >= PLAINLY else "probably "
    headline = f"This is {probably}{article(best)} {best}."
    return Verdict("sure", best, f"{best} · {sure}", headline, _sentence(f"{sure} sure."))


def doubt(glyph: Glyph) -> str:
    """What speaks against a digit that was not accepted: the other digits, or that it may be none."""
    confidence = percent(glyph.confidence)
    if glyph.digit_score < glyph.confidence:
        return (
            f"If this is a digit, it is that with {confidence}; but that it is one at all is sure to only "
            f"{percent(glyph.digit_score)}."
        )
    return f"{_sentence(confidence)} sure is not enough for the care you chose."


def percent(share: float) -> str:
    """A share, 0 to 1, as a person writes it; what is nearly certain is never called certain."""
    if share >= 0.9995:
        return "over 99.9%"
    if share < 0.0005:
        return "under 0.1%"
    return f"{share:.1%}"


def duration(seconds: float) -> str:
    """A span of time, as a person says it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def demand(least: float) -> str:
    """What the chosen care asks of a digit, from the lowest confidence accepted; inf where none is."""
    if least > 1:
        return "This network cannot promise so much care: every digit is left for you to look at."
    if least == 0:
        return "This network is right often enough for that: every digit is accepted."
    return f"A digit is accepted when the network is at least {percent(least)} sure."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def article(label: str) -> str:
    """``a`` or ``an``, as the label is said."""
    return "an" if label == "8" else "a"
