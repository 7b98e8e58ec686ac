"""Layers of Keras 1 and 2, made anew as layers of today from what their configuration says of computing.

Only arguments that count in inference are taken, from a list for each layer that is known: initialisers,
regularisers, constraints, types and whatever else a file may name are not even looked at. What was called
otherwise in Keras 1 and 2 is told by its name of today.
"""

from typing import Any

import keras

from digitlens.errors import InvalidModel
from digitlens.train.activations import ACTIVATIONS

__all__ = ["OLD_NAMES", "made_anew", "named_today"]

_CONVOLUTION = "kernel_size strides padding data_format dilation_rate activation use_bias"
_POOL = "pool_size strides padding data_format"

ARGUMENTS: dict[str, str] = {
    "Activation": "activation",
    "ActivityRegularization": "",
    "Add": "",
    "AlphaDropout": "rate",
    "Average": "",
    "AveragePooling1D": _POOL,
    "AveragePooling2D": _POOL,
    "BatchNormalization": "axis epsilon center scale",
    "Concatenate": "axis",
    "Conv1D": f"filters groups {_CONVOLUTION}",
    "Conv2D": f"filters groups {_CONVOLUTION}",
    "Cropping2D": "cropping data_format",
    "Dense": "units activation use_bias",
    "DepthwiseConv2D": f"depth_multiplier {_CONVOLUTION}",
    "Dropout": "rate",
    "ELU": "alpha",
    "Flatten": "data_format",
    "GaussianDropout": "rate",
    "GaussianNoise": "stddev",
    "GlobalAveragePooling1D": "data_format keepdims",
    "GlobalAveragePooling2D": "data_format keepdims",
    "GlobalMaxPooling1D": "data_format keepdims",
    "GlobalMaxPooling2D": "data_format keepdims",
    "Identity": "",
    "LayerNormalization": "axis epsilon center scale",
    "LeakyReLU": "negative_slope",
    "MaxPooling1D": _POOL,
    "MaxPooling2D": _POOL,
    "Maximum": "",
    "Minimum": "",
    "Multiply": "",
    "Normalization": "axis",
    "PReLU": "shared_axes",
    "Permute": "dims",
    "RandomBrightness": "factor",
    "RandomContrast": "factor",
    "RandomFlip": "mode",
    "RandomRotation": "factor",
    "RandomTranslation": "height_factor width_factor",
    "RandomZoom": "height_factor",
    "ReLU": "max_value negative_slope threshold",
    "Rescaling": "scale offset",
    "Reshape": "target_shape",
    "Resizing": "height width interpolation data_format",
    "SeparableConv2D": f"filters depth_multiplier {_CONVOLUTION}",
    "Softmax": "axis",
    "SpatialDropout1D": "rate",
    "SpatialDropout2D": "rate data_format",
    "Subtract": "",
    "ZeroPadding1D": "padding",
    "ZeroPadding2D": "padding data_format",
}
"""The arguments taken from the configuration of each layer."""

OLD_NAMES = {
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "SeparableConvolution2D": "SeparableConv2D",
    "ThresholdedReLU": "ReLU",
}
"""The present names of layers that had other names."""

_RENAMED = {
    "alpha": "negative_slope",  # of LeakyReLU alone
    "atrous_rate": "dilation_rate",
    "bias": "use_bias",
    "border_mode": "padding",
    "dim_ordering": "data_format",
    "filter_length": "kernel_size",
    "nb_filter": "filters",
    "output_dim": "units",
    "p": "rate",
    "pool_length": "pool_size",
    "sigma": "stddev",
    "stride": "strides",
    "subsample": "strides",
    "subsample_length": "strides",
    "theta": "threshold",
}
"""Arguments of Keras 1 and 2, by what they are called today."""

_VALUES = {"tf": "channels_last", "th": "channels_first", "default": None}

_FUNCTIONS = {"hard_swish": "hard_silu", "softmax_v2": "softmax", "swish": "silu"}
"""Activations that had other names."""


def named_today(name: object) -> str | None:
    """The name of today of a layer's class; None for one that is not known."""
    name = str(name).rpartition(">")[2]
    name = OLD_NAMES.get(name, name)
    return name if name in ARGUMENTS else None


def made_anew(class_name: object, config: dict[str, Any], old: bool = True) -> keras.Layer:
    """A layer of today, without its weights.

    Args:
        class_name: as the file names it.
        config: as the file has it.
        old: whether it was saved before Keras 3.

    Raises:
        InvalidModel: it is not known, or was made by something that is not.
    """
    name = named_today(class_name)
    if name is None:
        raise InvalidModel(
            f"It has a layer {str(class_name)[:80]!r}, which is not known to be safe, or cannot be translated. "
            f"Known are {', '.join(sorted(ARGUMENTS))}."
        )
    known = ARGUMENTS[name].split()
    given: dict[str, Any] = {}
    for key, value in config.items():
        today = _RENAMED.get(key, key) if key not in known else key
        if today in known:
            given[today] = _value(value) if today != "activation" else _function(value, old)
    if "nb_row" in config:
        given["kernel_size"] = config["nb_row"], config["nb_col"]
    if name == "BatchNormalization" and isinstance(given.get("axis"), tuple):
        (given["axis"],) = given["axis"]
    given = {key: value for key, value in given.items() if value is not None or key == "axis"}
    own = {"name": str(config["name"])} if "name" in config else {}
    try:
        layer: keras.Layer = getattr(keras.layers, name)(**given, **own)
    except (ValueError, TypeError) as error:
        raise InvalidModel(f"Its layer {own.get('name', name)!r} cannot be made: {error}") from error
    layer.trainable = config.get("trainable", True) is not False  # on which the order of weights depends
    return layer


def _value(value: Any) -> Any:
    """A number, a word, or a tuple of such; NumPy's numbers were written as dictionaries once."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, list):
        return tuple(_value(each) for each in value)
    if isinstance(value, str):
        return _VALUES.get(value, value)
    return value


def _function(value: Any, old: bool) -> Any:
    """An activation: the name of a function, or a layer."""
    if isinstance(value, dict):
        inner = value.get("config")
        if named_today(value.get("class_name")) and isinstance(inner, dict):
            return made_anew(value["class_name"], inner, old)
        value = inner if isinstance(inner, str) else value.get("class_name")
    if value is None:
        return None
    name = str(value)
    name = _FUNCTIONS.get(name, name)
    if name not in ACTIVATIONS or (old and name in ("hard_sigmoid", "hard_silu")):  # which were others then
        raise InvalidModel(
            f"It has the activation {name[:80]!r}, which is not known to be safe, or is another today."
        )
    return name
