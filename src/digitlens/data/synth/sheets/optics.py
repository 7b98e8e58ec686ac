"""Light, lens, sensor and file: what happens to a sheet until it is a picture."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets.chance import Field, chance, evenly, logarithmic, white_noise
from digitlens.data.synth.sheets.config import SheetConfig

__all__ = ["Exposure", "compressed", "enlarged", "lit", "taken"]

Picture = NDArray[np.uint8]


def lit(picture: Field, config: SheetConfig, rng: np.random.Generator) -> tuple[Field, float]:
    """Add light that falls off, and shadows with hard or soft edges, perhaps.

    Args:
        picture: float32 (H, W, channels), 0 to 1; is changed.
        config: how likely and deep each is.
        rng: where chance comes from.

    Returns:
        The picture; how uneven its light is: the spread of the light and the depth of the shadow, each 0 to 1, added.
    """
    high, wide = picture.shape[:2]
    how, uneven = config.scene, 0.0
    if chance(rng, how.gradient):
        depth = evenly(rng, how.gradient_depth)
        corners = 1 - depth * rng.random((2, 2)).astype(np.float32)
        if chance(rng, 0.3):
            corners = 1 - depth * rng.random((3, 3)).astype(np.float32)
        light = cv2.resize(corners, (wide, high), interpolation=cv2.INTER_LINEAR)
        picture *= light[..., None]
        uneven += float(np.ptp(corners))
    if chance(rng, how.shadow):
        depth = evenly(rng, how.shadow_depth)
        mask = np.zeros((high, wide), np.uint8)
        at = np.array([rng.uniform(0, wide), rng.uniform(0, high)])
        along = np.array([np.cos(angle := rng.uniform(0, 2 * np.pi)), np.sin(angle)]) * 2 * (wide + high)
        across = np.array([-along[1], along[0]])
        bend = at + rng.normal(0, 0.1, 2) * (wide, high)
        corners = np.array([at - along, bend, at + along, at + along + across, at - along + across])
        cv2.fillPoly(mask, [np.rint(corners).astype(np.int32)], 255, cv2.LINE_AA)
        soft = cv2.GaussianBlur(mask, (0, 0), logarithmic(rng, (0.8, max(2.0, 0.05 * wide))))
        picture *= 1 - (depth / 255) * soft[..., None].astype(np.float32)
        uneven += depth
    return picture, uneven


@dataclass(frozen=True, slots=True)
class Exposure:
    """Bounds of the harm that a camera may do.

    Attributes:
        height: pixels of a digit; blur stays well below it.
        contrast: between ink and paper, 0 to 1; noise stays well below it.
        uneven: how much the light falls off, 0 to 1; where it is much, one threshold doesn't part ink from paper.
    """

    height: float
    contrast: float
    uneven: float


def taken(picture: Field, exposure: Exposure, config: SheetConfig, rng: np.random.Generator) -> Picture:
    """Take the picture: lens, sensor, sharpening, compression, and two levels.

    Args:
        picture: float32 (H, W, channels), 0 to 1.
        exposure: what bounds them.
        config: how likely and strong each is.
        rng: where chance comes from.

    Returns:
        uint8 (H, W) or (H, W, 3).
    """
    how = config.optics
    picture = np.ascontiguousarray(picture[..., 0]) if picture.shape[2] == 1 else picture
    if chance(rng, how.blurred):
        sigma = min(logarithmic(rng, how.blur), max(how.blur[0], how.most_blur * exposure.height))
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)
    if chance(rng, how.motion):
        picture = _moved(picture, min(evenly(rng, how.motion_length), how.most_motion * exposure.height), rng)
    if chance(rng, how.noisy):
        noise = white_noise(rng, *picture.shape[:2])
        strength = min(logarithmic(rng, how.noise), how.most_noise * exposure.contrast)
        picture += np.float32(strength) * (noise if picture.ndim == 2 else noise[..., None])
    if chance(rng, how.sharpened):
        soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.8, 2))
        picture += np.float32(evenly(rng, how.sharpening)) * (picture - soft)
    np.clip(picture, 0, 1, out=picture)
    if chance(rng, how.gammas):
        picture **= np.float32(logarithmic(rng, how.gamma))
    levels = np.asarray(picture * 255 + 0.5, np.uint8)
    if exposure.uneven < how.most_even and chance(rng, how.two_level):
        return _two_levels(levels)
    if chance(rng, how.compressed):
        least = max(how.jpeg[0], min(how.jpeg[1], how.jpeg_detail / exposure.height))
        levels = compressed(levels, round(evenly(rng, (least, how.jpeg[1]))))
    return 255 - levels if chance(rng, how.inverted) else levels


def compressed(levels: Picture, quality: int) -> Picture:
    """Write levels, uint8 (H, W) or (H, W, 3), as JPEG of a quality, 0 to 100, and read them again."""
    _, packed = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_UNCHANGED), np.uint8)


def enlarged(
    levels: Picture, size: tuple[int, int], config: SheetConfig, rng: np.random.Generator
) -> Picture:
    """Enlarge a picture of low resolution, by any interpolation, and perhaps compress it once more.

    Args:
        levels: uint8 (H, W) or (H, W, 3).
        size: width and height in pixels.
        config: how likely and strong compression is.
        rng: where chance comes from.

    Returns:
        uint8, (height, width) or (height, width, 3).
    """
    kinds = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4, cv2.INTER_NEAREST)
    kind = kinds[int(rng.integers(len(kinds)))]
    larger = np.asarray(cv2.resize(levels, size, interpolation=kind), np.uint8)
    if chance(rng, config.optics.twice):
        return compressed(larger, round(evenly(rng, config.optics.jpeg)))
    return larger


def _moved(picture: Field, length: float, rng: np.random.Generator) -> Field:
    """The picture as a hand that moves takes it."""
    side = 2 * int(length / 2 + 1) + 1
    kernel: NDArray[Any] = np.zeros((side, side), np.float32)
    reach = length / 2 * np.array([np.cos(angle := rng.uniform(0, np.pi)), np.sin(angle)])
    ends = np.rint((side // 2 + np.array([-reach, reach])) * 16).astype(int).tolist()
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(cv2.filter2D(picture, -1, kernel / max(float(kernel.sum()), 1e-6)), np.float32)


def _two_levels(levels: Picture) -> Picture:
    """Black and white by Otsu's threshold."""
    grey = levels if levels.ndim == 2 else cv2.cvtColor(levels, cv2.COLOR_RGB2GRAY)
    _, split = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(split if levels.ndim == 2 else cv2.merge([split] * 3), np.uint8)
