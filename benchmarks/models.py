"""Each network, by each engine: the time for one glyph, glyphs a second, load time, memory, file size, accuracy."""

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.data import load
from digitlens.imaging import frame_all
from digitlens.model import DEFAULT_MODEL, Network, available
from digitlens.model.registry import SHIPPED
from digitlens.train.kerasfile import QUIET, load_keras
from digitlens.train.quantize import quantize
from table import Row, child, row, seconds

__all__ = ["measure"]

BATCH = 500

LOAD = """
from pathlib import Path
import numpy
from digitlens.model import Network
Network.load(Path(sys.argv[1])).logits(numpy.zeros((1, 28, 28), numpy.uint8))
"""

Images = NDArray[np.uint8]
Engine = Callable[[Images], Any]


def measure() -> list[Row]:
    """Every shipped network in ONNX Runtime, floats and eight bits; the default one in other engines too."""
    test = load("mnist", "test")
    frames, labels = frame_all(test.images), test.labels
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name in sorted(name for name, path in available().items() if path.parent == SHIPPED):
            path, small = SHIPPED / f"{name}.onnx", Path(folder) / f"{name}.onnx"
            quantize(Network.load(path), small, frame_all(load("mnist", "train").images[:4_000]))
            for kind, file in ((name, path), (f"{name} int8", small)):
                rows += _network(kind, file, frames, labels)
    rows += _engines(frames)
    return rows


def _network(kind: str, path: Path, frames: Images, labels: NDArray[np.int64]) -> list[Row]:
    one, two = Network.load(path, threads=1), Network.load(path, threads=2)
    loaded, memory, _ = child(LOAD, str(path), runs=3)
    read = one.card.calibration.of_labels(two.logits_of(frames)).argmax(axis=1)
    return [
        row(f"{kind}: one glyph, one thread", 1e3 * seconds(lambda: one.logits(frames[:1]), 1_000), "ms"),
        row(f"{kind}: two threads", BATCH / seconds(lambda: two.logits(frames[:BATCH]), 30), "a second"),
        row(f"{kind}: process start to first logits", loaded, "s"),
        row(f"{kind}: memory at its highest", memory, "MB"),
        row(f"{kind}: file", path.stat().st_size / 1e3, "kB"),
        row(f"{kind}: MNIST test accuracy", 100 * float(np.mean(read == labels)), "%"),
    ]


def _engines(frames: Images) -> list[Row]:
    """The default network in other engines, against ours in the same run."""
    ours = seconds(lambda: _OURS.logits(frames[:1]), 500)
    rows = [row(f"{DEFAULT_MODEL} in ONNX Runtime, one glyph", 1e3 * ours, "ms")]
    for name, engine in _others():
        spent = seconds(lambda run=engine: run(frames[:1]), 50)
        rows.append(row(f"{DEFAULT_MODEL} in {name}, one glyph", 1e3 * spent, "ms"))
        rows.append(row("  times as long as ours", spent / ours, "times"))
    return rows


_OURS = Network.load(available()[DEFAULT_MODEL], threads=1)


def _others() -> Iterator[tuple[str, Engine]]:
    """Engines beside ours, as far as they are installed."""
    keras = load_keras(_OURS.path.with_suffix(".keras"))
    yield "Keras predict", lambda images: keras.predict(_floats(images), verbose=QUIET)
    yield "Keras model(x)", lambda images: keras(_floats(images), training=False)
    for name, engine in (("LiteRT", lambda: _litert(keras)), ("OpenVINO", _openvino)):
        try:
            yield name, engine()
        except ImportError as error:
            print(f"{name} is not measured: {error.name} is not installed.")


def _litert(keras: Any) -> Engine:
    from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415  # pyright: ignore[reportMissingImports]
    from tensorflow import lite  # noqa: PLC0415  # pyright: ignore[reportMissingImports]

    with redirect_stdout(io.StringIO()):  # it tells of every variable
        content = lite.TFLiteConverter.from_keras_model(keras).convert()
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    (source,), (target,) = interpreter.get_input_details(), interpreter.get_output_details()

    def run(images: Images) -> Any:
        interpreter.set_tensor(source["index"], _floats(images))
        interpreter.invoke()
        return interpreter.get_tensor(target["index"])

    return run


def _openvino() -> Engine:
    import openvino  # noqa: PLC0415  # pyright: ignore[reportMissingImports]

    model = openvino.Core().compile_model(
        str(_OURS.path),
        "CPU",  # which computes in 16 bits where it can, unless asked: findings/openvino_bf16.sh
        {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"},
    )
    return lambda images: model({"image": images[..., None]})["logits"]


def _floats(images: Images) -> NDArray[np.float32]:
    return images[..., None].astype(np.float32) / np.float32(255)
