"""Pictures in, readings out: the object that every face of DigitLens uses, and its options."""

from digitlens.reader.options import ReadKeywords, ReadOptions
from digitlens.reader.reader import Reader
from digitlens.reader.tables import Table

__all__ = ["ReadKeywords", "ReadOptions", "Reader", "Table"]
