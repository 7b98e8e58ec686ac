"""The page network as a Keras model: down to stride 32 and up again to stride 4, with skips."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from digitlens.train.drawn.recipe import Precision
from digitlens.train.page.recipe import PageRecipe
from digitlens.train.page.targets import PAGE_LABELS

__all__ = ["FusedNormalization", "page_net", "plain_net", "training_net"]

LOGIT_PRIOR = -4.6
"""The bias of the class logits before the first step: a mark is believed in one cell of a hundred."""


@keras.saving.register_keras_serializable("digitlens")
class FusedNormalization(layers.BatchNormalization):
    """Batch normalisation over the last axis of (N, H, W, C) in one operation of TensorFlow, twice as fast there.

    Its weights are those of `keras.layers.BatchNormalization`, and so is what it computes.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Normalise by the statistics of the batch in training, else by those gathered.

        Args:
            inputs: (N, H, W, C).
            training: tells that it trains; None, like False, that it does not.
            mask: passed on to Keras where it does not train.
        """
        import tensorflow as tf  # noqa: PLC0415  only where a page network is trained

        if not training or not self.trainable:
            return super().call(inputs, training=False, mask=mask)
        normalised, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=tf.cast(self.gamma, tf.float32),
            offset=tf.cast(self.beta, tf.float32),
            mean=tf.zeros([0]),
            variance=tf.zeros([0]),
            epsilon=self.epsilon,
            is_training=True,
        )
        gathered: Any = (self.moving_mean, mean), (self.moving_variance, variance)
        for moving, found in gathered:
            moving.assign(moving * self.momentum + found * (1.0 - self.momentum))
        return normalised


def training_net(recipe: PageRecipe) -> keras.Model:
    """The network that is trained, in the precision of the recipe."""
    return page_net(recipe.widths, recipe.head, recipe.precision, FusedNormalization)


def plain_net(widths: Sequence[int], head: int) -> keras.Model:
    """The same network of nothing but Keras's layers in float32; it takes the weights of a trained one."""
    return page_net(widths, head, "float32", layers.BatchNormalization)


def page_net(
    widths: Sequence[int],
    head: int,
    precision: Precision,
    normalization: type[layers.BatchNormalization],
) -> keras.Model:
    """Build the untrained network.

    Pictures (N, H, W, 1), normalised by local contrast, H and W multiples of 32, go in; float32 (N, H/4, W/4, K + 4)
    come out: K class logits, the offset of the box's centre from the cell's in cells, across and down, and the
    logarithms of its width and height over 16 pixels.

    Args:
        widths: channels at strides 2, 4, 8, 16 and 32.
        head: channels of the last stage.
        precision: what all layers but the last compute in.
        normalization: the class of the layers for batch normalisation.
    """
    stages = _Stages(precision, normalization)
    stem, *channels = widths
    inputs = keras.Input((None, None, 1), name="image")
    x = stages.conv(inputs, stem, "stem", side=5, stride=2)
    skips = []
    for number, width in enumerate(channels):
        stride = 4 << number
        x = stages.conv(x, width, f"down{stride}_conv1", stride=2)
        x = stages.conv(x, width, f"down{stride}_conv2")
        skips.append(x)
    x = skips.pop()
    for number, width in ((2, channels[2]), (1, channels[1]), (0, head)):
        x = stages.joined(x, skips.pop(), width, f"up{4 << number}")
    x = stages.conv(x, head, "head")
    start: Any = [LOGIT_PRIOR] * len(PAGE_LABELS) + [0.0] * 4
    bias: Any = keras.initializers.Constant(start)
    outputs = layers.Conv2D(len(PAGE_LABELS) + 4, 1, bias_initializer=bias, dtype="float32", name="cells")(x)
    return keras.Model(inputs, outputs, name="pages")


class _Stages:
    """Makes the stages of a network, all in one precision."""

    def __init__(self, precision: Precision, normalization: type[layers.BatchNormalization]) -> None:
        self._dtype = precision
        self._normalization = normalization

    def conv(self, x: Any, width: int, name: str, *, side: int = 3, stride: int = 1) -> Any:
        """Put a convolution, batch normalisation and ReLU behind ``x``."""
        convolution = layers.Conv2D(
            width, side, strides=stride, padding="same", use_bias=False, dtype=self._dtype, name=name
        )
        normalised = self._normalization(dtype=self._dtype, name=f"{name}_bn")(convolution(x))
        return layers.ReLU(dtype=self._dtype, name=f"{name}_relu")(normalised)

    def joined(self, x: Any, skip: Any, width: int, name: str) -> Any:
        """Enlarge ``x`` twofold and join it with ``skip``, of half its stride."""
        deep = self.conv(x, width, f"{name}_deep", side=1)
        deep = layers.UpSampling2D(2, dtype=self._dtype, name=f"{name}_larger")(deep)
        fine = self.conv(skip, width, f"{name}_skip", side=1)
        return self.conv(layers.Add(dtype=self._dtype, name=f"{name}_add")([deep, fine]), width, name)
