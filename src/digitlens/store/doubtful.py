"""The doubts of a reading that a person should look at: glyphs not accepted, places not read, blank pages."""

from collections.abc import Container
from dataclasses import replace

from digitlens.store.item import WHOLE_PICTURE
from digitlens.types import Box, Glyph, Reading, Reason

__all__ = ["to_look_at"]


def to_look_at(reading: Reading, also: Container[int] = ()) -> list[tuple[int, Glyph]]:
    """List what a person should look at, each with its number among the glyphs in reading order, from 1.

    A blank page, and a place where a doubt says to look and no glyph was read, are glyphs without a label: number 0.

    Args:
        reading: of a page.
        also: numbers of accepted glyphs that someone wants to decide about all the same.
    """
    doubts: dict[Box, Reason] = {doubt.box: doubt.reason for doubt in reading.all_doubts}
    if not reading.glyphs and not doubts:
        return [(0, _unread(WHOLE_PICTURE, "blank"))]
    several = "several" in doubts.values()
    found = []
    for number, glyph in enumerate(reading.glyphs, 1):
        about = doubts.pop(glyph.box, None)
        reason: Reason | None = "several" if several else glyph.reason or about
        if not glyph.accepted or reason or number in also:
            found.append((number, replace(glyph, reason=reason)))
    return found + [(0, _unread(box, reason)) for box, reason in doubts.items() if reason != "several"]


def _unread(box: Box, reason: Reason) -> Glyph:
    return Glyph(
        "",
        0.0,
        0.0,
        box if box.w and box.h else WHOLE_PICTURE,
        accepted=False,
        reason=reason,
        probabilities={},
    )
