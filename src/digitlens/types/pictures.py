"""Pictures: as they come, as arrays, and as the steps on the way to what the network saw."""

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from os import PathLike

    from PIL.Image import Image

__all__ = ["Gray", "Pixels", "Source", "Step", "View"]

Pixels: TypeAlias = NDArray[np.uint8]
"""A picture: uint8, (H, W), (H, W, 3) RGB or (H, W, 4) RGBA."""

Gray: TypeAlias = NDArray[np.uint8]
"""A grey picture: uint8, (H, W), 0 black to 255 white."""

Source: TypeAlias = "str | PathLike[str] | bytes | IO[bytes] | Image | NDArray[Any]"
"""Whatever a picture may come as: a path, encoded bytes, an open binary file, a PIL image, an array."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from the picture to what the network saw.

    Attributes:
        name: a short stable key, such as ``"ink"``.
        sentence: what was done, in one plain sentence.
        image: what it looked like after it, uint8 (H, W) or (H, W, 3).
    """

    name: str
    sentence: str
    image: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A picture as it is shown with what was read in it.

    Attributes:
        pixels: upright, uint8 (H, W) grey or (H, W, 3) RGB; smaller than the upload where that is large.
        size: width and height of the (upright) picture as uploaded, in pixels, which boxes are told in.
    """

    pixels: Pixels
    size: tuple[float, float]
