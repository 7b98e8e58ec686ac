"""The layers that know places as nodes of ONNX: convolutions, pools, padding, resizing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import InvalidModel
from digitlens.train.onnxgraph import GraphBuilder
from digitlens.train.preprocess import resizing
from digitlens.train.values import (
    Shape,
    Value,
    Work,
    Writer,
    activated,
    bias_of,
    kernel_of,
    linear_weights,
    plain,
)

__all__ = ["SPATIAL"]


def _channels_first(graph: GraphBuilder, value: Value, data_format: str) -> tuple[str, Shape]:
    """The name of the value with channels first, and its sizes without the channels."""
    if data_format == "channels_first":
        return plain(graph, value).name, value.shape[1:]
    if value.grid is None:
        rank = len(value.shape)
        return graph.add("Transpose", [value.name], perm=[0, rank, *range(1, rank)]), value.shape[:-1]
    return value.name, value.shape[:-1]


def _stored_first(name: str, shape: Shape, data_format: str) -> Value:
    return Value(name, shape, None if data_format == "channels_first" else shape)


def _pads(sizes: Shape, kernel: Shape, strides: Shape, padding: str) -> list[int]:
    """TensorFlow's padding, tops and lefts before bottoms and rights."""
    if padding == "valid":
        return [0, 0] * len(sizes)
    if padding != "same":
        raise InvalidModel(f"Padding {padding!r} cannot be exported: use 'same' or 'valid'.")
    totals = [
        max((-(-size // s) - 1) * s + k - size, 0) for size, k, s in zip(sizes, kernel, strides, strict=True)
    ]
    return [total // 2 for total in totals] + [total - total // 2 for total in totals]


def _convolution(at: Work) -> Value:
    name, sizes = _channels_first(at.graph, at.value, at.layer.data_format)
    kernel = kernel_of(at.layer.kernel)
    kernel = kernel.transpose(-1, -2, *range(kernel.ndim - 2))
    weights = linear_weights(at.graph, at.layer, kernel, bias_of(at.layer), at.layer.filters)
    name = _convolved(at.graph, name, weights, at.layer, sizes, groups=at.layer.groups)
    return activated(at.graph, at.layer.activation, _stored_first(name, at.shape, at.layer.data_format))


def _convolved(
    graph: GraphBuilder, name: str, weights: list[str], layer: Any, sizes: Shape, groups: int
) -> str:
    """A convolution by a layer's strides, dilation and padding."""
    spread = tuple((k - 1) * d + 1 for k, d in zip(layer.kernel_size, layer.dilation_rate, strict=True))
    return graph.add(
        "Conv",
        [name, *weights],
        kernel_shape=layer.kernel_size,
        strides=layer.strides,
        dilations=layer.dilation_rate,
        group=groups,
        pads=_pads(sizes, spread, layer.strides, layer.padding),
    )


def _by_depth(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """A depthwise kernel (h, w, channels, multiplier) as ONNX has it, (channels * multiplier, 1, h, w)."""
    height, width = kernel.shape[:2]
    return kernel.transpose(2, 3, 0, 1).reshape(-1, 1, height, width)


def _depthwise(at: Work) -> Value:
    name, sizes = _channels_first(at.graph, at.value, at.layer.data_format)
    kernel = kernel_of(at.layer.kernel)
    weights = linear_weights(
        at.graph, at.layer, _by_depth(kernel), bias_of(at.layer), kernel.shape[2] * kernel.shape[3]
    )
    name = _convolved(at.graph, name, weights, at.layer, sizes, groups=kernel.shape[2])
    return activated(at.graph, at.layer.activation, _stored_first(name, at.shape, at.layer.data_format))


def _separable(at: Work) -> Value:
    name, sizes = _channels_first(at.graph, at.value, at.layer.data_format)
    depth = kernel_of(at.layer.depthwise_kernel)
    weights = linear_weights(at.graph, at.layer, _by_depth(depth), None, depth.shape[2] * depth.shape[3])
    name = _convolved(at.graph, name, weights, at.layer, sizes, groups=depth.shape[2])
    points = kernel_of(at.layer.pointwise_kernel).transpose(3, 2, 0, 1)
    name = at.graph.add(
        "Conv", [name, *linear_weights(at.graph, at.layer, points, bias_of(at.layer), at.layer.filters)]
    )
    return activated(at.graph, at.layer.activation, _stored_first(name, at.shape, at.layer.data_format))


def _pool(at: Work) -> Value:
    name, sizes = _channels_first(at.graph, at.value, at.layer.data_format)
    name = at.graph.add(
        "MaxPool" if type(at.layer).__name__.startswith("Max") else "AveragePool",
        [name],
        kernel_shape=at.layer.pool_size,
        strides=at.layer.strides,
        pads=_pads(sizes, at.layer.pool_size, at.layer.strides, at.layer.padding),
    )
    return _stored_first(name, at.shape, at.layer.data_format)


def _pool_all(at: Work) -> Value:
    name, _ = _channels_first(at.graph, at.value, at.layer.data_format)
    kind = "Max" if type(at.layer).__name__.startswith("GlobalMax") else "Average"
    name = at.graph.add(f"Global{kind}Pool", [name])
    if at.layer.keepdims:
        return _stored_first(name, at.shape, at.layer.data_format)
    return Value(at.graph.add("Flatten", [name]), at.shape)


def _pad(at: Work) -> Value:
    form = getattr(at.layer, "data_format", "channels_last")
    name, sizes = _channels_first(at.graph, at.value, form)
    sides = at.layer.padding if len(sizes) > 1 else [at.layer.padding]
    pads = [0, 0, *(before for before, _ in sides), 0, 0, *(after for _, after in sides)]
    return _stored_first(at.graph.add("Pad", [name, at.graph.constant(pads)]), at.shape, form)


def _crop(at: Work) -> Value:
    name, sizes = _channels_first(at.graph, at.value, at.layer.data_format)
    starts = [before for before, _ in at.layer.cropping]
    ends = [size - after for size, (_, after) in zip(sizes, at.layer.cropping, strict=True)]
    axes = at.graph.constant([2 + axis for axis in range(len(sizes))])
    name = at.graph.add("Slice", [name, at.graph.constant(starts), at.graph.constant(ends), axes])
    return _stored_first(name, at.shape, at.layer.data_format)


def _resize(at: Work) -> Value:
    """Resize by a matrix for the rows and one for the columns."""
    others = (
        at.layer.crop_to_aspect_ratio,
        getattr(at.layer, "pad_to_aspect_ratio", False),
        at.layer.antialias,
    )
    if at.layer.interpolation not in ("bilinear", "nearest") or any(others):
        raise InvalidModel(f"Layer {at.layer.name!r} resizes in a way that cannot be exported: use bilinear.")
    name, sizes = _channels_first(at.graph, at.value, at.layer.data_format)
    rows, columns = (
        _resized(a, b, at.layer) for a, b in zip(sizes, (at.layer.height, at.layer.width), strict=True)
    )
    name = at.graph.add("MatMul", [at.graph.constant(rows), name])
    return _stored_first(
        at.graph.add("MatMul", [name, at.graph.constant(columns.T)]), at.shape, at.layer.data_format
    )


def _resized(before: int, after: int, layer: Any) -> NDArray[np.float32]:
    if layer.interpolation == "bilinear":
        return resizing(before, after, antialias=False)
    nearest = ((np.arange(after) + 0.5) * before / after).astype(int)
    return np.eye(before, dtype=np.float32)[nearest]


SPATIAL: dict[str, Writer] = {
    "AveragePooling1D": _pool,
    "AveragePooling2D": _pool,
    "Conv1D": _convolution,
    "Conv2D": _convolution,
    "Cropping2D": _crop,
    "DepthwiseConv2D": _depthwise,
    "GlobalAveragePooling1D": _pool_all,
    "GlobalAveragePooling2D": _pool_all,
    "GlobalMaxPooling1D": _pool_all,
    "GlobalMaxPooling2D": _pool_all,
    "MaxPooling1D": _pool,
    "MaxPooling2D": _pool,
    "Resizing": _resize,
    "SeparableConv2D": _separable,
    "ZeroPadding1D": _pad,
    "ZeroPadding2D": _pad,
}
"""The writer of each layer, by the name of its class."""
