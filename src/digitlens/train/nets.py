"""The networks, as Keras models: images (N, 28, 28, 1) of floats 0 to 1 in, softmax probabilities out.

Each ends in a layer named ``logits`` and a softmax, behind a head that ``export`` knows how to explain:
``features -> [pool] -> flatten -> Dense ReLU -> Dense`` or ``features -> global average -> Dense``.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

__all__ = ["chain", "classic"]


def classic(classes: int, *, dropout: float, head_dropout: float, l2: float) -> keras.Model:
    """Three blocks of two 3x3 convolutions (32, 64, 128), then Dense 256 and softmax; 587k parameters.

    A convolution has no bias of its own: the batch normalisation behind it brings one. The batch
    normalisation of the dense layer is what lets its L2 and the large head dropout live together.

    Args:
        classes: how many classes there are.
        dropout: share of activations dropped behind each block, 0 to 1.
        head_dropout: share dropped before the last layer, 0 to 1.
        l2: weight of the L2 penalty on the dense layer's kernel.
    """
    inputs = x = keras.Input((28, 28, 1), name="image")
    for block, filters in enumerate((32, 64, 128), start=1):
        for conv in (1, 2):
            x = _conv(x, filters, f"block{block}_conv{conv}")
        x = layers.MaxPooling2D(name=f"block{block}_pool")(x)
        x = layers.Dropout(dropout, name=f"block{block}_dropout")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(256, use_bias=False, kernel_regularizer=keras.regularizers.L2(l2), name="dense")(x)
    x = layers.BatchNormalization(name="dense_bn")(x)
    x = layers.ReLU(name="dense_relu")(x)
    x = layers.Dropout(head_dropout, name="dense_dropout")(x)
    return _classified(inputs, x, classes, "classic")


def chain(
    classes: int,
    *,
    convolutions: Sequence[tuple[int, int, int]],
    dense: int = 0,
    pool: bool = True,
    dropout: float = 0.0,
    l2: float = 0.0,
    momentum: float = 0.95,
) -> keras.Model:
    """A chain of convolutions that shrinks by strides; a global average or a dense layer ends it.

    The first stride, at the 28x28 image itself, is what makes it several times faster than ``classic``.

    Args:
        classes: how many classes there are.
        convolutions: filters, kernel side and stride of each.
        dense: units of a dense layer at the end; 0 for a global average instead.
        pool: whether a 2x2 pool comes before the dense layer.
        dropout: share dropped before the last layer, 0 to 1.
        l2: weight of the L2 penalty on the kernels of all layers but the last.
        momentum: of the running means of batch normalisation, 0 to 1: 0.95 forgets in twenty steps, so
            that short runs are judged by the weights they have.
    """
    inputs = x = keras.Input((28, 28, 1), name="image")
    for i, (filters, side, stride) in enumerate(convolutions, start=1):
        x = _conv(x, filters, f"conv{i}", side, stride, momentum, l2)
    if dense:
        if pool:
            x = layers.MaxPooling2D(name="pool")(x)
        x = layers.Flatten(name="flatten")(x)
        x = layers.Dense(dense, use_bias=False, kernel_regularizer=_penalty(l2), name="dense")(x)
        x = layers.BatchNormalization(momentum=momentum, name="dense_bn")(x)
        x = layers.ReLU(name="dense_relu")(x)
    else:
        x = layers.GlobalAveragePooling2D(name="average")(x)
    if dropout:
        x = layers.Dropout(dropout, name="dropout")(x)
    return _classified(inputs, x, classes, "chain")


def _conv(
    x: Any, filters: int, name: str, side: int = 3, stride: int = 1, momentum: float = 0.99, l2: float = 0.0
) -> Any:
    """A convolution that keeps the size but for its stride, batch normalisation, ReLU."""
    x = layers.Conv2D(
        filters, side, stride, padding="same", use_bias=False, kernel_regularizer=_penalty(l2), name=name
    )(x)
    x = layers.BatchNormalization(momentum=momentum, name=f"{name}_bn")(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def _penalty(l2: float) -> keras.regularizers.L2 | None:
    return keras.regularizers.L2(l2) if l2 else None


def _classified(inputs: Any, x: Any, classes: int, name: str) -> keras.Model:
    x = layers.Dense(classes, name="logits")(x)
    return keras.Model(inputs, layers.Softmax(name="softmax")(x), name=name)
