"""What the page says of a reading and of a network, in plain sentences."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from digitlens.model import Network
from digitlens.types import Glyph, Reading

__all__ = ["Tone", "Verdict", "demand", "facts", "percent", "tally", "verdict"]

PLAINLY = 0.9
"""From this confidence on a digit is said to be one, without a probably."""

Tone: TypeAlias = Literal["sure", "doubt", "none", "error"]
"""Read; read, but a person should look; no digit; no picture."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person is told of one picture.

    Attributes:
        tone: which of the four it is; colours follow it, but are never all that tells them apart.
        sign: what stands large: the digit, or a sign that there is none.
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
    """Put a reading of a single glyph, or its error, into words."""
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
    return _of_glyph(reading.glyphs[0])


def _of_glyph(glyph: Glyph) -> Verdict:
    """The verdict where something is written."""
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
            f"Perhaps {_article(best)} {best}, perhaps {_article(second)} {second}: please look.",
            f"{_sentence(percent(confidence))} sure is not enough for the care you chose. Decide yourself, "
            "try a sharper picture, or choose less care.",
        )
    sure = percent(confidence)
    probably = "" if confidence >= PLAINLY else "probably "
    headline = f"This is {probably}{_article(best)} {best}."
    return Verdict("sure", best, f"{best} · {sure}", headline, _sentence(f"{sure} sure."))


def percent(share: float) -> str:
    """A share, 0 to 1, as a person writes it; what is nearly certain is never called certain."""
    if share >= 0.9995:
        return "over 99.9%"
    if share < 0.0005:
        return "under 0.1%"
    return f"{share:.1%}"


def tally(verdicts: list[Verdict]) -> str:
    """How many pictures there are of each tone, in one sentence."""
    named: dict[Tone, str] = {
        "sure": "read",
        "doubt": "for you to look at",
        "none": "without a digit",
        "error": "not readable",
    }
    counts = Counter(verdict.tone for verdict in verdicts)
    parts = [f"{counts[tone]} {words}" for tone, words in named.items() if counts[tone]]
    return f"{len(verdicts)} pictures: {', '.join(parts)}."


def demand(least: float) -> str:
    """What the chosen care asks of a digit, from the lowest confidence accepted; inf where none is."""
    if least > 1:
        return "This network cannot promise so much care: every digit is left for you to look at."
    if least == 0:
        return "This network is right often enough for that: every digit is accepted."
    return f"A digit is accepted when the network is at least {percent(least)} sure."


def facts(network: Network) -> dict[str, str]:
    """What a network's card says of it, term by term; only what the card holds."""
    card = network.card
    rows = {
        "Network": f"{network.path.stem}, version {card.version}",
        "Right on new digits": _accuracy(card.metrics.get("test")),
        "Trained on": card.trained_on,
        "Recipe": card.recipe.get("name", ""),
        "Seed": str(card.seed) if card.command else "",
        "Made by": card.command,
        "Size": f"{card.parameters:,} trained numbers",
        "Licence": card.licence,
        "File": str(network.path),
    }
    return {term: value for term, value in rows.items() if value}


def _accuracy(test: dict[str, Any] | None) -> str:
    """How often it was right on a test set, with the 95 % interval of that."""
    if not test or not {"accuracy", "count", "dataset", "interval"} <= test.keys():
        return "not measured"
    low, high = test["interval"]
    return (
        f"{test['accuracy']:.2%} of {test['count']:,} test digits of {test['dataset']} "
        f"(95% interval: {low:.2%} to {high:.2%})"
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _article(label: str) -> str:
    return "an" if label == "8" else "a"
