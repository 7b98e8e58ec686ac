"""Speed and memory of reading, side by side with Keras in the same run: a table, and JSON beside it.

    python benchmarks/run.py [--json FILE]

Every figure is the median of several runs. Machines differ and are shared, so compare the rows of one
table with one another, not the rows of two tables.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitlens import Reader
from digitlens.data.samples import SAMPLES, draw

Row = dict[str, Any]

CHILD = """
import resource, runpy, sys
sys.argv = ["digitlens", *sys.argv[1:]]
try:
    runpy.run_module("digitlens", run_name="__main__")
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 2**20),
          file=sys.stderr)
"""

KERAS_CHILD = """
import sys, numpy, keras
from PIL import Image
model = keras.saving.load_model(sys.argv[1], compile=False)
image = numpy.asarray(Image.open(sys.argv[2]), dtype="float32")[None, ..., None] / 255
print(model.predict(image, verbose=0).argmax())
"""


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--json", type=Path, default=Path(__file__).parent / "results" / "run.json", metavar="FILE"
    )
    target = parser.parse_args().json
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "digit.png"
        Image.fromarray(_framed()).save(picture)
        rows = [*_processes(picture), *_warm(picture)]
    for row in rows:
        print(f"{row['what']:<58} {row['value']:>10,.3f} {row['unit']}")
    machine = {
        "machine": platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({**machine, "rows": rows}, indent=2) + "\n", encoding="utf-8")
    print(f"written to {target}")


def _framed() -> NDArray[np.uint8]:
    """A digit as MNIST has it: what the reader makes of the first sample."""
    return Reader().classify(draw(next(iter(SAMPLES)))).steps[-1].image


def _processes(picture: Path) -> list[Row]:
    """From process start to the answer."""
    ours, memory = [], 0.0
    for _ in range(7):
        began = time.perf_counter()
        words = [sys.executable, "-c", CHILD, "classify", str(picture)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        ours.append(time.perf_counter() - began)
        memory = max(memory, float(done.stderr.split()[-1]))
    rows = [
        _row("digitlens classify, process start to answer", median(ours), "s"),
        _row("the same, resident memory at its highest", memory, "MB"),
    ]
    if keras := _keras_file():
        theirs = []
        for _ in range(3):
            began = time.perf_counter()
            words = [sys.executable, "-c", KERAS_CHILD, str(keras), str(picture)]
            subprocess.run(words, capture_output=True, check=True)
            theirs.append(time.perf_counter() - began)
        rows.append(_row("Keras, process start to answer", median(theirs), "s"))
        rows.append(_row("ratio", median(theirs) / median(ours), "times"))
    return rows


def _warm(picture: Path) -> list[Row]:
    """In a process that has read before."""
    reader, digit, photo = Reader(), _framed(), draw(next(iter(SAMPLES)))
    large = np.asarray(Image.open(picture).convert("L").resize((200, 200)))
    one = _time(lambda: reader.classify(digit), 500)
    rows = [
        _row("one glyph, 28x28 array, network and framing", 1e3 * one, "ms"),
        _row("one glyph, 200x200 array", 1e3 * _time(lambda: reader.classify(large), 300), "ms"),
        _row(
            "one glyph, JPEG of 240x240, decoding included",
            1e3 * _time(lambda: reader.classify(photo), 300),
            "ms",
        ),
        _row("network alone, one thread", 1e3 * _time(lambda: reader.network.logits(digit[None]), 500), "ms"),
    ]
    many = np.repeat(digit[None], 2000, axis=0)
    seconds = _time(lambda: list(reader.classify_many(many)), 3)
    rows.append(_row("many glyphs, one thread", len(many) / seconds, "a second"))
    if keras := _keras_file():
        rows += _warm_keras(keras, digit, one)
    return rows


def _warm_keras(path: Path, digit: NDArray[np.uint8], ours: float) -> list[Row]:
    """Keras on the same glyph, as most apps call it."""
    from digitlens.train.kerasfile import QUIET, load_keras  # noqa: PLC0415  only where Keras is installed

    model = load_keras(path)
    batch = digit[None, ..., None].astype(np.float32) / 255
    predict = _time(lambda: model.predict(batch, verbose=QUIET), 20)
    call = _time(lambda: model(batch, training=False), 20)
    return [
        _row("Keras model.predict, one glyph", 1e3 * predict, "ms"),
        _row("Keras model(x), one glyph", 1e3 * call, "ms"),
        _row("ratio of predict to ours", predict / ours, "times"),
    ]


def _keras_file() -> Path | None:
    """The shipped Keras network, where Keras is installed to run it."""
    try:
        import keras  # noqa: F401, PLC0415
    except ImportError:
        return None
    path = Reader().network.path.with_suffix(".keras")
    return path if path.is_file() else None


def _time(work: Callable[[], object], repeats: int) -> float:
    """Median seconds of ``work``, warmed up."""
    for _ in range(3):
        work()
    spent = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return median(spent)


def _row(what: str, value: float, unit: str) -> Row:
    return {"what": what, "value": round(value, 4), "unit": unit}


if __name__ == "__main__":
    main()
