"""Glyphs drawn or degraded by our own code, to learn from and to measure by: no picture is copied."""

from digitlens.data.synth.degrade import DEGRADATIONS, corrupt, degrade
from digitlens.data.synth.others import not_digits

__all__ = ["DEGRADATIONS", "corrupt", "degrade", "not_digits"]
