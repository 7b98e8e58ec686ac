"""The weights of an exported network that learnt from drawn scenes, to train on from them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from keras import layers
from numpy.typing import NDArray
from onnx import numpy_helper

from digitlens.errors import InvalidModel, TrainingError
from digitlens.train.onnxgraph import weights_of

__all__ = ["begin_from"]


def begin_from(net: keras.Model, path: Path, batches: Iterable[NDArray[np.float32]]) -> None:
    """Give a plain network the weights of the ONNX file that `export_drawn` wrote of another like it.

    A wider network computes the same: what its further channels come to is given no weight by the channels it began
    with, until training gives them some (after Chen, Goodfellow and Shlens, Net2Net, 2016).

    Batch normalisation was folded into the convolutions. It is undone so that each layer computes what it did: the
    mean and the variance of what comes out of each convolution are measured, and its scale and shift give them back.

    Args:
        net: of nothing but Keras's layers in float32.
        path: the ONNX file.
        batches: pictures to measure on, (N, H, W, 1) each.

    Raises:
        TrainingError: the file holds no such network, or a wider one.
    """
    try:
        kept = weights_of({tensor.name: numpy_helper.to_array(tensor) for tensor in _initializers(path)})
        convolutions = [layer for layer in net.layers if isinstance(layer, layers.Conv2D)]
        for layer in convolutions:
            kernel = kept[f"{layer.name}.weight"].transpose(2, 3, 1, 0)
            kernel = _widened(kernel, layer.get_weights()[0])
            layer.set_weights([kernel, kept[f"{layer.name}.bias"]] if layer.use_bias else [kernel])
        folded = [layer for layer in convolutions if not layer.use_bias]
        normalised = [net.get_layer(f"{layer.name}_bn") for layer in folded]
        for layer, after in zip(folded, normalised, strict=True):
            bias = kept[f"{layer.name}.bias"]
            bias = np.pad(bias, (0, layer.filters - len(bias)))
            one = np.ones_like(bias)
            after.set_weights([one, bias, 0 * one, one * (1 - after.epsilon)])
    except (OSError, ValueError, KeyError, InvalidModel) as error:
        raise TrainingError(
            f"{path} cannot be trained on from ({type(error).__name__}: {error}): it has to be a network of the "
            "recipe's kind, and no wider than it. `digitlens models` names those there are."
        ) from error
    means, variances = _statistics(net, folded, batches)
    for layer, mean, variance in zip(normalised, means, variances, strict=True):
        _, bias, _, _ = layer.get_weights()
        layer.set_weights([np.sqrt(variance + layer.epsilon), bias + mean, mean, variance])


def _widened(kernel: NDArray[np.float32], wider: NDArray[np.float32]) -> NDArray[np.float32]:
    """A kernel (h, w, in, out) within a ``wider`` one, which keeps its values where they feed its further channels.

    Raises:
        ValueError: it does not fit.
    """
    inputs, outputs = kernel.shape[2:]
    whole = wider.copy()
    whole[:, :, :, :outputs] = 0
    whole[:, :, :inputs, :outputs] = kernel
    return whole


def _initializers(path: Path) -> Any:
    try:
        return onnx.load(path).graph.initializer
    except Exception as error:  # protobuf raises its own kinds
        raise InvalidModel(str(error)) from error


def _statistics(
    net: keras.Model, convolutions: Sequence[keras.Layer], batches: Iterable[NDArray[np.float32]]
) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]:
    """The mean and the variance of each channel that comes out of each convolution."""
    probe = keras.Model(net.inputs, [layer.output for layer in convolutions])
    sums: list[Any] = [0.0] * len(convolutions)
    squares, counts = list(sums), list(sums)
    for pictures in batches:
        for i, found in enumerate(probe.predict_on_batch(pictures)):
            values = np.asarray(found, np.float64).reshape(-1, found.shape[-1])
            sums[i] += values.sum(axis=0)
            squares[i] += (values**2).sum(axis=0)
            counts[i] += len(values)
    means = [total / count for total, count in zip(sums, counts, strict=True)]
    found = zip(squares, counts, means, strict=True)
    spreads = [np.maximum(square / count - mean**2, 1e-6) for square, count, mean in found]
    return [mean.astype(np.float32) for mean in means], [spread.astype(np.float32) for spread in spreads]
