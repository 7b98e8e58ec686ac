"""Writers: one hand and one pen, or a typeface, and what they put on a sheet."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets.chance import chance, evenly, logarithmic
from digitlens.data.synth.sheets.config import SheetConfig
from digitlens.data.synth.sheets.typefaces import TYPEFACES

__all__ = ["OTHER", "Shape", "Writer", "new_writer"]

OTHER = ""
"""The label of writing that is neither digit nor sign."""

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """Something written, before it is put on a sheet.

    Attributes:
        label: a digit, a sign, or ``OTHER``.
        image: uint8 (h, w), cut to its ink.
        tall: height of the image in heights of a digit.
        drop: how far its bottom is below the baseline, in heights.
        width: in heights.
        turn: clockwise, in radians.
    """

    label: str
    image: Image
    tall: float
    drop: float
    width: float
    turn: float = 0.0


@dataclass(frozen=True, slots=True)
class Writer:
    """One hand and one pen; lengths in heights of a digit unless they say pixels.

    Attributes:
        height: pixels of a digit.
        pen: width of a stroke; None: each glyph's own.
        slant: pixels to the right for each upwards.
        stretch: of widths.
        jitter, bounce: standard deviations of heights and baselines.
        gap: between neighbours in a number.
        drawn: draws forms of other schools.
        form: seeds the form of each figure; None: any form each time.
        source: of the bank's sets, the one whose glyphs it writes; None: any.
        font: of a typeface; None: a hand.
    """

    height: float
    pen: float | None
    slant: float
    stretch: float
    jitter: float
    bounce: float
    gap: float
    drawn: bool
    form: int | None
    source: int | None
    font: int | None

    def with_pen(self, pen: float) -> "Writer":
        """Give the same hand another pen."""
        return replace(self, pen=pen)


def new_writer(config: SheetConfig, rng: np.random.Generator, height: float) -> Writer:
    """Draw a writer.

    Args:
        config: how hands, pens and typefaces are spread.
        rng: where chance comes from.
        height: of its digits, pixels.
    """
    how = config.writing
    common = chance(rng, how.common_pen_share)
    pen = max(logarithmic(rng, how.common_pen if common else how.pen), how.thinnest / height)
    printed = chance(rng, how.printed)
    return Writer(
        height=height,
        pen=None if chance(rng, how.own_pen) else pen,
        slant=evenly(rng, how.slant) if chance(rng, how.slanted) and not printed else 0.0,
        stretch=logarithmic(rng, how.stretch),
        jitter=0.0 if printed else evenly(rng, how.size_jitter),
        bounce=0.0 if printed else evenly(rng, how.bounce),
        gap=evenly(rng, how.overlap if chance(rng, how.tight) and not printed else how.gap),
        drawn=chance(rng, how.drawn),
        form=int(rng.integers(1 << 30)) if chance(rng, how.one_form) else None,
        source=int(rng.integers(4)) if chance(rng, how.one_source) else None,
        font=int(rng.integers(len(TYPEFACES) + 1)) if printed else None,
    )
