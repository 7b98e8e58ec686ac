"""Draw from ranges and weights, and fields of noise that cost little."""

from collections.abc import Mapping
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets.sections import Range

__all__ = ["Field", "among", "chance", "clouds", "evenly", "logarithmic", "white_noise", "whole_number"]

Field = NDArray[np.float32]

NOISE_SIDE = 1024
"""Of the noise that is drawn once: pieces of it serve every picture."""


def chance(rng: np.random.Generator, probability: float) -> bool:
    """Draw yes with a probability."""
    return bool(rng.random() < probability)


def evenly(rng: np.random.Generator, limits: Range) -> float:
    """Draw from a range, all values alike."""
    return float(rng.uniform(*limits))


def logarithmic(rng: np.random.Generator, limits: Range) -> float:
    """Draw from a range, its octaves alike."""
    return float(np.exp(rng.uniform(np.log(limits[0]), np.log(limits[1]))))


def whole_number(rng: np.random.Generator, limits: Range) -> int:
    """Draw a whole number, both ends included."""
    return int(rng.integers(round(limits[0]), round(limits[1]) + 1))


def among(rng: np.random.Generator, weights: Mapping[str, float]) -> str:
    """Draw a name in proportion to its weight."""
    at = rng.random() * sum(weights.values())
    for name, weight in weights.items():
        at -= weight
        if at < 0:
            return name
    return list(weights)[-1]


def white_noise(rng: np.random.Generator, height: int, width: int) -> Field:
    """Cut a read-only piece of noise of mean 0 and standard deviation 1, independent from pixel to pixel.

    Args:
        rng: where chance comes from.
        height: pixels.
        width: pixels.

    Returns:
        float32 (height, width); beyond 1024 pixels a side it repeats.
    """
    noise = _noise()
    if height > NOISE_SIDE or width > NOISE_SIDE:
        noise = np.tile(noise, (-(-height // NOISE_SIDE) + 1, -(-width // NOISE_SIDE) + 1))
    top, left = rng.integers(noise.shape[0] - height + 1), rng.integers(noise.shape[1] - width + 1)
    return noise[top : top + height, left : left + width][:: int(rng.choice((-1, 1)))]


def clouds(rng: np.random.Generator, height: int, width: int, cells: int) -> Field:
    """Draw smooth noise about 0.

    Args:
        rng: where chance comes from.
        height: pixels.
        width: pixels.
        cells: clouds along the longer side, about.

    Returns:
        float32 (height, width).
    """
    grid = max(height, width) / cells
    small = rng.standard_normal((max(2, round(height / grid)), max(2, round(width / grid))), np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


@cache
def _noise() -> Field:
    noise = np.random.default_rng(0).standard_normal((NOISE_SIDE, NOISE_SIDE), np.float32)
    noise.flags.writeable = False
    return noise
