"""A progress bar over a whole run: epoch, step, loss, time left."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

__all__ = ["ProgressBar", "progress_bar"]


@contextmanager
def progress_bar(epochs: int) -> Iterator["ProgressBar"]:
    """A bar for a run of ``epochs`` epochs in the block; what is logged meanwhile stands on lines above it."""
    bar = ProgressBar(epochs)
    try:
        with logging_redirect_tqdm([logging.getLogger("digitlens")]):
            yield bar
    finally:
        bar.close()


class ProgressBar(keras.callbacks.Callback):
    """Shows every step of a run of ``epochs`` epochs on stderr, with the time left of all of them."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self._epochs = epochs
        self._bar: tqdm[Any] | None = None
        self._before = self._steps = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Open the bar with the first epoch, where the number of steps is known."""
        self._steps = steps = (self.params or {})["steps"]
        if self._bar is None:
            self._bar = tqdm(
                total=self._epochs * steps,
                initial=epoch * steps,
                unit="step",
                dynamic_ncols=True,
                leave=False,
                mininterval=0.5 if sys.stderr.isatty() else 30,  # a log file needs no line a second
            )
        self._before = epoch * steps
        self._bar.set_description(f"epoch {epoch + 1}/{self._epochs}")

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Move on to behind step ``batch`` of the epoch: where steps are taken together, by several."""
        if self._bar is not None:
            self._bar.set_postfix(_shown(logs or {}), refresh=False)
            done = self._before + min(batch + 1, self._steps)  # the last step is counted as if all were full
            self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()


def _shown(logs: dict[str, Any]) -> dict[str, float]:
    """Loss and accuracy, a number each; what is kept of every glyph has no place in a line."""
    return {name: float(value) for name, value in logs.items() if np.ndim(value) == 0}
