"""The pages of a PDF as pixels, rendered by PDFium (the extra ``pdf``).

A page has no pixels of its own: it is rendered on white at ``DPI``, with what was typed into the fields of a form,
and boxes found in it are in pixels of the page so rendered. A page that would have more pixels than the limit is
rendered at fewer dots per inch. PDFium works in a process of its own, one for each document, which is ended when it
takes too long or too much: see ``digitlens.imaging.pdfium``.
"""

import json
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from io import BufferedReader
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np

from digitlens.errors import ImageTooLarge, UnreadableImage
from digitlens.imaging import pdfium
from digitlens.imaging.formats import check_page, not_installed
from digitlens.types import Pixels

__all__ = ["MAX_MEMORY", "MAX_SECONDS", "render_pages"]

MAX_SECONDS = 3.0
"""Opening a document, and rendering a page, may take so long."""

MAX_MEMORY = 768 * 2**20
"""The process that renders may use so many bytes, where the system can limit it: not on Windows."""


def render_pages(data: bytes, name: str, max_pixels: int) -> Generator[Pixels, None, None]:
    """Render the pages of a PDF one after the other, each when it is asked for: uint8 (H, W, 3) RGB.

    Args:
        data: the file.
        name: what to call it in errors.
        max_pixels: H times W is at most this.

    Raises:
        UnreadableImage: pypdfium2 is not installed, the file is encrypted, damaged or has no pages, or a page is
            damaged or of an absurd size; the message names the page, and those before it have been yielded.
        ImageTooLarge: opening it or rendering a page takes longer than ``MAX_SECONDS`` or more than ``MAX_MEMORY``,
            or there are more pages than ``MAX_PAGES``, and those have been yielded.
    """
    with _renderer(name, max_pixels) as process:
        pages = _answer(process, b"%d\n" % len(data) + data, name)["pages"]
        if not pages:
            raise UnreadableImage(f"{name} is a PDF without pages: there is nothing to read in it.")
        for index in range(pages):
            check_page(index, name)
            yield _page(process, index, f"page {index + 1} of {name}")


@contextmanager
def _renderer(name: str, max_pixels: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The process that renders one document; it is gone when the block ends."""
    package = find_spec("pypdfium2_raw")
    if package is None or package.origin is None:
        raise not_installed(name, "pypdfium2", "pdf")
    words = [str(Path(package.origin).parents[1]), str(max_pixels), str(MAX_MEMORY)]
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", pdfium.__file__, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        with suppress(BrokenPipeError), process:  # what it did not take in is still to be written
            pass


def _page(process: "subprocess.Popen[bytes]", index: int, name: str) -> Pixels:
    said = _answer(process, b"%d\n" % index, name)
    pixels = np.empty((said["height"], said["width"], 3), np.uint8)
    if (
        not isinstance(stream := process.stdout, BufferedReader)
        or stream.readinto(pixels.data) != pixels.nbytes
    ):
        raise _broken(name)
    return pixels


def _answer(process: "subprocess.Popen[bytes]", words: bytes, name: str) -> dict[str, Any]:
    """Return the answer of the process, if it comes in time.

    Raises:
        UnreadableImage: why it cannot render the document or page of this ``name``.
        ImageTooLarge: it took too long, or ended.
    """
    watch, began = Timer(MAX_SECONDS, process.kill), time.monotonic()
    watch.daemon = True
    watch.start()
    try:
        line = _exchanged(process, words)
    finally:
        watch.cancel()
    if not line and time.monotonic() - began >= MAX_SECONDS:
        raise ImageTooLarge(f"{name} takes longer than {MAX_SECONDS:g} s to render: save it as pictures.")
    if not line:
        raise _broken(name)
    said = json.loads(line)
    if "error" in said:
        raise UnreadableImage(f"{name} {said['error']}.")
    return said


def _exchanged(process: "subprocess.Popen[bytes]", words: bytes) -> bytes:
    """The line that the process answers; nothing where it has ended."""
    if process.stdin is None or process.stdout is None:
        return b""
    with suppress(BrokenPipeError):
        process.stdin.write(words)
        process.stdin.flush()
    return process.stdout.readline()


def _broken(name: str) -> ImageTooLarge:
    return ImageTooLarge(
        f"{name} cannot be rendered: it takes more than {MAX_MEMORY >> 20} MB of memory, or breaks PDFium. "
        "Save it as pictures."
    )
