"""The contents of a store: items to look at, and the decisions about them."""

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from digitlens.types import Box, Gray, Reason

__all__ = ["WHOLE_PICTURE", "Counts", "Decision", "Item", "moment"]

WHOLE_PICTURE = Box(0, 0, 0, 0)
"""The box of a picture that read as blank: all of it."""

FRAME_SHAPE = 28, 28


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision about an item.

    Attributes:
        label: what is written there, ``""`` for no digit; None where an earlier decision was taken back.
        time: when, in UTC.
    """

    label: str | None
    time: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of items.

    Attributes:
        waiting: for a person to look at them.
        confirmed: settled as the machine had read them.
        corrected: settled otherwise.
    """

    waiting: int
    confirmed: int
    corrected: int

    @property
    def settled(self) -> int:
        """Those that a person has decided."""
        return self.confirmed + self.corrected


@dataclass(frozen=True, slots=True)
class Item:
    """One glyph that was not accepted, one place that was not read, or one picture that read as blank.

    Attributes:
        id: its number in this store; never given twice.
        sha256: of the picture's bytes, 64 hexadecimal digits.
        file: the picture's name.
        page: from 1.
        number: of the glyph in reading order, from 1; 0 for a blank picture, and for a place that was not read.
        box: in pixels of the picture as uploaded; `WHOLE_PICTURE` for a blank picture.
        model: ``NAME@VERSION`` of the network that read it last.
        label: what it read, ``""`` for no digit.
        confidence, digit_score: as of `Glyph`, 0 to 1; both 0 where there is no glyph.
        reason: why a person should look; None where it was accepted, and someone had a second look all the same.
        frame: what the network saw, uint8 (28, 28); None where it was not asked: a sign, or no glyph.
        crop: the glyph and what is around it as a PNG file, no side longer than 160 pixels.
        added: when it was first read, in UTC.
        decision: the last, None while it waits.
    """

    id: int
    sha256: str
    file: str
    page: int
    number: int
    box: Box
    model: str
    label: str
    confidence: float
    digit_score: float
    reason: Reason | None
    frame: Gray | None = field(repr=False)
    crop: bytes = field(repr=False)
    added: datetime
    decision: Decision | None

    @property
    def is_sign(self) -> bool:
        """True if a sign was read, such as a point or a plus, which the network was not asked about."""
        return bool(self.label) and self.frame is None

    @property
    def corrected(self) -> bool:
        """True if a person read it otherwise than the machine did."""
        return self.decision is not None and self.decision.label != self.label

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the pictures."""
        return {
            "id": self.id,
            "sha256": self.sha256,
            "file": self.file,
            "page": self.page,
            "number": self.number,
            "box": self.box.to_list(),
            "model": self.model,
            "read": self.label,
            "confidence": round(self.confidence, 6),
            "digit_score": round(self.digit_score, 6),
            "reason": self.reason,
            "decided": self.decision and self.decision.label,
            "decided_at": self.decision and self.decision.time.isoformat(),
        }

    @classmethod
    def of(cls, row: sqlite3.Row) -> "Item":
        """The item in a row of the view ``item``."""
        frame = row["frame"]
        return cls(
            **{name: row[name] for name in ("id", "sha256", "file", "page", "number", "model", "label")},
            **{name: row[name] for name in ("confidence", "digit_score", "reason", "crop")},
            box=Box(row["x"], row["y"], row["w"], row["h"]),
            frame=None if frame is None else np.frombuffer(frame, np.uint8).reshape(FRAME_SHAPE),
            added=moment(row["added"]),
            decision=None if row["decided"] is None else Decision(row["decided"], moment(row["decided_at"])),
        )


def moment(seconds: float) -> datetime:
    """Seconds since the epoch as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
