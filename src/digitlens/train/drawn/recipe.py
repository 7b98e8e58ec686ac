"""The settings of every run on drawn examples besides the generator of sheets and its seed."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeAlias, TypeVar

import keras

from digitlens.train.onnxgraph import Stored
from digitlens.train.recipes import warmed_cosine

__all__ = ["DrawnRecipe", "Precision"]

Precision: TypeAlias = Literal["mixed_bfloat16", "float32"]
"""The arithmetic of layers; weights are float32 either way. Processors without bfloat16 compute it too, but slowly."""

Own = TypeVar("Own", bound="DrawnRecipe")


@dataclass(frozen=True)
class DrawnRecipe:
    """The settings of training on scenes that are drawn for every epoch.

    Attributes:
        name: what it is called.
        epochs: how many; the learning rate ends its way down with the last.
        scenes: scenes drawn for each epoch.
        views: how often each is shown in its epoch, otherwise lit, inverted or magnified each time.
        width: of a scene, in pixels, a multiple of 32.
        height: of a scene, in pixels, a multiple of 32.
        batch_size: examples a step.
        learning_rate: the peak rate, reached after ``warmup`` of the steps, then down a half cosine to zero.
        warmup: share of the steps on the way up, 0 to 1.
        weight_decay: of AdamW (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019).
        clip: the longest that a gradient may be, over all weights.
        average: decay a step of the running average of the weights, which is what is measured and kept.
        precision: what layers compute in.
        validation: held-back scenes that the network is measured on after every epoch.
        workers: processes that draw; 0 draws in this one. What is drawn does not depend on it.
        stored: how the weights are kept in the ONNX file.
    """

    name: str
    epochs: int
    scenes: int
    views: int
    width: int = 416
    height: int = 160
    batch_size: int = 16
    learning_rate: float = 2e-3
    warmup: float = 0.05
    weight_decay: float = 1e-4
    clip: float = 10.0
    average: float = 0.999
    precision: Precision = "mixed_bfloat16"
    validation: int = 384
    workers: int = 1
    stored: Stored = "float16"

    @property
    def steps(self) -> int:
        """The steps of an epoch."""
        return max(1, self.scenes * self.views // self.batch_size)

    def optimizer(self) -> keras.optimizers.Optimizer:
        """AdamW with the learning-rate schedule laid over all steps."""
        return keras.optimizers.AdamW(
            warmed_cosine(self.learning_rate, self.warmup, self.steps * self.epochs),
            weight_decay=self.weight_decay,
            global_clipnorm=self.clip,
        )

    def again(self: Own) -> Own:
        """The recipe for weights that have been trained before: half as long, at half the rate."""
        return replace(self, epochs=max(1, self.epochs // 2), learning_rate=self.learning_rate / 2)

    def settings(self) -> dict[str, Any]:
        """The settings as plain values for cards, reports and checkpoints."""
        return {name: [*value] if isinstance(value, tuple) else value for name, value in asdict(self).items()}
