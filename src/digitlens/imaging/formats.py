"""The image formats that are read: told by their first bytes, each decoder imported when first needed, with limits.

``PIL.Image.open`` would import and try decoders nobody wants here (EPS and PDF run other programs), and
its limit on pixels is a global setting that warns; so the decoder is chosen here, and ``open`` sets limits.
"""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from digitlens.errors import ImageTooLarge, UnreadableImage

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

__all__ = [
    "DECODERS",
    "MAX_FRAMES",
    "MAX_JPEG_PIXELS",
    "MAX_PAGES",
    "MAX_PIXELS",
    "Format",
    "check_page",
    "is_pdf",
    "not_installed",
    "sniff",
    "too_many_scans",
]

MAX_PIXELS = 64_000_000
"""A picture may have this many pixels: some 400 MB while it is decoded in colour."""

MAX_JPEG_PIXELS = 128_000_000
"""A JPEG may have more, for it can be decoded at a fraction of its size: enough for 100-megapixel cameras."""

MAX_WEBP_PIXELS = 48_000_000
"""A WebP fewer: it takes 15 bytes a pixel."""

MAX_PLAIN_PIXELS = 4_000_000
"""A PPM written in figures, which are decoded by Python, far fewer."""

MAX_SCANS = 32
"""A JPEG may have so many scans; ten are usual. However few bytes a scan has, it costs as much as the whole picture."""

MAX_FRAMES = 100
"""Of an animation that begins with blank frames so many are looked at, and fewer where they are large."""

MAX_PAGES = 1_000
"""Of a document so many pages are read; a file of a few MB can have a million, each of which takes time."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its first bytes, and the class that decodes it.

    Attributes:
        signature: matches the first 16 bytes.
        module: where the class is, imported only when such a file comes.
        name: the class, one of Pillow's or built like them.
        extra: what to install besides DigitLens to have the module.
        max_pixels: pixels that are decoded at most.
    """

    signature: re.Pattern[bytes]
    module: str
    name: str
    extra: str | None = None
    max_pixels: int = MAX_PIXELS

    def decoder(self, file: str) -> Callable[[BytesIO], "ImageFile"]:
        """The class, which reads the header when called, and raises anything on a damaged one.

        Raises:
            UnreadableImage: it is of an extra that is not installed; says which, and which ``file`` needs it.
        """
        try:
            return getattr(importlib.import_module(self.module), self.name)
        except ImportError as error:
            if self.extra is None:
                raise
            raise not_installed(file, self.module, self.extra) from error


def not_installed(file: str, package: str, extra: str) -> UnreadableImage:
    """The error that says which extra a file needs.

    Args:
        file: its name.
        package: what reads it.
        extra: the extra of DigitLens that installs the package, which is the format's name.
    """
    return UnreadableImage(
        f"{file} is a {extra.upper()} file, which {package} reads, "
        f"and that is not installed: pip install 'digitlens[{extra}]'."
    )


def check_page(index: int, name: str) -> None:
    """Tell whether the page of this index, from 0, of the document called ``name`` is read.

    Raises:
        ImageTooLarge: it is not.
    """
    if index >= MAX_PAGES:
        raise ImageTooLarge(
            f"{name} has more than {MAX_PAGES:,} pages, the limit: those up to there are read, split the document."
        )


def _pillow(signature: bytes, decoder: str, max_pixels: int = MAX_PIXELS) -> Format:
    pattern = re.compile(signature, re.DOTALL)
    return Format(pattern, f"PIL.{decoder}ImagePlugin", f"{decoder}ImageFile", max_pixels=max_pixels)


DECODERS = {
    "PNG": _pillow(rb"\x89PNG\r\n\x1a\n", "Png"),
    "JPEG": _pillow(rb"\xff\xd8\xff", "Jpeg", MAX_JPEG_PIXELS),
    "GIF": _pillow(rb"GIF8[79]a", "Gif"),
    "BMP": _pillow(rb"BM", "Bmp"),
    "WebP": _pillow(rb"RIFF.{4}WEBP", "WebP", MAX_WEBP_PIXELS),
    "TIFF": _pillow(rb"II[*+]\0|MM\0[*+]", "Tiff"),
    "PPM": _pillow(rb"P[4-6]\s", "Ppm"),
    "plain PPM": _pillow(rb"P[1-3]\s", "Ppm", MAX_PLAIN_PIXELS),
    "AVIF": _pillow(rb".{4}ftypavi[fs]", "Avif"),
    "HEIC": Format(
        re.compile(rb".{4}ftyp(?:hei[cmsx]|hev[cmsx]|mif[12]|msf1)", re.DOTALL),
        "pillow_heif",
        "HeifImageFile",
        "heic",
    ),
}
"""Every image format that is read, by name."""


def sniff(head: bytes) -> str | None:
    """The name of the format that a file beginning with these (16 or more) bytes has; None if none is read."""
    return next((name for name, kind in DECODERS.items() if kind.signature.match(head)), None)


_PDF_WITHIN = (
    1024  # bytes, as viewers have it: servers and mail put blank lines and headers of theirs before it
)


def is_pdf(data: bytes) -> bool:
    """Tell if a file that begins with these bytes is a PDF."""
    return sniff(data[:16]) is None and b"%PDF-" in data[:_PDF_WITHIN]


_MARKER = re.compile(rb"\xff([\x01-\xcf\xd9-\xfe])")  # neither a byte of data nor one to find one's way by
_END_OF_IMAGE, _SCAN = 0xD9, 0xDA


def too_many_scans(jpeg: bytes) -> bool:
    """Tell if a JPEG has more than ``MAX_SCANS``, by its markers (ITU-T T.81, annex B)."""
    at, scans = 2, 0
    while scans <= MAX_SCANS and (marker := _MARKER.search(jpeg, at)) and marker[1][0] != _END_OF_IMAGE:
        scans += marker[1][0] == _SCAN
        at = marker.end() + int.from_bytes(jpeg[marker.end() : marker.end() + 2])
    return scans > MAX_SCANS
