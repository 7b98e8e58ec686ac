"""Each layer of Keras as nodes of ONNX; those that know places are in ``digitlens.train.spatial``."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.errors import InvalidModel
from digitlens.train.onnxgraph import GraphBuilder
from digitlens.train.spatial import SPATIAL
from digitlens.train.values import WRITERS, Value, Work, activated, bias_of, kernel_of, linear_weights, plain

__all__ = ["WRITERS"]


def _activation(at: Work) -> Value:
    return activated(at.graph, at.layer.activation, at.value)


def _identity(at: Work) -> Value:
    return at.value


def _dense(at: Work) -> Value:
    value, kernel = at.value, kernel_of(at.layer.kernel)
    if len(value.shape) > 1:
        weights = linear_weights(at.graph, at.layer, kernel, bias_of(at.layer), at.layer.units)
        name = at.graph.add("MatMul", [plain(at.graph, value).name, weights[0]])
        return activated(
            at.graph, at.layer.activation, Value(at.graph.add("Add", [name, weights[1]]), at.shape)
        )
    if value.grid is not None:  # Keras flattens channels last; here channels come first
        rank = len(value.grid)
        rows = kernel.reshape(*value.grid, -1).transpose(rank - 1, *range(rank - 1), rank)
        kernel = rows.reshape(kernel.shape)
    name = at.graph.add(
        "Gemm", [value.name, *linear_weights(at.graph, at.layer, kernel, bias_of(at.layer), at.layer.units)]
    )
    return activated(at.graph, at.layer.activation, Value(name, at.shape))


def _normalise(at: Work) -> Value:
    """Fold the scale and shift of inference into the linear layer before it, else write them."""
    gamma = kernel_of(at.layer.gamma) if at.layer.scale else 1.0
    beta = kernel_of(at.layer.beta) if at.layer.center else 0.0
    mean, variance = kernel_of(at.layer.moving_mean), kernel_of(at.layer.moving_variance)
    factor = (gamma / np.sqrt(variance + at.layer.epsilon)).astype(np.float32)
    axis = at.layer.axis if isinstance(at.layer.axis, int) else at.layer.axis[0]
    axis = axis % (len(at.shape) + 1)
    value, before = at.value, at.graph.producer(at.value.name)
    folds = before is not None and before.op_type in ("Conv", "Gemm") and at.alone
    if folds and before is not None and axis == (len(at.shape) if value.grid or len(at.shape) == 1 else 1):
        kernel, bias = (at.graph.weights[name] for name in before.input[1:])
        along = (-1, *[1] * (kernel.ndim - 1)) if before.op_type == "Conv" else (1, -1)
        at.graph.weights[before.input[1]] = kernel * factor.reshape(along)
        at.graph.weights[before.input[2]] = ((bias - mean) * factor + beta).astype(np.float32)
        return value
    return _scaled(at.graph, value, factor, (beta - mean * factor).astype(np.float32), axis)


def _scaled(graph: GraphBuilder, value: Value, factor: NDArray[Any], shift: NDArray[Any], axis: int) -> Value:
    """The value times a factor plus a shift for each place along an axis, the batch being axis 0."""
    rank = len(value.shape)
    if value.grid and len(value.grid) == rank == axis:
        along = (-1, *[1] * (rank - 1))
    else:
        value = plain(graph, value)
        along = (-1, *[1] * (rank - axis))
    name = graph.add("Mul", [value.name, graph.constant(factor.reshape(along))])
    return replace(value, name=graph.add("Add", [name, graph.constant(shift.reshape(along))]))


def _layer_normalise(at: Work) -> Value:
    axis = at.layer.axis if isinstance(at.layer.axis, int) else at.layer.axis[0]
    if (not isinstance(at.layer.axis, int) and len(at.layer.axis) > 1) or axis not in (-1, len(at.shape)):
        raise InvalidModel(
            f"Layer {at.layer.name!r} normalises along other axes than the last: it cannot be exported."
        )
    size = at.shape[-1]
    gamma = kernel_of(at.layer.gamma) if at.layer.scale else np.ones(size, np.float32)
    beta = kernel_of(at.layer.beta) if at.layer.center else np.zeros(size, np.float32)
    inputs = [plain(at.graph, at.value).name, at.graph.constant(gamma), at.graph.constant(beta)]
    return Value(at.graph.add("LayerNormalization", inputs, axis=-1, epsilon=at.layer.epsilon), at.shape)


def _flatten(at: Work) -> Value:
    value = at.value
    grid = value.grid
    if at.layer.data_format == "channels_first" and len(value.shape) > 1:  # then Keras puts the channels last
        value = plain(at.graph, value)
        grid = (*value.shape[1:], value.shape[0])
    return Value(at.graph.add("Flatten", [value.name]), at.shape, grid)


def _reshape(at: Work) -> Value:
    value = plain(at.graph, at.value)
    return Value(at.graph.add("Reshape", [value.name, at.graph.constant([-1, *at.shape])]), at.shape)


def _permute(at: Work) -> Value:
    return Value(
        at.graph.add("Transpose", [plain(at.graph, at.value).name], perm=[0, *at.layer.dims]), at.shape
    )


def _rescale(at: Work) -> Value:
    scale, offset = np.asarray(at.layer.scale, np.float32), np.asarray(at.layer.offset, np.float32)
    value = plain(at.graph, at.value) if scale.ndim or offset.ndim else at.value
    name = at.graph.add("Mul", [value.name, at.graph.constant(scale)])
    return replace(
        value, name=at.graph.add("Add", [name, at.graph.constant(offset)]) if offset.any() else name
    )


def _standardise(at: Work) -> Value:
    if at.layer.invert:
        raise InvalidModel(f"Layer {at.layer.name!r} inverts a normalisation: it cannot be exported.")
    value = plain(at.graph, at.value)
    spread = np.maximum(np.sqrt(kernel_of(at.layer.variance)), keras.config.epsilon())
    name = at.graph.add("Sub", [value.name, at.graph.constant(kernel_of(at.layer.mean))])
    return replace(value, name=at.graph.add("Div", [name, at.graph.constant(spread)]))


def _relu(at: Work) -> Value:
    """``max_value`` at most; below ``threshold`` the slope times what is missing."""
    most, slope, threshold = at.layer.max_value, float(at.layer.negative_slope), float(at.layer.threshold)
    name = at.value.name
    if threshold:
        low = at.graph.add("Sub", [name, at.graph.constant(threshold)])
        low = at.graph.add("Mul", [low, at.graph.constant(slope)])
        above = at.graph.add("Greater", [name, at.graph.constant(threshold)])
        name = at.graph.add("Where", [above, name, low])
    else:
        name = at.graph.add("LeakyRelu", [name], alpha=slope) if slope else at.graph.add("Relu", [name])
    if most is not None:
        name = at.graph.add("Min", [name, at.graph.constant(float(most))])
    return replace(at.value, name=name)


def _prelu(at: Work) -> Value:
    value = plain(at.graph, at.value)
    return replace(
        value, name=at.graph.add("PRelu", [value.name, at.graph.constant(kernel_of(at.layer.alpha))])
    )


def _elu(at: Work) -> Value:
    return replace(at.value, name=at.graph.add("Elu", [at.value.name], alpha=float(at.layer.alpha)))


def _leaky(at: Work) -> Value:
    slope = float(at.layer.negative_slope)
    return replace(at.value, name=at.graph.add("LeakyRelu", [at.value.name], alpha=slope))


def _softmax(at: Work) -> Value:
    if not isinstance(at.layer.axis, int) or at.layer.axis not in (-1, len(at.shape)):
        raise InvalidModel(f"Layer {at.layer.name!r} is a softmax along another axis than the last.")
    return Value(at.graph.add("Softmax", [plain(at.graph, at.value).name], axis=-1), at.shape)


def _merge(at: Work) -> Value:
    given = at.values
    operator = _MERGES[type(at.layer).__name__]
    if len({(value.shape, value.grid) for value in given}) > 1:
        given = [plain(at.graph, value) for value in given]
    name = given[0].name
    for value in given[1:]:
        name = at.graph.add(operator, [name, value.name])
    if type(at.layer).__name__ == "Average":
        name = at.graph.add("Mul", [name, at.graph.constant(1 / len(given))])
    return replace(given[0], name=name, shape=at.shape)


def _concatenate(at: Work) -> Value:
    rank = len(at.shape)
    axis = at.layer.axis % (rank + 1)
    if axis == rank and all(value.grid and len(value.grid) == rank for value in at.values):
        return Value(at.graph.add("Concat", [value.name for value in at.values], axis=1), at.shape, at.shape)
    names = [plain(at.graph, value).name for value in at.values]
    return Value(at.graph.add("Concat", names, axis=axis), at.shape)


_MERGES = {
    "Add": "Add",
    "Average": "Add",
    "Maximum": "Max",
    "Minimum": "Min",
    "Multiply": "Mul",
    "Subtract": "Sub",
}

_TRAINING_LAYERS = """
    ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise Identity RandomBrightness RandomContrast
    RandomFlip RandomRotation RandomTranslation RandomZoom SpatialDropout1D SpatialDropout2D
"""
"""Layers that do nothing but in training."""

WRITERS.update(
    {
        **SPATIAL,
        **dict.fromkeys(_TRAINING_LAYERS.split(), _identity),
        **dict.fromkeys(_MERGES, _merge),
        "Activation": _activation,
        "BatchNormalization": _normalise,
        "Concatenate": _concatenate,
        "Dense": _dense,
        "ELU": _elu,
        "Flatten": _flatten,
        "LayerNormalization": _layer_normalise,
        "LeakyReLU": _leaky,
        "Normalization": _standardise,
        "PReLU": _prelu,
        "Permute": _permute,
        "ReLU": _relu,
        "Rescaling": _rescale,
        "Reshape": _reshape,
        "Softmax": _softmax,
    }
)
