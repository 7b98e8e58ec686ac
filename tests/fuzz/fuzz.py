"""Fuzzing guided by coverage, with Atheris: bytes go in, and nothing but a documented error may come out.

    python tests/fuzz/fuzz.py image corpus/ -max_total_time=60

The first word is the target, what follows goes to libFuzzer; without a corpus of its own a run begins with whole files.
Python code is watched for coverage (ours, and Pillow's that parses); the decoders in C are run, not watched.
"""

import logging
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import atheris

instrument_imports: Any = vars(atheris)["instrument_imports"]  # Pyright doesn't see it

with instrument_imports(include=["digitlens", "PIL"]):
    from PIL import (  # noqa: F401
        AvifImagePlugin,
        BmpImagePlugin,
        GifImagePlugin,
        JpegImagePlugin,
        PngImagePlugin,
        PpmImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    from digitlens.batch.sources import find_inputs
    from digitlens.data.idx import read_images, read_labels
    from digitlens.errors import DigitLensError
    from digitlens.imaging import open_pages, pillow  # noqa: F401
    from digitlens.imaging.formats import is_pdf
    from digitlens.model.card import Card
    from digitlens.model.onnxfile import check_graph

MAX_PIXELS = 500_000
PAGES = 3

SCRATCH = Path(tempfile.mkdtemp(prefix="digitlens-fuzz-")) / "file"


def image(data: bytes) -> None:
    """Open pictures; PDFs have a target of their own, for each takes a process."""
    if not is_pdf(data):
        _opened(data)


def pdf(data: bytes) -> None:
    """Open documents."""
    _opened(data if is_pdf(data) else b"%PDF-" + data)


def _opened(data: bytes) -> None:
    for page in islice(open_pages(data, MAX_PIXELS), PAGES):
        assert page.pixels.dtype == "uint8"
        assert page.pixels.size <= 3 * MAX_PIXELS


def idx(data: bytes) -> None:
    """Read images and labels of the format of MNIST."""
    SCRATCH.write_bytes(data)
    for read in (read_images, read_labels):
        try:
            read(SCRATCH)
        except DigitLensError:
            continue


def card(data: bytes) -> None:
    """Read the card of a network, and ask it for a threshold."""
    SCRATCH.write_bytes(data)
    Card.load(SCRATCH).calibration.threshold(0.005)


def onnx(data: bytes) -> None:
    """Check the file of a network."""
    check_graph(data, "fuzz")


def batch(data: bytes) -> None:
    """Find the inputs of an archive, a table, a list or a picture, and load them."""
    SCRATCH.with_suffix(".txt").write_bytes(data)
    for source in (data, str(SCRATCH.with_suffix(".txt"))):
        try:
            for item in islice(find_inputs(source), PAGES):
                if item.path is None:
                    item.load()
        except DigitLensError:
            continue


TARGETS: dict[str, Callable[[bytes], None]] = {
    "batch": batch,
    "card": card,
    "idx": idx,
    "image": image,
    "onnx": onnx,
    "pdf": pdf,
}


def seeds(target: str) -> list[bytes]:
    """Whole files to begin with."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from hostile_files import whole_files  # noqa: PLC0415
    from hostile_made import pdf as document  # noqa: PLC0415
    from hostile_made import zipped  # noqa: PLC0415
    from made_files import pdf_stream  # noqa: PLC0415

    if target == "idx":
        return [b"\0\0\x08\x03\0\0\0\1\0\0\0\2\0\0\0\2abcd", b"\0\0\x08\1\0\0\0\2\1\2"]
    if target in ("card", "onnx"):
        weights = Path(sys.modules[Card.__module__].__file__ or "").with_name("weights")
        return [path.read_bytes() for path in weights.glob({"card": "*.json", "onnx": "tiny.onnx"}[target])]
    whole = whole_files()  # takes a while, in every format
    if target == "pdf":
        return [document(pdf_stream(b"0 g 36 72 18 9 re f")), whole["scan"]]
    pictures = [data for data in whole.values() if not is_pdf(data)]
    if target == "image":
        return pictures
    return [zipped(("a.png", pictures[0]), ("b/c.gif", pictures[8])), b"a.png\nb.png\n"]


def _allowing(target: Callable[[bytes], None], data: bytes) -> None:
    try:
        target(data)
    except DigitLensError:
        return


def main() -> None:
    """Fuzz the target that is named."""
    name, *words = sys.argv[1:]
    logging.disable()
    folders = [word for word in words if not word.startswith("-")]
    if not folders:
        folders = [tempfile.mkdtemp(prefix="digitlens-corpus-")]
        words += folders
    for folder in folders:
        Path(folder).mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(name)):
        Path(folders[0], f"seed-{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *words], partial(_allowing, TARGETS[name]))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
