"""Local contrast: how far each pixel is from the mean about it, in units of the spread about it."""

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["CONTRAST_WINDOW", "local_contrast"]

CONTRAST_WINDOW = 65
"""Side of the window, in pixels, over which mean and spread are taken."""

SPREAD_OFFSET = np.float32(8)
"""Grey levels added to the spread, so that the noise of plain paper stays small."""

LIMIT = 4.0
"""Values are clipped to plus and minus this."""


def local_contrast(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Normalise a grey picture by its local mean and standard deviation.

    Uneven light, shadows and the tone of the paper vanish; dark ink on light paper is negative, light ink on dark
    paper positive.

    Args:
        grey: uint8 (H, W).

    Returns:
        ``(grey - mean) / (standard deviation + 8)``, float32 (H, W), clipped to -4 to 4; mean and deviation are taken
        over a window of 65 x 65 pixels, the picture mirrored at its edges.
    """
    values = grey.astype(np.float32)
    values -= values.mean()  # keeps the squares below small, and so exact
    window = (CONTRAST_WINDOW, CONTRAST_WINDOW)
    mean = cv2.blur(values, window, borderType=cv2.BORDER_REFLECT)
    square = cv2.sqrBoxFilter(values, cv2.CV_32F, window, borderType=cv2.BORDER_REFLECT)
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    return np.clip((values - mean) / (spread + SPREAD_OFFSET), -LIMIT, LIMIT, dtype=np.float32)
