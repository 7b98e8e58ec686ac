"""The running average of a network's weights, which reads better than the weights of any one step."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

__all__ = ["Average", "set_flat"]


class Average(keras.callbacks.Callback):
    """Averages all weights, those that are gathered and not learnt included, after every step (Polyak, 1992).

    In the first steps it forgets faster, so that the weights before training are soon left behind.
    """

    def __init__(self, net: keras.Model, decay: float, averages: NDArray[np.float32] | None = None) -> None:
        """Average the weights of ``net``, going on from ``averages`` where given."""
        import tensorflow as tf  # noqa: PLC0415  only where a page network is trained

        super().__init__()
        self._decay = decay
        self._weights = net.weights
        self._averages: list[Any] = [tf.Variable(weight.value) for weight in net.weights]
        if averages is not None:
            for variable, part in zip(self._averages, _parts(net, averages), strict=True):
                variable.assign(part)
        self._steps = net.optimizer.iterations
        self._update = tf.function(self._move)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Take the weights of a step in."""
        self._update()

    def flat(self) -> NDArray[np.float32]:
        """The averages, one behind the other, (N,)."""
        return np.concatenate([variable.numpy().ravel() for variable in self._averages])

    def _move(self) -> None:
        steps: Any = keras.ops.cast(self._steps.value, "float32")
        kept: Any = keras.ops.minimum(self._decay, (1.0 + steps) / (10.0 + steps))
        for variable, weight in zip(self._averages, self._weights, strict=True):
            variable.assign_sub((1.0 - kept) * (variable - weight.value))


def set_flat(net: keras.Model, averages: NDArray[np.float32]) -> None:
    """Give a network weights as `Average.flat` has them, (N,).

    Raises:
        ValueError: they are of another network.
    """
    net.set_weights(_parts(net, averages))


def _parts(net: keras.Model, averages: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Flat weights in the shapes of a network's."""
    sizes = [int(np.prod(weight.shape)) for weight in net.weights]
    if sum(sizes) != len(averages):
        raise ValueError(f"there are {len(averages):,} weights where the network has {sum(sizes):,}")
    parts = np.split(averages, np.cumsum(sizes)[:-1])
    return [part.reshape(weight.shape) for part, weight in zip(parts, net.weights, strict=True)]
