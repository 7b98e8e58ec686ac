"""Where something stands in a picture, and why a person should look there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Box", "Doubt", "Reason"]

Reason: TypeAlias = Literal["blank", "incomplete", "not_a_digit", "several", "unsure"]
"""Why a person should look: nothing written, writing that was not read, not a glyph of the alphabet, more than one
glyph where one was asked for, or too close to call."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the picture as uploaded: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int

    def to_list(self) -> list[int]:
        """``[x, y, w, h]``."""
        return [self.x, self.y, self.w, self.h]

    @classmethod
    def around(cls, boxes: "Iterable[Box]") -> "Box":
        """The smallest box that holds all of ``boxes``, one at least."""
        corners = [(box.x, box.y, box.x + box.w, box.y + box.h) for box in boxes]
        left, top = (min(corner[axis] for corner in corners) for axis in (0, 1))
        right, bottom = (max(corner[axis] for corner in corners) for axis in (2, 3))
        return cls(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a line or a page cannot be accepted as a whole, beyond what its glyphs say of themselves.

    Attributes:
        reason: a short stable key.
        message: the same in one plain sentence, which says where to look.
        box: where to look, in pixels of the picture as uploaded.
    """

    reason: Reason
    message: str
    box: Box

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {"reason": self.reason, "message": self.message, "box": self.box.to_list()}
