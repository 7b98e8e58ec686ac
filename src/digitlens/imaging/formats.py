"""The image formats that are read: told by their first bytes, each decoder imported when first needed.

``PIL.Image.open`` would import and try decoders nobody wants here (EPS and PDF run other programs), and
its limit on pixels is a global setting that warns; so the decoder is chosen here, and ``open`` sets limits.
"""

import importlib
import io
import re
from dataclasses import dataclass

from PIL import ImageFile

__all__ = ["FORMATS", "Format", "sniff"]


@dataclass(frozen=True, slots=True)
class Format:
    """How a format begins, and the class of Pillow that decodes it."""

    signature: re.Pattern[bytes]
    decoder: str

    def open(self, data: bytes | bytearray | memoryview) -> ImageFile.ImageFile:
        """Read the header. Raises whatever Pillow's decoder raises on a damaged one."""
        plugin = importlib.import_module(f"PIL.{self.decoder}ImagePlugin")
        return getattr(plugin, f"{self.decoder}ImageFile")(io.BytesIO(data))


FORMATS = {
    "PNG": Format(re.compile(rb"\x89PNG\r\n\x1a\n"), "Png"),
    "JPEG": Format(re.compile(rb"\xff\xd8\xff"), "Jpeg"),
    "GIF": Format(re.compile(rb"GIF8[79]a"), "Gif"),
    "BMP": Format(re.compile(rb"BM"), "Bmp"),
    "WebP": Format(re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WebP"),
    "TIFF": Format(re.compile(rb"II[*+]\0|MM\0[*+]"), "Tiff"),
    "PPM": Format(re.compile(rb"P[1-6]\s"), "Ppm"),
}
"""Every format that is read, by name."""


def sniff(head: bytes) -> str | None:
    """The name of the format that a file beginning with these (16 or more) bytes has; None if none is read."""
    return next((name for name, kind in FORMATS.items() if kind.signature.match(head)), None)
