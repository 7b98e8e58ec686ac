"""Sheets as the world has them, drawn with the truth of what stands where: to train on and to calibrate by."""

from digitlens.data.synth.sheets.bank import GlyphBank
from digitlens.data.synth.sheets.config import SheetConfig
from digitlens.data.synth.sheets.scribe import Mark
from digitlens.data.synth.sheets.sheet import Sheet, draw_sheet, draw_whole
from digitlens.data.synth.sheets.signs import DRAWN_SIGNS
from digitlens.data.synth.sheets.writers import OTHER
from digitlens.renamed import refuse_renamed

__all__ = ["DRAWN_SIGNS", "OTHER", "GlyphBank", "Mark", "Sheet", "SheetConfig", "draw_sheet", "draw_whole"]

refuse_renamed(__name__)
