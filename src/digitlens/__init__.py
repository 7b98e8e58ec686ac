"""DigitLens reads handwritten digits.

from digitlens import Reader

reader = Reader()
reading = reader.classify("photo.jpg")
print(reading.text, reading.glyphs[0].confidence)
"""

from typing import TYPE_CHECKING, Any

from digitlens.errors import DigitLensError
from digitlens.renamed import missing_name
from digitlens.types import Box, Explanation, Field, Glyph, Line, Number, Reading, Step

if TYPE_CHECKING:
    from digitlens.reader import Reader, ReadOptions, Table

__version__ = "0.1.0"

__all__ = [
    "Box",
    "DigitLensError",
    "Explanation",
    "Field",
    "Glyph",
    "Line",
    "Number",
    "ReadOptions",
    "Reader",
    "Reading",
    "Step",
    "Table",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Import the reader, and with it OpenCV and ONNX Runtime, when it is first asked for (PEP 562)."""
    if name in ("Reader", "ReadOptions", "Table"):
        from digitlens import reader  # noqa: PLC0415

        return getattr(reader, name)
    raise missing_name(__name__, name)
