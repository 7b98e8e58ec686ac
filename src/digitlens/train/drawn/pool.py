"""Examples drawn for training: in processes of their own, for the next epoch while this one trains."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Generic, Literal, TypeAlias, TypeVar

from digitlens.imaging import use_one_thread

__all__ = ["Draw", "Drawn", "Part"]

Part: TypeAlias = Literal["train", "held"]
"""Which glyphs scenes are made of: those to learn from, or those held back for validation."""

Scene = TypeVar("Scene")

Draw: TypeAlias = Callable[[Part, Sequence[int]], Scene]
"""Draws the scene of a key, the same whenever it is asked; can be sent to another process."""

SCENES_A_TASK = 16
"""Scenes drawn in one go."""


class Drawn(Generic[Scene]):
    """The scenes of the epochs of a run: those of an epoch depend on the seed and its number alone."""

    def __init__(self, draw: Draw[Scene], seed: int, count: int, pool: ProcessPoolExecutor | None) -> None:
        """Draw ``count`` scenes an epoch in the processes of ``pool``, or here when asked where there is none."""
        self._draw, self._seed, self._count, self._pool = draw, seed, count, pool
        self._begun: dict[int, list[Future[list[Scene]]]] = {}

    @classmethod
    @contextmanager
    def by(cls, draw: Draw[Scene], seed: int, count: int, workers: int) -> Iterator["Drawn[Scene]"]:
        """Have processes draw scenes for the block; what is not drawn at its end is not wanted.

        Args:
            draw: draws a scene.
            seed: of the run, on which all scenes depend.
            count: scenes an epoch.
            workers: processes; 0 to draw here, when scenes are asked for.
        """
        if not workers:
            yield cls(draw, seed, count, None)
            return
        pool = ProcessPoolExecutor(workers, get_context("spawn"), _at_low_priority)
        try:
            yield cls(draw, seed, count, pool)
        finally:
            pool.shutdown(cancel_futures=True)

    def begin(self, epoch: int) -> None:
        """Have the scenes of an epoch drawn, to be there when they are taken."""
        if self._pool is not None and epoch not in self._begun:
            keys = self._keys(epoch)
            chunks = [keys[i : i + SCENES_A_TASK] for i in range(0, len(keys), SCENES_A_TASK)]
            self._begun[epoch] = [
                self._pool.submit(_draw_all, self._draw, "train", chunk) for chunk in chunks
            ]

    def take(self, epoch: int) -> list[Scene]:
        """The scenes of an epoch, from 0, waiting for them where need be."""
        self.begin(epoch)
        if self._pool is None:
            return _draw_all(self._draw, "train", self._keys(epoch))
        return [scene for chunk in self._begun.pop(epoch) for scene in chunk.result()]

    def held_back(self, count: int) -> list[Scene]:
        """The scenes for validation, the same for every seed."""
        keys = [(index,) for index in range(count)]
        if self._pool is None:
            return _draw_all(self._draw, "held", keys)
        chunks = [keys[i : i + SCENES_A_TASK] for i in range(0, count, SCENES_A_TASK)]
        begun = [self._pool.submit(_draw_all, self._draw, "held", chunk) for chunk in chunks]
        return [scene for chunk in begun for scene in chunk.result()]

    def _keys(self, epoch: int) -> list[tuple[int, ...]]:
        return [(self._seed, epoch, index) for index in range(self._count)]


def _draw_all(draw: Draw[Scene], part: Part, keys: Sequence[Sequence[int]]) -> list[Scene]:
    return [draw(part, key) for key in keys]


def _at_low_priority() -> None:
    """Leave the processor to the training, and take one thread of what is left."""
    use_one_thread()
    if hasattr(os, "nice"):
        os.nice(10)
