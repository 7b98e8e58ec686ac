"""Pictures in, readings out: the object that every face of DigitLens uses."""

from digitlens.reader.reader import Reader

__all__ = ["Reader"]
