"""Files that nobody can read as a picture: damaged, empty, of another kind, absurd, or meant to do harm."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

from digitlens.data.samples import draw
from made_files import zipped

__all__ = ["unreadable"]


def unreadable(folder: Path) -> list[Path]:
    """Write them all into a folder; their suffixes say ``.zip`` where they are archives."""
    made = []
    for name, data in _pictures().items() | _archives().items():
        path = folder / name
        path.write_bytes(data)
        made.append(path)
    return sorted(made)


def _pictures() -> dict[str, bytes]:
    png, jpeg = _encoded("PNG"), draw("pen")
    tiff, gif, webp, bmp = (_encoded(kind) for kind in ("TIFF", "GIF", "WEBP", "BMP"))
    return {
        "empty.png": b"",
        "one byte.jpg": b"\xff",
        "text.png": b"just text\n" * 40,
        "program.png": b"\x7fELF" + bytes(400),
        "page.jpg": b"<html><script>alert(1)</script></html>",
        "head only.png": png[:24],
        "cut.png": png[: len(png) // 2],
        "cut.jpg": jpeg[:200],
        "cut.tiff": tiff[: len(tiff) // 3],
        "cut.gif": gif[:12],
        "cut.webp": webp[: len(webp) // 2],
        "cut.bmp": bmp[:40],
        "flipped.png": bytes(byte ^ 0x55 if 40 <= i < 60 else byte for i, byte in enumerate(png)),
        "no width.png": _png(0, 100),
        "no size.png": _png(0, 0),
        "absurd.png": _png(0xFFFFFFF, 0xFFFFFFF),
        "bomb.png": _png(30_000, 30_000),
        "cut.pdf": b"%PDF-1.7\n1 0 obj << /Type /Catalog",
        "psd.psd": b"8BPS\0\1" + bytes(60),
        "<b>name.png": b"<b>",
    }


def _archives() -> dict[str, bytes]:
    return {
        "cut.zip": zipped({"a.png": _encoded("PNG")})[:-30],
        "slip.zip": zipped({"../../outside.png": _encoded("PNG"), "/etc/root.png": b"no picture"}),
        "bomb.zip": zipped({f"{i}.png": bytes(30 << 20) for i in range(3)}),
        "nested.zip": zipped({"in.zip": zipped({"a.png": b""})}),
        "empty.zip": zipped({}),
    }


def _encoded(kind: str) -> bytes:
    file = io.BytesIO()
    Image.open(io.BytesIO(draw("pen"))).save(file, kind)
    return file.getvalue()


def _png(width: int, height: int) -> bytes:
    """A PNG that claims to be so large, and holds a few bytes."""
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0),
        b"IDAT": zlib.compress(bytes(999)),
    }
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in {**chunks, b"IEND": b""}.items()
    )
    return b"\x89PNG\r\n\x1a\n" + body
