"""The values that travel through the house: what a picture became, and what was read in it."""

from digitlens.types.boxes import Box, Doubt, Reason
from digitlens.types.glyphs import DIGITS, OTHERS, Explanation, Glyph
from digitlens.types.lines import OPERATORS, Field, Line, Number
from digitlens.types.pictures import Gray, Pixels, Source, Step, View
from digitlens.types.reading import Reading, RowKind

__all__ = [
    "DIGITS",
    "OPERATORS",
    "OTHERS",
    "Box",
    "Doubt",
    "Explanation",
    "Field",
    "Glyph",
    "Gray",
    "Line",
    "Number",
    "Pixels",
    "Reading",
    "Reason",
    "RowKind",
    "Source",
    "Step",
    "View",
]
