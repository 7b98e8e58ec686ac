"""Glyphs drawn or degraded by our own code, to learn from and to measure by: no picture is copied."""

from digitlens.data.synth.degrade import DEGRADATIONS, corrupt, degrade
from digitlens.data.synth.others import not_digits
from digitlens.data.synth.pages import Page, PageSettings, Written, draw_page
from digitlens.data.synth.variety import draw_pages, varied

__all__ = [
    "DEGRADATIONS",
    "Page",
    "PageSettings",
    "Written",
    "corrupt",
    "degrade",
    "draw_page",
    "draw_pages",
    "not_digits",
    "varied",
]
