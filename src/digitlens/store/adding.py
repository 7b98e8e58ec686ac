"""The rows of a glyph that a person should look at: where it stands, and what was read there."""

import sqlite3
import time

from digitlens.types import Glyph

__all__ = ["AT_PLACE", "add_glyph"]

AT_PLACE = "sha256 = ? AND page = ? AND (x, y, w, h) = (?, ?, ?, ?)"
"""The condition of a glyph at a place, in SQL."""


def add_glyph(
    connection: sqlite3.Connection,
    place: tuple[object, ...],
    glyph: Glyph,
    model: str,
    found: tuple[int, str, bytes | None],
) -> int | None:
    """Add what a network read at a place, and the place where it is not known yet.

    Args:
        connection: within a transaction.
        place: SHA-256 of the file, number of the page, left, top, width and height.
        glyph: read there.
        model: by which it was read.
        found: the number of the glyph on its page, the page's file, and the crop, as a PNG; None for a known place.

    Returns:
        The id of the glyph; None where it was forgotten since it was found to be known.
    """
    number, file, cut = found
    if cut is not None:
        frame = None if glyph.frame is None else glyph.frame.tobytes()
        connection.execute(
            "INSERT OR IGNORE INTO glyph (sha256, page, x, y, w, h, number, file, added, frame, crop) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*place, number, file, time.time(), frame, cut),
        )
    row = connection.execute(f"SELECT id FROM glyph WHERE {AT_PLACE}", place).fetchone()
    if row is None:
        return None
    connection.execute(
        "INSERT OR REPLACE INTO reading (glyph, model, label, confidence, digit_score, reason) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (row[0], model, glyph.label, glyph.confidence, glyph.digit_score, glyph.reason),
    )
    return row[0]
