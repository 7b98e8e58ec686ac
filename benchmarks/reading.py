"""From a picture to its reading: process start, one glyph after another, many at once; Keras beside it."""

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitlens import Reader
from digitlens.data.samples import SAMPLES, draw
from table import Row, child, row, seconds

__all__ = ["measure"]

OURS = """
import runpy
sys.argv = ["digitlens", *sys.argv[1:]]
runpy.run_module("digitlens", run_name="__main__")
"""

KERAS = """
import numpy, keras
from PIL import Image
model = keras.saving.load_model(sys.argv[1], compile=False)
image = numpy.asarray(Image.open(sys.argv[2]), dtype="float32")[None, ..., None] / 255
print(model.predict(image, verbose=0).argmax())
"""


def measure() -> list[Row]:
    """With the default model."""
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "digit.png"
        Image.fromarray(_framed()).save(picture)
        return [*_processes(picture), *_warm(picture)]


def _framed() -> NDArray[np.uint8]:
    """A digit as MNIST has it: what the reader makes of the first sample."""
    return Reader().classify(draw(next(iter(SAMPLES)))).steps[-1].image


def _processes(picture: Path) -> list[Row]:
    """From process start to the answer."""
    ours, memory, _ = child(OURS, "classify", str(picture), runs=7)
    theirs, keras_memory, _ = child(
        KERAS, str(Reader().network.path.with_suffix(".keras")), str(picture), runs=3
    )
    return [
        row("digitlens classify, process start to answer", ours, "s"),
        row("  memory at its highest", memory, "MB"),
        row("Keras, process start to answer", theirs, "s"),
        row("  memory at its highest", keras_memory, "MB"),
        row("  times as long as ours", theirs / ours, "times"),
    ]


def _warm(picture: Path) -> list[Row]:
    """In a process that has read before."""
    reader, digit, photo = Reader(), _framed(), draw(next(iter(SAMPLES)))
    large = np.asarray(Image.open(picture).convert("L").resize((200, 200)))
    many = np.repeat(digit[None], 2000, axis=0)
    spent = seconds(lambda: list(reader.classify_many(many)), 3)
    return [
        row(
            "one glyph, 28x28 array, framing included",
            1e3 * seconds(lambda: reader.classify(digit), 500),
            "ms",
        ),
        row("one glyph, 200x200 array", 1e3 * seconds(lambda: reader.classify(large), 300), "ms"),
        row("one glyph, JPEG of 240x240", 1e3 * seconds(lambda: reader.classify(photo), 300), "ms"),
        row("many glyphs, one thread, framing included", len(many) / spent, "a second"),
    ]
