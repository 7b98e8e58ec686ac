"""From whatever a picture comes as to its glyph, framed as 28x28; knows nothing of models or data."""

from digitlens.imaging.framing import FRAME_SIDE, GLYPH_SIDE, Frame, frame, frame_all, is_framed
from digitlens.imaging.open import MAX_JPEG_PIXELS, MAX_PIXELS, Picture, open_pages, open_picture
from digitlens.imaging.sources import MAX_BYTES

__all__ = [
    "FRAME_SIDE",
    "GLYPH_SIDE",
    "MAX_BYTES",
    "MAX_JPEG_PIXELS",
    "MAX_PIXELS",
    "Frame",
    "Picture",
    "frame",
    "frame_all",
    "is_framed",
    "open_pages",
    "open_picture",
]
