"""A sheet to draw digits on, with mouse, finger or pen; what the browser sends back is checked before it is used.

``canvas.js`` keeps the strokes, and sends the picture when the pen has been up for a quarter of a second.
"""

import base64
import binascii
import struct
from collections.abc import Callable

from digitlens.errors import UnreadableImage
from digitlens.imaging import open_picture
from digitlens.web.components import component

__all__ = ["CANVAS_HEIGHT", "CANVAS_WIDTH", "MOST_CANVAS_BYTES", "checked_drawing", "draw_area"]

CANVAS_WIDTH, CANVAS_HEIGHT = 560, 420
"""Pixels of the picture, whatever the size of the sheet on the screen; ``canvas.css`` has the same proportion."""

MOST_CANVAS_BYTES = 1 << 20
"""Characters of the longest answer: scribbled all over, the sheet makes a fifth of this."""

ADDRESS = "data:image/png;base64,"
CANVAS_PNG_HEAD = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", CANVAS_WIDTH, CANVAS_HEIGHT)
"""The first bytes of a PNG of the sheet's size: one of another size is not decoded at all."""


def draw_area(key: str, *, version: int = 0, on_change: Callable[[], None] = lambda: None) -> bytes | None:
    """Show the sheet; what is drawn on it, dark on white, as a PNG of ``CANVAS_WIDTH`` by ``CANVAS_HEIGHT`` pixels.

    The drawing stays while the page runs again, is resized, or shows something else for a while.

    Args:
        key: tells this sheet from others on the page.
        version: counts the sheets: with another number than before, the sheet is a new one, empty.
        on_change: called before the page runs again because the drawing changed, as Streamlit's widgets do.

    Returns:
        The file, or None where nothing is drawn.

    Raises:
        UnreadableImage: the browser sent something that this sheet does not send.
    """
    result = component("canvas")(
        key=key,
        data={"key": key, "version": version, "width": CANVAS_WIDTH, "height": CANVAS_HEIGHT},
        default={"drawing": None},
        on_drawing_change=on_change,
    )
    return checked_drawing(result.drawing, version)


def checked_drawing(sent: object, version: int) -> bytes | None:
    """The PNG in what a browser sent, or None where the sheet, or the sheet of this version, is empty.

    Args:
        sent: any JSON value; the sheet sends ``{"version": int, "picture": "data:image/png;base64,..." or None}``.
        version: of the sheet that is shown.

    Raises:
        UnreadableImage: it is anything else, too long, not a PNG of the sheet's size, or one that is damaged.
    """
    match sent:
        case None | {"version": int(), "picture": None}:
            return None
        case {"version": int(drawn), "picture": str(picture)}:
            return _decoded(picture) if drawn == version else None
    raise _refused("it is not a drawing")


def _decoded(picture: str) -> bytes:
    """The file in a ``data:`` address."""
    if len(picture) > MOST_CANVAS_BYTES:
        raise _refused(f"it has {len(picture)} characters, more than {MOST_CANVAS_BYTES}")
    if not picture.startswith(ADDRESS):
        raise _refused("it is not a PNG")
    try:
        png = base64.b64decode(picture.removeprefix(ADDRESS), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused("it is not in base64") from error
    if not png.startswith(CANVAS_PNG_HEAD):
        raise _refused(f"it is not a PNG of {CANVAS_WIDTH} x {CANVAS_HEIGHT} pixels")
    try:
        open_picture(png)
    except UnreadableImage as error:
        raise _refused(f"the PNG is damaged: {error}") from error
    return png


def _refused(reason: str) -> UnreadableImage:
    return UnreadableImage(
        f"The drawing did not arrive whole: {reason}. Press Clear and draw it again, or load the page anew."
    )
