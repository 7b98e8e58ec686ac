"""From any of Pillow's colour modes to 8-bit grey or RGB, with transparent parts made into paper."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.tiff import white_is_zero
from digitlens.types import Gray, Pixels

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["flatten", "to_pixels"]

_DEEP = ("I", "F")  # more than 8 bits a sample; "I;16", "I;16B" and the like begin with I too
_VISIBLE = 128  # alpha from which a pixel belongs to the picture rather than to its edge
_AT_ONCE = 1_000_000  # pixels laid on paper in floats: 30 bytes each
_ONE_COLOUR = 64  # an opaque part whose grey values spread less than this is ink alone, not ink on paper


def to_pixels(image: "Image", shrink: int = 1) -> Pixels:
    """Decode an image, reduced ``shrink`` times by box averaging, to uint8 (H, W) grey or (H, W, 3) RGB.

    Raises whatever Pillow raises on damaged data.
    """
    if image.mode.startswith(_DEEP):
        deep = _eight_bits(np.asarray(image)[::shrink, ::shrink])
        return 255 - deep if white_is_zero(image) else deep
    opaque = "L" if image.mode in ("1", "L") else "RGB"
    mode = "RGBA" if image.has_transparency_data else opaque
    if image.mode != mode:  # converting to the same mode would copy every pixel
        image = image.convert(mode)
    pixels = np.asarray(image.reduce(shrink) if shrink > 1 else image)
    return flatten(pixels) if mode == "RGBA" else pixels


def _eight_bits(values: NDArray[np.generic]) -> Gray:
    """Scale 16-bit, 32-bit or floating samples to 0 .. 255.

    Full scale is told by the largest value: the next power of two (cameras and scanners store 10, 12 or 14 bits
    in 16), or 1 where all are fractions. Negative values, where there are any, are shifted to 0 first.
    """
    samples = np.nan_to_num(values.astype(np.float32), copy=False, posinf=0.0, neginf=0.0)
    samples -= min(0.0, float(samples.min()))
    peak = float(samples.max())
    full = (
        1.0 if peak <= 1.0 and values.dtype.kind == "f" else max(255.0, 2.0 ** np.ceil(np.log2(peak + 1)) - 1)
    )
    samples *= 255.0 / full
    return np.rint(samples, out=samples).astype(np.uint8)


def flatten(rgba: Pixels) -> Pixels:
    """Lay a picture with transparency, uint8 (H, W, 4), on paper: uint8 (H, W, 3).

    A drawing on a transparent ground holds ink alone, perhaps in its alpha alone: the paper is then black or
    white, whichever stands out from the ink. A photo with cut-off corners holds its own paper: the
    corners get its colour.
    """
    colour, alpha = rgba[..., :3], rgba[..., 3]
    if alpha.min() == 255:
        return np.ascontiguousarray(colour)
    visible = colour[alpha >= _VISIBLE] if alpha.max() >= _VISIBLE else colour[alpha > 0]
    if not len(visible):
        return np.full_like(colour, 255)
    paper = _paper(visible, float(np.mean(alpha >= _VISIBLE)))
    flat, opacity = colour.reshape(-1, 3).copy(), alpha.reshape(-1, 1)
    for first in range(0, len(flat), _AT_ONCE):
        part = np.s_[first : first + _AT_ONCE]
        flat[part] = np.rint(paper + (flat[part] - paper) * (opacity[part].astype(np.float32) / 255))
    return flat.reshape(colour.shape)


def _paper(visible: Pixels, share: float) -> np.float32 | NDArray[np.float32]:
    """The paper under the colours that are seen, (N, 3), in a share of a picture: black, white, or their own."""
    visible = visible[:: 1 + len(visible) // 4096]  # some thousand tell as much as all
    darkest, lightest = np.percentile(visible.mean(axis=1), (5, 95))
    if share < 0.5 or lightest - darkest < _ONE_COLOUR:
        return np.float32(255.0 if visible.mean() < 128 else 0.0)
    return np.median(visible, axis=0).astype(np.float32)
