"""Pages on which there is something to look at: a picture of each, and where its lines are."""

import io
import json
import sqlite3
from dataclasses import dataclass, field

from PIL import Image

from digitlens.imaging import Picture
from digitlens.types import Box, Glyph, Line, Reading

__all__ = ["KeptPage", "page_of"]

PAGE_SIDE = 1200
"""No side of a page's picture is longer, in pixels."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page, as it was read when something on it was first kept.

    Attributes:
        width, height: of the page as uploaded, in pixels.
        picture: of it, a WebP file, no side longer than 1200 pixels.
        lines: what was read; of their glyphs the label, the box and whether they were accepted.
    """

    width: int
    height: int
    picture: bytes = field(repr=False)
    lines: tuple[Line, ...]

    def line_of(self, box: Box) -> Line | None:
        """The line that a glyph with this box stands on; None where it is on none."""
        return next((line for line in self.lines if any(glyph.box == box for glyph in line.glyphs)), None)

    @classmethod
    def of(cls, row: sqlite3.Row) -> "KeptPage":
        """The page in a row of the table ``page``."""
        lines = tuple(
            Line(
                tuple(
                    Glyph(label, 1.0, 1.0, Box(*box), accepted, None if accepted else "unsure", {label: 1.0})
                    for label, box, accepted in told["glyphs"]
                ),
                Box(*told["box"]),
                gaps=tuple(told["gaps"]),
            )
            for told in json.loads(row["reading"])
        )
        return cls(row["width"], row["height"], row["picture"], lines)


def page_of(picture: Picture, reading: Reading) -> tuple[int, int, bytes, str]:
    """Width and height of a page as uploaded, its picture, and its lines, as the store keeps them."""
    (height, width), (across, down) = picture.pixels.shape[:2], picture.scale
    image, file = Image.fromarray(picture.pixels), io.BytesIO()
    image.thumbnail((PAGE_SIDE, PAGE_SIDE), reducing_gap=1.0)
    image.save(file, "WEBP", quality=75, method=0)
    lines = [
        {
            "box": line.box.to_list(),
            "gaps": [*line.gaps],
            "glyphs": [[glyph.label, glyph.box.to_list(), glyph.accepted] for glyph in line.glyphs],
        }
        for line in reading.lines
    ]
    return round(width / across), round(height / down), file.getvalue(), json.dumps(lines)
