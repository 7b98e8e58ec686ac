"""Turn a page, and map what is found on it back."""

from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.types import Pixels

__all__ = ["boxes_under", "turn"]

Matrix = NDArray[np.float64]


def turn(picture: Pixels, degrees: float) -> tuple[Pixels, Matrix]:
    """Turn a picture clockwise; beyond its corners what stands at its edges goes on.

    Args:
        picture: uint8 (H, W) or (H, W, 3).
        degrees: any; quarter turns move pixels without blending them.

    Returns:
        The whole of it turned, and the map from its pixels to the picture's, float64 (2, 3).
    """
    height, width = picture.shape[:2]
    quarters, rest = divmod(degrees % 360, 90)
    angle = radians(degrees)
    c, s = cos(angle), sin(angle)
    new_width = round(abs(c) * width + abs(s) * height)
    new_height = round(abs(s) * width + abs(c) * height)
    back = np.array([[c, s], [-s, c]])
    middle = np.array([width, height]) / 2 - back @ (np.array([new_width, new_height]) / 2)
    matrix = np.concatenate([back, middle[:, None]], axis=1)
    if not rest:
        return np.ascontiguousarray(np.rot90(picture, -int(quarters))), matrix
    # pixel centres lie half a pixel in from their edges
    shifted = matrix.copy()
    shifted[:, 2] += back @ (0.5, 0.5) - 0.5
    flags, size = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, (new_width, new_height)
    turned = cv2.warpAffine(picture, shifted, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8), matrix


def boxes_under(boxes: NDArray[np.floating], matrix: Matrix) -> NDArray[np.float64]:
    """Map boxes (N, 4), left, top, width, height: the upright boxes around their corners under a map (2, 3)."""
    x, y, w, h = boxes.astype(np.float64).T
    corners = np.stack([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])  # (4, 2, N)
    moved = np.einsum("ij,cjn->cin", matrix[:, :2], corners) + matrix[None, :, 2:]
    low, high = moved.min(axis=0), moved.max(axis=0)
    return np.concatenate([low, high - low]).T
