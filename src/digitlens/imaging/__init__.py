"""From whatever a picture comes as to its glyphs, each framed as 28x28; knows nothing of models or data."""

from digitlens.imaging.boxes import (
    intersection_over_union,
    intersections,
    non_maximum_suppression,
    smaller_overlap,
)
from digitlens.imaging.contrast import CONTRAST_WINDOW, local_contrast
from digitlens.imaging.crops import dark_ink_votes, frame_box
from digitlens.imaging.formats import MAX_JPEG_PIXELS, MAX_PAGES, MAX_PIXELS
from digitlens.imaging.framing import (
    FRAME_SIDE,
    GLYPH_SIDE,
    Frame,
    frame,
    frame_all,
    frame_each,
    frame_stack,
    is_framed,
)
from digitlens.imaging.grayscale import to_grayscale
from digitlens.imaging.light import even_light
from digitlens.imaging.open import Picture, open_pages, open_picture
from digitlens.imaging.outline import sheet_outline
from digitlens.imaging.resize import shrink_to
from digitlens.imaging.sources import MAX_BYTES
from digitlens.imaging.strip import STRIP_BEYOND, STRIP_GLYPH, STRIP_HEIGHT, TextStrip, text_strip
from digitlens.imaging.threads import use_one_thread
from digitlens.imaging.trace import page_steps
from digitlens.imaging.tta import tta_views
from digitlens.imaging.turn import boxes_under, turn
from digitlens.renamed import refuse_renamed

__all__ = [
    "CONTRAST_WINDOW",
    "FRAME_SIDE",
    "GLYPH_SIDE",
    "MAX_BYTES",
    "MAX_JPEG_PIXELS",
    "MAX_PAGES",
    "MAX_PIXELS",
    "STRIP_BEYOND",
    "STRIP_GLYPH",
    "STRIP_HEIGHT",
    "Frame",
    "Picture",
    "TextStrip",
    "boxes_under",
    "dark_ink_votes",
    "even_light",
    "frame",
    "frame_all",
    "frame_box",
    "frame_each",
    "frame_stack",
    "intersection_over_union",
    "intersections",
    "is_framed",
    "local_contrast",
    "non_maximum_suppression",
    "open_pages",
    "open_picture",
    "page_steps",
    "sheet_outline",
    "shrink_to",
    "smaller_overlap",
    "text_strip",
    "to_grayscale",
    "tta_views",
    "turn",
    "use_one_thread",
]

refuse_renamed(__name__)
