"""The plainest PNG files, decoded by OpenCV in a fraction of Pillow's time.

Of a million small files, opening each is most of the work. What is not as plain as here, or not whole, is left to
Pillow, which knows every kind and says what is wrong.
"""

import struct
import zlib

import cv2
import numpy as np

from digitlens.types import Pixels

__all__ = ["plain_png"]

_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_IHDR = struct.Struct(">IIBBBBB")
_CHUNK_HEAD = struct.Struct(">I4s")
_CHANNELS = {0: 1, 2: 3}  # by colour type: grey, RGB
_PLAIN = {b"IHDR", b"IDAT", b"IEND", b"pHYs", b"tIME", b"sRGB", b"gAMA", b"cHRM", b"tEXt"}
_PROFILE = b"Raw profile"  # as which some programs keep EXIF data in a text


def plain_png(data: bytes, max_pixels: int) -> Pixels | None:
    """Decode a PNG of 8-bit grey or RGB: uint8 (H, W) or (H, W, 3); None where it is anything else.

    Args:
        data: the file.
        max_pixels: a picture of more, told before it is decoded, is something else.
    """
    if not data.startswith(_START) or len(data) < len(_START) + _IHDR.size:
        return None
    width, height, depth, colour, packing, filters, interlaced = _IHDR.unpack_from(data, len(_START))
    if (depth, packing, filters, interlaced) != (8, 0, 0, 0):
        return None
    if colour not in _CHANNELS or not 0 < width * height <= max_pixels or not _is_plain_and_whole(data):
        return None
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.shape[:2] != (height, width):
        return None
    pixels = decoded if colour == 0 else cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)
    return np.asarray(pixels, np.uint8)


def _is_plain_and_whole(data: bytes) -> bool:
    """Tell if a PNG has no chunks but plain ones, all undamaged, the last at its end."""
    at, kind, view = 8, b"", memoryview(data)
    while kind != b"IEND":
        if at + 12 > len(data):
            return False
        size, kind = _CHUNK_HEAD.unpack_from(data, at)
        end = at + 8 + size
        if kind not in _PLAIN or end + 4 > len(data) or data.startswith(_PROFILE, at + 8):
            return False
        if zlib.crc32(view[at + 4 : end]) != int.from_bytes(data[end : end + 4]):
            return False
        if (
            kind == b"pHYs" and view[at + 8 : at + 12] != view[at + 12 : at + 16]
        ):  # pixels that are not square
            return False
        at = end + 4
    return at == len(data)
