"""Counting of fields and cells how many are right, accepted, and both accepted and wrong."""

import os
from collections import Counter

from digitlens.metrics.rates import wilson
from digitlens.reader.tables import Cell
from table import Row, row

__all__ = ["count_cell", "misread", "share_row", "tell_misread"]

MISREAD = "DIGITLENS_MISREAD"
"""Variable of the environment that has what is misread told."""


def tell_misread() -> None:
    """Have what is misread told from now on."""
    os.environ[MISREAD] = "1"


def misread(sentence: str) -> None:
    """Tell what was misread, where that is wanted."""
    if MISREAD in os.environ:
        print(f"    {sentence}", flush=True)


def count_cell(counted: Counter[str], cell: Cell, text: str, named: str) -> None:
    """Count one cell that should say ``text``."""
    right = cell.text == text
    counted["right"] += right
    counted["accepted"] += cell.accepted
    counted["wrong"] += cell.accepted and not right
    if not right:
        misread(f"{named}: {text!r} read as {cell.text!r}, {cell.confidence:.4f} {cell.reason}")


def share_row(what: str, right: int, count: int) -> Row:
    """A row that tells a share, with its interval of 95 % (Wilson, 1927)."""
    low, high = wilson(right, count) if count else (0.0, 1.0)
    return row(what, 100 * right / max(1, count), f"% of {count:,} ({100 * low:.1f} to {100 * high:.1f})")
