"""Arrays as pictures: of whatever type and shape, where it is plain what its numbers mean."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import UnreadableImage
from digitlens.types import Pixels

__all__ = ["from_array"]

SHAPES = "expected (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA"
LEVELS = "expected uint8, 0 black to 255 full brightness"


def from_array(array: NDArray[Any]) -> Pixels:
    """The pixels of an array: uint8 as it is, else what its range says.

    Floats from 0 to 1, floats and integers from 0 to 255, and truth values are taken; a last axis of one is dropped.

    Args:
        array: (H, W), (H, W, 1), (H, W, 3) or (H, W, 4).

    Returns:
        uint8 (H, W), (H, W, 3) or (H, W, 4).

    Raises:
        UnreadableImage: it has another shape, or its numbers may mean several things; the message says how to convert.
    """
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2 and (array.ndim != 3 or array.shape[2] not in (3, 4)):
        raise UnreadableImage(f"The array has shape {array.shape}, {SHAPES}{_reshaped(array.shape)}.")
    if array.dtype == np.uint8 or not array.size:
        return array.astype(np.uint8, copy=False)
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind not in "iuf":
        raise UnreadableImage(f"The array holds {array.dtype}, {LEVELS}.")
    return _from_range(array, float(array.min()), float(array.max()))


def _from_range(array: NDArray[Any], low: float, high: float) -> Pixels:
    """Numbers from 0 to 1 or from 0 to 255 as uint8."""
    told = f"The array holds {array.dtype} from {low:g} to {high:g}, {LEVELS}"
    whole = array.dtype.kind != "f"
    if not np.isfinite((low, high)).all():
        raise UnreadableImage(f"{told}: put numbers in the place of what is none, numpy.nan_to_num(array).")
    if low >= 0 and high <= 1 and not whole:
        return np.rint(array * 255).astype(np.uint8)
    if low >= 0 and high <= 1 and high:
        raise UnreadableImage(f"{told}: if 1 is full brightness, give array * 255.")
    if low >= 0 and high <= 255:
        return np.rint(array).astype(np.uint8)
    if low >= 0 and array.dtype == np.uint16:
        raise UnreadableImage(f"{told}: if 65535 is full brightness, give (array // 257).astype('uint8').")
    raise UnreadableImage(
        f"{told}: stretch it, ((array - array.min()) * (255 / numpy.ptp(array))).astype('uint8'), "
        "if its darkest is black and its brightest white."
    )


def _reshaped(shape: tuple[int, ...]) -> str:
    """Suggest a mend for a shape that is often met."""
    if len(shape) == 3 and shape[0] in (1, 3, 4):
        return ": move its first axis to the end, numpy.moveaxis(array, 0, -1)"
    if len(shape) in (3, 4):
        return ": of several pictures, give each alone, or all to read_many or classify_many"
    return ""
