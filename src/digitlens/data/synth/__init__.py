"""Glyphs drawn or degraded by our own code, to learn from and to measure by: no picture is copied."""

from digitlens.data.synth.degrade import DEGRADATIONS, corrupt, degrade, normalise
from digitlens.data.synth.negatives import not_digits
from digitlens.data.synth.pages import Page, Written, draw_page
from digitlens.data.synth.pagesettings import PageSettings
from digitlens.data.synth.variety import draw_pages, varied
from digitlens.data.synth.writers import crossed, draw_writers
from digitlens.renamed import refuse_renamed

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
    "draw_writers",
    "normalise",
    "not_digits",
    "varied",
]

refuse_renamed(__name__)
