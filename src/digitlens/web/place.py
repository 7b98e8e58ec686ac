"""Places of a page that was read: what stands there as read, and as a person has it."""

from dataclasses import dataclass

from digitlens.types import Box, Doubt, Glyph, Reading

__all__ = ["Place", "places"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a page.

    Attributes:
        box: where.
        read: the glyph that was read there; None where none was.
        doubt: what speaks against the whole there; None where nothing does.
        now: the glyph as a person has it; None where there is none, or none any more.
    """

    box: Box
    read: Glyph | None
    doubt: Doubt | None
    now: Glyph | None

    @property
    def tone(self) -> str:
        """The tone of its mark."""
        if self.now is None:
            return "against" if self.doubt else "gone"
        if self.now is not self.read:
            return "said"
        return "sure" if self.now.accepted else "doubt"


def places(reading: Reading, present: Reading) -> list[Place]:
    """The places of a page: glyphs read, doubts, and glyphs that a person has put there, in this order."""
    glyphs = {glyph.box: glyph for glyph in present.glyphs}
    left = {doubt.box: doubt for doubt in present.all_doubts}
    read = {glyph.box: glyph for glyph in reading.glyphs}
    doubted = dict.fromkeys(doubt.box for doubt in reading.all_doubts if doubt.box not in read)
    more = dict.fromkeys(box for box in glyphs if box not in read and box not in doubted)
    return [Place(box, read.get(box), left.get(box), glyphs.get(box)) for box in (*read, *doubted, *more)]
