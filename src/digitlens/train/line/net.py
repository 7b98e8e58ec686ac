"""The line network as a Keras model: a strip in, for every fourth column the logits of all labels and of none."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from digitlens.imaging import STRIP_HEIGHT
from digitlens.train.drawn.recipe import Precision
from digitlens.train.page.net import FusedNormalization
from digitlens.train.page.targets import PAGE_LABELS

__all__ = ["line_net", "plain_line_net", "training_line_net"]

COLUMNS_SEEN = 5
"""Columns that the convolutions along the line see at once."""


def training_line_net(widths: Sequence[int], depth: int, precision: Precision) -> keras.Model:
    """The network that is trained.

    Args:
        widths: channels of the five stages, as of `line_net`.
        depth: how many convolutions along the line.
        precision: what all layers but the last compute in.
    """
    return line_net(widths, depth, precision, FusedNormalization)


def plain_line_net(widths: Sequence[int], depth: int) -> keras.Model:
    """The same network of nothing but Keras's layers in float32; it takes the weights of a trained one."""
    return line_net(widths, depth, "float32", layers.BatchNormalization)


def line_net(
    widths: Sequence[int], depth: int, precision: Precision, normalization: type[layers.BatchNormalization]
) -> keras.Model:
    """Build the untrained network.

    Strips (N, 56, W, 1), W a multiple of 4, go in; float32 (N, 1, W/4, K + 1) come out: the logits of the labels,
    and of none, last.

    Args:
        widths: channels at strides 2 and 4, of the next stage at stride 4, at stride 8 down and 4 across, and where
            the height is gone.
        depth: how many convolutions along the line.
        precision: what all layers but the last compute in.
        normalization: the class of the layers for batch normalisation.
    """
    stem, first, second, third, last = widths

    def conv(x: Any, width: int, name: str, side: tuple[int, int] = (3, 3), stride: Any = 1) -> Any:
        x = layers.Conv2D(
            width, side, strides=stride, padding="same", use_bias=False, dtype=precision, name=name
        )(x)
        x = normalization(dtype=precision, name=f"{name}_bn")(x)
        return layers.ReLU(dtype=precision, name=f"{name}_relu")(x)

    inputs = keras.Input((STRIP_HEIGHT, None, 1), name="image")
    x = conv(inputs, stem, "stem", (5, 5), 2)
    x = conv(x, first, "down4", stride=2)
    x = conv(x, second, "fine")
    x = conv(x, third, "down8", stride=(2, 1))
    x = conv(x, third, "deep")
    x = conv(x, last, "column", (STRIP_HEIGHT // 8, 1), (STRIP_HEIGHT // 8, 1))
    for number in range(depth):
        along = conv(x, last, f"along{number}", (1, COLUMNS_SEEN))
        x = layers.Add(dtype=precision, name=f"along{number}_add")([x, along])
    outputs = layers.Conv2D(len(PAGE_LABELS) + 1, 1, dtype="float32", name="logits")(x)
    return keras.Model(inputs, outputs, name="lines")
