"""From whatever a picture comes as to its glyphs, each framed as 28x28; knows nothing of models or data."""

from digitlens.imaging.formats import MAX_JPEG_PIXELS, MAX_PAGES, MAX_PIXELS
from digitlens.imaging.framing import FRAME_SIDE, GLYPH_SIDE, Frame, frame, frame_all, frame_each, is_framed
from digitlens.imaging.lattice import Lattice, Proposal, propose
from digitlens.imaging.layout import lay_out
from digitlens.imaging.open import Picture, open_pages, open_picture
from digitlens.imaging.page import PageInk, as_page, find_page_ink, turn
from digitlens.imaging.pieces import Pieces
from digitlens.imaging.signs import Sign, is_slash, lean, mark
from digitlens.imaging.sources import MAX_BYTES
from digitlens.imaging.threads import use_one_thread
from digitlens.imaging.trace import page_steps
from digitlens.imaging.views import views

__all__ = [
    "FRAME_SIDE",
    "GLYPH_SIDE",
    "MAX_BYTES",
    "MAX_JPEG_PIXELS",
    "MAX_PAGES",
    "MAX_PIXELS",
    "Frame",
    "Lattice",
    "PageInk",
    "Picture",
    "Pieces",
    "Proposal",
    "Sign",
    "as_page",
    "find_page_ink",
    "frame",
    "frame_all",
    "frame_each",
    "is_framed",
    "is_slash",
    "lay_out",
    "lean",
    "mark",
    "open_pages",
    "open_picture",
    "page_steps",
    "propose",
    "turn",
    "use_one_thread",
    "views",
]
