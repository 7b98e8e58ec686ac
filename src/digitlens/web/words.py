"""Plain sentences about a reading and a network."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from digitlens.labels import named, noun
from digitlens.types import DIGITS, Glyph, Line, Reading
from digitlens.web.phrases import called, percent_in_words, promise, sentence

__all__ = [
    "Tone",
    "Verdict",
    "doubt",
    "of_field",
    "of_glyph",
    "told",
    "verdict",
]

PLAINLY = 0.9
"""From this confidence on a digit is said to be one, without a probably."""

Tone: TypeAlias = Literal["sure", "doubt", "none", "error"]
"""Read; read, but a person should look; none of what is read; no picture."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one picture, for a person.

    Attributes:
        tone: which of the four it is; colours follow it, but are never all that tells them apart.
        sign: what stands large: what was read, or a sign that there is nothing.
        short: a few words for a tile.
        headline: one sentence.
        advice: how sure that is, why, and what to do.
    """

    tone: Tone
    sign: str
    short: str
    headline: str
    advice: str


def verdict(reading: Reading, *, max_error: float | None = None, said: int = 0) -> Verdict:
    """Put a reading, or its error, into words.

    Args:
        reading: as a person has it.
        max_error: the error rate wanted among what is accepted; left out, nothing is said of it.
        said: how often a person has said what is written there.
    """
    found = _verdict(reading)
    if found.tone == "sure" and said:
        alone = reading.glyphs[0] if len(reading.glyphs) == 1 else None
        headline = f"This is {called(alone.label, alone.is_sign)}, as you say." if alone else found.headline
        advice = "It counts as you said it." if alone else f"{found.advice} {_times(said)}."
        short = f"{alone.label} · as you say" if alone else found.short
        return replace(found, short=short, headline=headline, advice=advice)
    if found.tone == "sure" and max_error is not None:
        return replace(found, advice=f"{found.advice} {promise(max_error)}")
    return replace(found, advice=f"{found.advice} {_times(said)}.") if said else found


def _times(said: int) -> str:
    return f"You corrected it {'once' if said == 1 else f'{said} times'}"


def _verdict(reading: Reading) -> Verdict:
    if reading.error is not None:
        message = sentence(str(reading.error))
        return Verdict("error", "!", "not readable", "This file could not be read.", message)
    if reading.reason == "several":
        return _of_crowd(reading)
    if not reading.glyphs and reading.all_doubts:
        return Verdict(
            "doubt",
            "?",
            "not read",
            "Something here could not be read.",
            "Where it stands is boxed in dashes. Cut the picture so that nothing else is in it, or write more plainly.",
        )
    if not reading.glyphs:
        return Verdict(
            "none",
            "–",
            "blank",
            "Nothing is written here.",
            "No ink was found in this picture. If there is some, it is too faint: write with a darker pen, "
            "or take the picture closer and in better light.",
        )
    if any(map(_misfits, reading.lines)):
        return _of_misfit(reading)
    one = len(reading.glyphs) == 1 and not reading.all_doubts
    return of_glyph(reading.glyphs[0]) if one else _of_several(reading)


def _of_crowd(reading: Reading) -> Verdict:
    """The verdict on a picture of several glyphs that was to be of one."""
    kind = noun({label for glyph in reading.glyphs for label in glyph.probabilities})
    advice = f"It was read as a single {kind}: cut the picture so that one alone is in it."
    return Verdict("doubt", "?", "several", f"There is more than one {kind} here.", advice)


def _of_several(reading: Reading) -> Verdict:
    """The verdict on more than one glyph, or on one beside which something may not have been read."""
    asked = [glyph for glyph in reading.glyphs if not glyph.is_sign] or reading.glyphs
    doubtful, places = sum(not glyph.accepted for glyph in reading.glyphs), len(reading.all_doubts)
    count = _counted(len(asked), noun({label for glyph in asked for label in glyph.probabilities}))
    least_sure = min(asked, key=lambda glyph: glyph.confidence)
    least = f"{called(least_sure.label, least_sure.is_sign) or 'one'}, {percent_in_words(least_sure.confidence)} sure"
    if doubtful or places:
        look = [f"{doubtful} of them"] if doubtful else []
        look += [f"the {_counted(places, 'place')} boxed in dashes"] if places else []
        return Verdict(
            "doubt",
            reading.text,
            f"{_in_a_row(reading)}?",
            f"{count}; please look at {' and '.join(look)}.",
            f"They are marked in the picture. The least sure is {least}: choose it to see what else it may be."
            if doubtful
            else "What speaks against accepting it as a whole:",
        )
    lines = f" on {len(reading.lines)} lines" if len(reading.lines) > 1 else ""
    return Verdict(
        "sure",
        reading.text,
        _in_a_row(reading),
        f"{count}{lines}, all accepted.",
        f"The least sure is {least}.",
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _of_misfit(reading: Reading) -> Verdict:
    """The verdict where a line can be nothing that the pattern or the list of words has."""
    misfits = sum(map(_misfits, reading.lines))
    which = "This" if len(reading.lines) == 1 else f"{misfits} of {len(reading.lines)} lines"
    return Verdict(
        "doubt",
        reading.text,
        f"{_in_a_row(reading)}?",
        f"{which} cannot be what you asked for.",
        "No reading fits the pattern or the list, so it is shown as it was read without. Look whether one was missed "
        "in the picture, or two were taken for one.",
    )


def _misfits(line: Line) -> bool:
    """Tell if a line that has a text has none that fits."""
    return bool(line.text) and line.field is not None and not line.field.text


def _in_a_row(reading: Reading) -> str:
    return " ".join(line.text for line in reading.lines)


def of_field(line: Line) -> str:
    """Say how sure the text of a field is, and the text without constraint, if another; ``""`` if there is none."""
    if (field := line.field) is None:
        return ""
    if not field.text:
        return "does not fit"
    plain = f"; by itself {field.plain}" if field.differs else ""
    return f"{percent_in_words(field.confidence)} sure{plain}"


def told(glyph: Glyph) -> str:
    """A glyph in a few words, for a tooltip and for those who hear the page."""
    label = named(glyph.label, glyph.probabilities)
    if not glyph.accepted and glyph.twin:
        label = f"{label} or {named(glyph.twin, glyph.probabilities)}"
    return f"{label}, {percent_in_words(glyph.confidence)} sure" + ("" if glyph.accepted else ", please look")


def of_glyph(glyph: Glyph) -> Verdict:
    """The verdict on one glyph."""
    (best, confidence), *others = glyph.top(2)
    if glyph.reason == "not_a_digit":
        return _of_none(glyph)
    if not glyph.accepted and glyph.twin:
        return _of_twins(glyph, glyph.twin)
    if not glyph.accepted:
        labels = (best, *(label for label, _ in others))
        perhaps = ", ".join(f"perhaps {called(label, glyph.is_sign)}" for label in labels)
        return Verdict(
            "doubt",
            f"{best}?",
            f"{best}? · {percent_in_words(confidence)}",
            f"{sentence(perhaps)}: please look.",
            f"{doubt(glyph)} Decide yourself, try a sharper picture, or choose less care.",
        )
    sure = percent_in_words(confidence)
    probably = "" if confidence >= PLAINLY else "probably "
    headline = f"This is {probably}{called(best, glyph.is_sign)}."
    return Verdict("sure", best, f"{best} · {sure}", headline, sentence(f"{sure} sure."))


def _of_none(glyph: Glyph) -> Verdict:
    """The verdict on what is no digit or letter."""
    kind, nearest = noun(glyph.probabilities), glyph.top(1)[0][0]
    return Verdict(
        "none",
        "?",
        f"no {kind}",
        f"This does not look like a {kind}.",
        f"There is ink, but it resembles none of {_those(glyph)}. If it is a {kind}, cut the picture so that "
        f"nothing else is in it, or write it larger and in one go. The nearest would be {nearest}.",
    )


def _of_twins(glyph: Glyph, twin: str) -> Verdict:
    """The verdict on a glyph that is one of two that look alike."""
    (best, confidence), (_, beside) = glyph.top(2)
    return Verdict(
        "doubt",
        f"{best} or {twin}",
        f"{best} or {twin}",
        f"{sentence(called(best))} or {called(twin)}: please look.",
        f"It is one of the two with {percent_in_words(confidence + beside)}, and they look alike: what stands beside "
        f"it on a line would tell, or choose what is read under Network and care. The likelier is {called(best)}, with "
        f"{percent_in_words(confidence)}.",
    )


def _those(glyph: Glyph) -> str:
    """Name the class that a glyph was held against."""
    return "the ten" if {*glyph.probabilities} == {*DIGITS} else "those that are read"


def doubt(glyph: Glyph) -> str:
    """Say what speaks against a glyph that was not accepted: the other labels, or that it may be none."""
    confidence = percent_in_words(glyph.confidence)
    if glyph.reason == "incomplete":
        return "Perhaps this is not all of it."
    if not glyph.is_sign and glyph.digit_score < glyph.confidence:
        return (
            f"If this is a {noun(glyph.probabilities)}, it is that with {confidence}; but that it is one at all is "
            f"sure to only {percent_in_words(glyph.digit_score)}."
        )
    return f"{sentence(confidence)} sure is not enough for the care you chose."
