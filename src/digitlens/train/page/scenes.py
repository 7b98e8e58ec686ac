"""Scenes to train page networks on: patches of drawn sheets."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets import GlyphBank, SheetConfig, draw_sheet
from digitlens.train.drawn.pool import Part
from digitlens.train.page.targets import PAGE_LABELS, Marks

__all__ = ["Scene", "SheetScenes", "sheet_sources"]


@dataclass(frozen=True)
class Scene:
    """A drawn patch of a sheet, ``pixels`` grey uint8 (H, W), and its marks."""

    pixels: NDArray[np.uint8]
    marks: Marks


@dataclass(frozen=True)
class SheetScenes:
    """Draws scenes of ``width`` x ``height`` pixels with `digitlens.data.synth.sheets`."""

    width: int
    height: int

    def __call__(self, part: Part, key: Sequence[int]) -> Scene:
        """Draw the scene of a key."""
        bank, config = sheet_sources(part)
        rng = np.random.default_rng(list(key))
        sheet = draw_sheet(bank, config, rng, self.width, self.height, colour=False)
        marks = sheet.marks
        return Scene(
            sheet.pixels,
            Marks(
                np.array([PAGE_LABELS.index(mark.label) for mark in marks], np.int16),
                np.array([mark.box for mark in marks], np.float32).reshape(-1, 4),
                np.array([mark.visible for mark in marks], np.float32),
            ),
        )


@lru_cache
def sheet_sources(part: Part) -> tuple[GlyphBank, SheetConfig]:
    """The glyphs of a part of the data and the distribution of sheets, read once a process."""
    return GlyphBank.load(part), SheetConfig.load()
