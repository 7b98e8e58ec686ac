"""The networks, as Keras models: images (N, 28, 28, 1) of floats 0 to 1 in, softmax probabilities out.

Each ends in a layer named ``logits`` and a softmax, behind a head that ``export`` knows how to explain:
``features -> [pool] -> flatten -> Dense ReLU -> Dense`` or ``features -> global average -> Dense``.
"""

from typing import Any

import keras
from keras import layers

__all__ = ["classic"]


def classic(labels: int, *, dropout: float, head_dropout: float, l2: float) -> keras.Model:
    """Three blocks of two 3x3 convolutions (32, 64, 128), then Dense 256 and softmax; 587k parameters.

    A convolution has no bias of its own: the batch normalisation behind it brings one. The batch
    normalisation of the dense layer is what lets its L2 and the large head dropout live together.

    Args:
        labels: how many labels there are.
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
    x = layers.Dense(labels, name="logits")(x)
    return keras.Model(inputs, layers.Softmax(name="softmax")(x), name="classic")


def _conv(x: Any, filters: int, name: str) -> Any:
    """A 3x3 convolution that keeps the size, batch normalisation, ReLU."""
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=f"{name}_bn")(x)
    return layers.ReLU(name=f"{name}_relu")(x)
