"""Files made by hand to do harm: bombs, absurd sizes, endless documents, files that are two things at once."""

import gzip
import io
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PIL import Image

from made_files import pdf_stream, png_chunk

__all__ = ["MADE", "READ", "REFUSED", "TOO_LARGE", "Made", "pdf", "png", "tiff", "zipped"]

READ = frozenset({""})
REFUSED = frozenset({"unreadable_image"})
TOO_LARGE = frozenset({"image_too_large"})
EITHER_WAY = READ | REFUSED | TOO_LARGE


@dataclass(frozen=True)
class Made:
    """How a file is made, and what may come of it; ``heavy`` where that takes more than a moment, or much memory."""

    what: str
    make: Callable[[], bytes]
    outcomes: frozenset[str]
    heavy: bool = False


def png(
    width: int, height: int, rows: bytes = b"", depth: int = 8, colour: int = 0, more: bytes = b""
) -> bytes:
    """A PNG of that size, whose pixels are ``rows`` unpacked."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = (
        png_chunk(b"IHDR", head) + more + png_chunk(b"IDAT", zlib.compress(rows, 9)) + png_chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def gif(width: int, height: int, frames: int = 1) -> bytes:
    """A GIF whose frames have a pixel each."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\4\0\1\0\0\0\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2D\1\0"
    return head + frame * frames + b";"


def bmp(width: int, height: int, bits: int = 24) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 64, 0, 0, 54) + head + bytes(64)


def tiff(width: int, height: int, pages: int = 1, *, loop: bool = False, strip: bytes = bytes(100)) -> bytes:
    """A TIFF whose pages have the same strip of bytes; in a ``loop`` the first follows the last."""
    tags = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: height, 279: len(strip)}
    entries = struct.pack("<H", len(tags))
    entries += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    size, first = len(entries) + 4, 8 + len(strip)
    places = [first + size * page for page in range(1, pages)] + [first if loop else 0]
    return (
        b"II*\0"
        + struct.pack("<I", first)
        + strip
        + b"".join(entries + struct.pack("<I", at) for at in places)
    )


def webp(width: int, height: int) -> bytes:
    """The head of a lossless WebP, and next to nothing behind it."""
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + bytes(16)
    return b"RIFF" + struct.pack("<I", 12 + len(body)) + b"WEBPVP8L" + struct.pack("<I", len(body)) + body


def jpeg(width: int, height: int, scans: int = 1) -> bytes:
    """A JPEG that claims a size, with its last scan again and again."""
    buffer = io.BytesIO()
    Image.new("L", (min(max(1, width), 2000), min(max(1, height), 2000)), 200).save(
        buffer, "JPEG", progressive=True
    )
    data = buffer.getvalue()
    size = data.index(b"\xff\xc2") + 5
    data = data[:size] + struct.pack(">HH", height, width) + data[size + 4 :]
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + b"\xff\xd9"


def pdf(
    *objects: bytes, page: bytes = b"/MediaBox[0 0 144 216]", kids: bytes = b"3 0 R", count: int = 1
) -> bytes:
    """A PDF: catalog 1, page tree 2, page 3, and then ``objects`` from 4 on, its content first."""
    first = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
        b"<</Type/Page/Parent 2 0 R%s/Contents 4 0 R>>" % page,
    ]
    whole, table = b"%PDF-1.7\n", b""
    for number, text in enumerate([*first, *objects], start=1):
        table += b"%010d 00000 n \n" % len(whole)
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    size = 4 + len(objects)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return (
        whole
        + head
        + table
        + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(whole))
    )


def _forms(depth: int, each: int) -> bytes:
    """A page that shows a form ``each`` times, which shows another ``each`` times, and so on."""
    named = b"/Resources<</XObject<</F %d 0 R>>>>"
    forms = [
        pdf_stream(b"/F Do " * each, b"/Subtype/Form/BBox[0 0 99 99]" + named % (6 + level))
        for level in range(depth)
    ]
    last = pdf_stream(b"0 g 1 1 9 9 re f", b"/Subtype/Form/BBox[0 0 99 99]")
    return pdf(pdf_stream(b"/F Do " * each), *forms, last, page=b"/MediaBox[0 0 144 216]" + named % 5)


def _packed(unit: bytes, count: int, times: int = 1) -> bytes:
    """A page whose content unpacks to ``unit`` a great many times."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(unit * 1000) for _ in range(count // 1000)) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return pdf(pdf_stream(data, b"/Filter[%s]" % (b"/FlateDecode " * times)))


def _picture_in_pdf(side: int) -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(side)) for _ in range(side)) + packer.flush()
    entries = b"/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode"
    content = pdf_stream(b"144 0 0 216 0 0 cm /X Do")
    page = b"/MediaBox[0 0 144 216]/Resources<</XObject<</X 5 0 R>>>>"
    return pdf(content, pdf_stream(data, entries % (side, side)), page=page)


def zipped(*members: tuple[str, bytes]) -> bytes:
    """An archive of these."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


WHITE = b"".join(b"\0" + b"\xff" * 40 for _ in range(30))
SQUARE = pdf_stream(b"0 g 36 72 18 9 re f")
SIDE = b"/MediaBox[0 0 %b]"
SHEET = b"/MediaBox[0 0 144 216]"
SHADED = SHEET + (
    b"/Resources<</Shading<</S<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1 0 1]"
    b"/Function<</FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]>>>>>>>>"
)
ACTING = SHEET + (
    b"/AA<</O<</S/JavaScript/JS(app.alert(1))>>>>"
    b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(/bin/sh)>>>>]"
)
ARCHIVE = zipped(("../../harm.png", b"x"), ("harm.exe", b"MZ"))


def _sizes() -> list[Made]:
    """Every format with a size that cannot be, or should not."""
    made = []
    for kind, make in {"PNG": png, "GIF": gif, "BMP": bmp, "TIFF": tiff, "WebP": webp, "JPEG": jpeg}.items():
        for width, height in ((0, 0), (0, 9), (9, 0), (1, 1), (1, 100_000), (100_000, 1), (65_535, 65_535)):
            most = {"PNG": 2**31, "BMP": 2**31, "TIFF": 2**32, "WebP": 2**14 + 1}.get(kind, 2**16)
            if max(width, height) < most and not (kind == "WebP" and 0 in (width, height)):
                told = TOO_LARGE if width * height > 10**9 else EITHER_WAY
                made.append(Made(f"{kind} of {width} x {height}", partial(make, width, height), told))
    return made


MADE: list[Made] = [
    *_sizes(),
    Made("PNG of 2**31 - 1 each way", lambda: png(2**31 - 1, 2**31 - 1), TOO_LARGE),
    Made("BMP of a negative height", lambda: bmp(40, -30), EITHER_WAY),
    Made("BMP of the most negative height", lambda: bmp(40, -(2**31)), EITHER_WAY),
    Made("BMP of the largest sides", lambda: bmp(2**31 - 1, 2**31 - 1), TOO_LARGE),
    Made("BMP of no bits", lambda: bmp(40, 30, 0), REFUSED),
    Made("TIFF of the largest sides", lambda: tiff(2**32 - 1, 2**32 - 1), TOO_LARGE),
    Made("WebP of the largest sides", lambda: webp(2**14, 2**14), EITHER_WAY),
    Made("white PNG", lambda: png(40, 30, WHITE), READ),
    Made("PNG of too few pixels", lambda: png(4000, 4000, WHITE), REFUSED),
    Made("PNG of too many pixels", lambda: png(4, 3, WHITE * 1000), EITHER_WAY),
    Made("PNG bomb just below the limit", lambda: png(8000, 8000, bytes(8001 * 8000)), READ, heavy=True),
    Made("PNG bomb beyond the limit", lambda: png(30_000, 30_000, bytes(10**7), 1), TOO_LARGE),
    Made(
        "PNG of a text bomb",
        lambda: png(40, 30, WHITE, more=png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**8), 9))),
        EITHER_WAY,
    ),
    Made(
        "PNG of a profile bomb",
        lambda: png(40, 30, WHITE, more=png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(10**8), 9))),
        EITHER_WAY,
    ),
    Made(
        "PNG of 20,000 texts",
        lambda: png(40, 30, WHITE, more=png_chunk(b"tEXt", b"a\0" + b"b" * 40) * 20_000),
        EITHER_WAY,
    ),
    Made("PNG of a palette without one", lambda: png(40, 30, WHITE, colour=3), EITHER_WAY),
    Made("PNG of a wrong depth", lambda: png(40, 30, WHITE, 7), REFUSED),
    Made("GIF of 100,000 frames", lambda: gif(9, 9, 100_000), READ),
    Made("GIF without a frame", lambda: gif(9, 9, 0), REFUSED),
    Made("TIFF of 10,000 pages", lambda: tiff(10, 10, 10_000), READ, heavy=True),
    Made("TIFF of 300 pages", lambda: tiff(10, 10, 300), READ),
    Made("TIFF in a loop", lambda: tiff(10, 10, 3, loop=True), EITHER_WAY),
    Made("TIFF whose strip is elsewhere", lambda: tiff(10, 10)[:-30], EITHER_WAY),
    Made("TIFF of more pixels than bytes", lambda: tiff(4000, 4000), EITHER_WAY),
    Made("JPEG of 1,000 scans", lambda: jpeg(2000, 2000, 1000), TOO_LARGE),
    Made("JPEG of 20 scans", lambda: jpeg(2000, 2000, 20), READ),
    Made("plain PPM of 32 million pixels", lambda: b"P1 4000 8000 " + b"01" * 1_000_000, TOO_LARGE),
    Made("plain PPM of a huge number", lambda: b"P2 9 9 " + b"9" * 100_000, REFUSED),
    Made("PPM of no maximum", lambda: b"P5 9 9 0\n" + bytes(81), REFUSED),
    Made("PDF of forms in forms, never done", lambda: _forms(9, 10), TOO_LARGE, heavy=True),
    Made("PDF of two forms in two forms", lambda: _forms(25, 2), TOO_LARGE, heavy=True),
    Made(
        "PDF of a form that shows itself",
        lambda: pdf(
            pdf_stream(b"/F Do"),
            pdf_stream(b"/F Do", b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>"),
            page=b"/MediaBox[0 0 144 216]/Resources<</XObject<</F 5 0 R>>>>",
        ),
        EITHER_WAY,
    ),
    Made("PDF of a content bomb", lambda: _packed(b"0 0 m 1 1 l S\n", 10_000_000), TOO_LARGE, heavy=True),
    Made("PDF of a bomb in a bomb", lambda: _packed(b" " * 1000, 3_000_000, 2), TOO_LARGE, heavy=True),
    Made("PDF of a picture of 900 megapixels", lambda: _picture_in_pdf(30_000), EITHER_WAY, heavy=True),
    Made(
        "PDF of 100,000 shadings",
        lambda: pdf(
            pdf_stream(b"/S sh " * 100_000),
            page=SHADED,
        ),
        TOO_LARGE,
        heavy=True,
    ),
    Made("PDF of an endless page", lambda: pdf(SQUARE, page=SIDE % b"1000000000 1000000000"), REFUSED),
    Made("PDF of a page of 5 metres", lambda: pdf(SQUARE, page=SIDE % b"14400 14400"), READ, heavy=True),
    Made("PDF of a page of no size", lambda: pdf(SQUARE, page=SIDE % b"0 0"), EITHER_WAY),
    Made("PDF of a page without a box", lambda: pdf(SQUARE, page=b""), EITHER_WAY),
    Made("PDF of a page that is not a number", lambda: pdf(SQUARE, page=SIDE % b"nan inf"), EITHER_WAY),
    Made("PDF of a million pages and one", lambda: pdf(SQUARE, count=1_000_000), EITHER_WAY),
    Made("PDF of -1 pages", lambda: pdf(SQUARE, count=-1), EITHER_WAY),
    Made("PDF of a page tree in a loop", lambda: pdf(SQUARE, kids=b"2 0 R", count=2), REFUSED),
    Made("PDF of arrays in arrays", lambda: pdf(SQUARE, page=b"/MediaBox" + b"[" * 20_000), EITHER_WAY),
    Made(
        "PDF of scripts and actions",
        lambda: pdf(
            SQUARE,
            page=ACTING,
        ),
        READ,
    ),
    Made("PDF and archive at once", lambda: pdf(SQUARE) + ARCHIVE, EITHER_WAY),
    Made("GIF and script at once", lambda: b"GIF89a/*" + gif(9, 9)[8:] + b"*/=1;alert(1)//", EITHER_WAY),
    Made("PNG and archive at once", lambda: png(40, 30, WHITE) + ARCHIVE, READ),
    Made("JPEG and page of PHP at once", lambda: jpeg(40, 30) + b"<?php system($_GET['c']); ?>", READ),
    Made("BMP and program at once", lambda: bmp(40, 30)[:-64] + b"MZ" + bytes(4000), EITHER_WAY),
    Made("archive that leads elsewhere", lambda: ARCHIVE, REFUSED),
    Made("archive bomb", lambda: zipped(("a.png", bytes(10**8))), REFUSED),
    Made("gzip bomb", lambda: gzip.compress(bytes(10**8), mtime=0), REFUSED),
    Made("no bytes", lambda: b"", REFUSED),
    Made("one byte", lambda: b"\0", REFUSED),
    Made("a megabyte of nothing", lambda: bytes(2**20), REFUSED),
    Made("more bytes than the limit", lambda: png(40, 30, WHITE) + bytes(64 * 2**20), TOO_LARGE, heavy=True),
    *(
        Made(f"{head[:8]!r} alone", lambda head=head: head, REFUSED)
        for head in (
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"GIF89a",
            b"BM",
            b"RIFF\0\0\0\0WEBP",
            b"II*\0",
            b"MM\0*",
            b"II+\0",
            b"P6\n",
            b"P1 ",
            b"%PDF-1.7",
            b"\0\0\0\x18ftypavif",
            b"\0\0\0\x18ftypheic",
            b"\0\0\0\x18ftypmif1",
        )
    ),
    *(
        Made(what, lambda data=data: data, REFUSED)
        for what, data in {
            "text": b"This is no picture." * 9,
            "page of HTML": b"<!doctype html><script>alert(1)</script>",
            "SVG that reads a file": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
            "XML bomb": b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
            "PostScript that deletes": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(harm) deletefile\n",
            "script for ImageMagick": b"push graphic-context\nfill 'url(https://a.test/\"|touch harm\")'\n",
            "pickle": pickle.dumps(print),
            "NumPy array of objects": b"\x93NUMPY\1\0v\0{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(
                128
            )
            + b".",
            "icon": b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0" + bytes(1128),
            "Photoshop file": b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\x09\0\0\0\x09\0\x08\0\3",
            "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(40),
            "program": b"\x7fELF\2\1\1" + bytes(60),
            "video": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(99),
            "pointer to a large file": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
            "table in a spreadsheet": b"PK\3\4\x14\0\6\0\x08\0" + bytes(99),
        }.items()
    ),
]
"""All that is made by hand."""
