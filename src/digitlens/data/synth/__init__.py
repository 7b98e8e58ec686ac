"""Glyphs drawn or degraded by our own code, to learn from and to measure by: no picture is copied."""

from digitlens.data.synth.degrade import DEGRADATIONS, corrupt, degrade, normalise
from digitlens.data.synth.hands import crossed, hands
from digitlens.data.synth.others import not_digits
from digitlens.data.synth.pages import Page, PageSettings, Written, draw_page
from digitlens.data.synth.variety import draw_pages, varied

__all__ = [
    "DEGRADATIONS",
    "Page",
    "PageSettings",
    "Written",
    "corrupt",
    "crossed",
    "degrade",
    "draw_page",
    "draw_pages",
    "hands",
    "normalise",
    "not_digits",
    "varied",
]
