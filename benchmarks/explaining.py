"""Why a digit reads as it does: the time of an explanation and of its parts; Keras's GradientTape beside it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens import Reader
from digitlens.data.samples import draw
from digitlens.model import DEFAULT_MODEL, grad_cam, occlusion
from digitlens.overlay import sheet
from digitlens.train.kerasfile import load_keras
from table import Row, row, seconds

__all__ = ["measure"]

NETWORKS = (DEFAULT_MODEL, "classic")


def measure() -> list[Row]:
    """With the default network, whose head is an average, and with the textbook one, whose head is dense."""
    return [each for name in NETWORKS for each in _network(name)]


def _network(name: str) -> list[Row]:
    reader = Reader(name)
    (glyph,) = reader.classify(draw("pen")).glyphs
    assert glyph.frame is not None
    frame, column, columns = glyph.frame, 3, np.array([3])
    network, explanation = reader.network, reader.explain(glyph)
    taped = _taped(network.path.with_suffix(".keras"))
    ours = seconds(lambda: grad_cam(network, frame[None], columns), 300)
    rows = [
        row(f"{name}: Grad-CAM", 1e3 * ours, "ms"),
        row(f"{name}: occlusion", 1e3 * seconds(lambda: occlusion(network, frame, column), 100), "ms"),
        row(f"{name}: an explanation of a glyph", 1e3 * seconds(lambda: reader.explain(glyph), 100), "ms"),
        row(f"{name}: its sheet drawn", 1e3 * seconds(lambda: sheet(explanation), 50), "ms"),
    ]
    for how, run in taped.items():
        spent = seconds(lambda run=run: run(frame), 30)
        rows.append(row(f"{name}: Grad-CAM by {how}", 1e3 * spent, "ms"))
        rows.append(row("  times as long as ours", spent / ours, "times"))
    return rows


def _taped(path: Any) -> dict[str, Callable[[NDArray[np.uint8]], Any]]:
    """Grad-CAM of class 3 by automatic differentiation, as tutorials write it, and compiled to a graph."""
    import keras  # noqa: PLC0415
    import tensorflow as tf  # noqa: PLC0415

    model = load_keras(path)
    last = [
        layer for layer in model.layers if isinstance(layer, keras.layers.ReLU) and "dense" not in layer.name
    ]
    both = keras.Model(model.input, [last[-1].output, model.layers[-1].input])

    def cam(image: Any) -> Any:
        with tf.GradientTape() as tape:
            features, logits = both(image, training=False)
            chosen = logits[:, 3]
        weights = tf.reduce_mean(tape.gradient(chosen, features), axis=(1, 2), keepdims=True)
        coarse = tf.nn.relu(tf.reduce_sum(weights * features, axis=-1, keepdims=True))
        return tf.image.resize(coarse / tf.reduce_max(coarse), (28, 28))

    compiled = tf.function(cam)

    def on(work: Callable[[Any], Any]) -> Callable[[NDArray[np.uint8]], Any]:
        return lambda frame: work(tf.constant(frame[None, ..., None].astype(np.float32) / 255)).numpy()

    return {"GradientTape": on(cam), "GradientTape in a tf.function": on(compiled)}
