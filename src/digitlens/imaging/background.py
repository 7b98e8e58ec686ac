"""The background of a picture, on a thumbnail: its colour against the ink's, its illumination, and the polarity."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.resize import shrink_to
from digitlens.types import Gray, Pixels

__all__ = [
    "COARSE_SIDE",
    "Illumination",
    "Thumbnail",
    "close_or_open",
    "estimate_illumination",
    "principal_axis",
    "shrink",
    "thumbnail",
]

COARSE_SIDE = 64
"""Pixels of the longer side of a thumbnail: enough to judge light and polarity."""

# Widest strokes, as shares of the longer side: anything wider is paper, a page or a shadow, not ink.
WIDEST_STROKE = 0.4
WIDEST_IN_SHADOW = 0.15  # where the light is uneven, as in photos: no marker fills the view there

# Shares of the variance that two grey levels explain.
TWO_LEVELS = 0.8  # from here they are ink and paper rather than light and shade
ONLY_TWO_LEVELS = 0.97  # from here nothing lies between them: a drawing in two colours

EVEN_LIGHT = 0.25  # of ink's contrast: in even light most paper differs by less


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A coarse grey picture, and what it would be without its dark, and without its light, strokes.

    Attributes:
        grey: uint8 (h, w), the longer side at most ``COARSE_SIDE``.
        lightest: its closing: every dark structure narrower than ``WIDEST_STROKE`` filled.
        darkest: its opening: every light one removed.
        scale: pixels of the picture for one of these, 1 or more.
        axis: float32 (1, 4), the weights of red, green and blue in grey, and an offset; None without colour.
    """

    grey: Gray
    lightest: Gray
    darkest: Gray
    scale: float
    axis: NDArray[np.float32] | None

    @property
    def activity(self) -> Gray:
        """The local range of the grey levels: 0 on bare paper, the contrast of the ink in and beside it."""
        return self.lightest - self.darkest

    def in_grey(self, picture: Pixels) -> Gray:
        """Any version of the picture in the same grey: uint8 (H, W)."""
        return picture if self.axis is None else np.asarray(cv2.transform(picture, self.axis), np.uint8)


@dataclass(frozen=True, slots=True)
class Illumination:
    """The illumination of the paper, and the polarity of the ink.

    Attributes:
        ink_is_dark: whether ink is darker than paper.
        level: the grey level of the paper where the light is even, None where it is not.
        surface: by how much the light changes, float (h, w); 0 where it is even.
    """

    ink_is_dark: bool
    level: int | None
    surface: NDArray[np.floating] | float

    def background(self, grey: Gray) -> Gray:
        """Return the background of a grey thumbnail, its ink taken away, uint8 (h, w).

        Beyond the edges there is more paper; where its level isn't one, what lies at the edge goes on.
        """
        operation = cv2.MORPH_CLOSE if self.ink_is_dark else cv2.MORPH_OPEN
        if self.level is not None:
            return close_or_open(grey, operation, _window(grey.shape), self.level)
        window = _window(grey.shape, WIDEST_IN_SHADOW)
        evened = close_or_open(_to_levels(grey - self.surface), operation, window)
        return _to_levels(evened + self.surface)


def shrink(picture: Pixels, side: int) -> tuple[Pixels, float]:
    """Scale a picture down, by area averaging, until its longer side is ``side``; and the factor, 1 or more."""
    height, width = picture.shape[:2]
    scale = max(height, width) / side
    if scale <= 1:
        return picture, 1.0
    size = max(1, round(width / scale)), max(1, round(height / scale))
    return shrink_to(picture, size), scale


def thumbnail(picture: Pixels) -> Thumbnail:
    """Take the coarse view of a picture, uint8 (H, W) or (H, W, 3); at its edges everything goes on as it is."""
    small, scale = shrink(picture, COARSE_SIDE)
    axis = None if small.ndim == 2 else _contrast_axis(small)
    grey = small if axis is None else np.asarray(cv2.transform(small, axis), np.uint8)
    closed, opened = (
        close_or_open(grey, how, _window(grey.shape)) for how in (cv2.MORPH_CLOSE, cv2.MORPH_OPEN)
    )
    return Thumbnail(grey, closed, opened, scale, axis)


def estimate_illumination(view: Thumbnail, ink_is_dark: bool | None = None) -> Illumination:
    """Find polarity by two cues, symmetrical in dark and light: paper holds the border, and ink encloses paper.

    The border is judged by Otsu's two classes (Otsu 1979); where these explain too little of the picture a
    surface of light is taken off first. Where ``ink_is_dark`` is known already, neither is asked.
    """
    share, light = _two_classes(view.grey)
    if share < TWO_LEVELS:
        _, light = _two_classes(_to_levels(view.grey - _surface(view.grey)))
    if ink_is_dark is None:
        ink_is_dark = _ink_is_dark(view, light)
    paper = np.sort(view.lightest if ink_is_dark else view.darkest, axis=None)
    lower, middle, upper = (int(paper[paper.size * percent // 100]) for percent in (20, 50, 80))
    if share >= ONLY_TWO_LEVELS or upper - lower <= EVEN_LIGHT * int(view.activity.max()):
        return Illumination(ink_is_dark, middle, 0.0)
    return Illumination(ink_is_dark, None, _surface(view.grey))


def _ink_is_dark(view: Thumbnail, light: NDArray[np.bool_]) -> bool:
    """Tell if ink is darker than paper, given where the lighter of two classes is."""
    border = np.concatenate([light[0], light[-1], light[1:-1, 0], light[1:-1, -1]])
    dark_ink, light_ink = view.lightest - view.grey, view.grey - view.darkest
    least = max(1, int(max(dark_ink.max(), light_ink.max())) // 2)
    dark_spread, light_spread = _spread(dark_ink >= least), _spread(light_ink >= least)
    enclosing = (dark_spread - light_spread) / (dark_spread + light_spread + 1e-6)
    return bool(2.0 * border.mean() - 1.0 + 2.0 * enclosing >= 0)


def principal_axis(difference: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weights of red, green and blue along which pixels differ most from their surroundings.

    Args:
        difference: of each pixel, (N, 3).

    Returns:
        Absolute values summing to 1, and the offset that keeps results in 0 to 255, float32 (1, 4).
    """
    axis = np.linalg.eigh(difference.T @ difference + 1.0)[1][:, -1]  # + 1: grey where all is flat
    axis *= np.copysign(1.0, axis.sum()) / np.abs(axis).sum()
    return np.array([[*axis, -255.0 * axis[axis < 0].sum()]], np.float32)


def close_or_open(grey: Gray, operation: int, window: tuple[int, int], beyond: int | None = None) -> Gray:
    """Close or open a picture, by grey-level morphology; as the picture, uint8 (h, w).

    Args:
        grey: uint8 (h, w).
        operation: ``cv2.MORPH_CLOSE`` or ``cv2.MORPH_OPEN``.
        window: width and height in pixels, odd, and wider than the strokes.
        beyond: the level that goes on beyond the edges; None for that at the edge.
    """
    pad = window[0]
    how = cv2.BORDER_REPLICATE if beyond is None else cv2.BORDER_CONSTANT
    wide = cv2.copyMakeBorder(grey, pad, pad, pad, pad, how, value=[beyond or 0])
    square = cv2.getStructuringElement(cv2.MORPH_RECT, window)
    return np.asarray(cv2.morphologyEx(wide, operation, square), np.uint8)[pad:-pad, pad:-pad]


def _contrast_axis(small: Pixels) -> NDArray[np.float32]:
    """The colour along which ink and paper differ most, float32 (1, 4).

    It is the first principal component of each pixel's difference from its surroundings, so that slow changes
    of light don't count: red ink on grey paper of the same lightness stands out along it.
    """
    pixels = small.astype(np.float32)
    return principal_axis((pixels - cv2.blur(pixels, _window(small.shape))).reshape(-1, 3))


def _window(shape: tuple[int, ...], widest: float = WIDEST_STROKE) -> tuple[int, int]:
    """A square, of odd side, wider than the widest stroke."""
    side = max(3, int(widest * max(shape[:2])) | 1)
    return side, side


def _two_classes(grey: Gray) -> tuple[float, NDArray[np.bool_]]:
    """Otsu's threshold: the share of the variance it explains, 0 to 1, and where the lighter class is."""
    threshold, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
    light = grey > threshold
    share = float(light.mean())
    if not 0 < share < 1:
        return 1.0, light
    between = share * (1 - share) * (float(grey[light].mean()) - float(grey[~light].mean())) ** 2
    return between / float(grey.var()), light


def _surface(grey: Gray) -> NDArray[np.float64]:
    """The change of light: a quadratic surface fitted to the least absolute difference, which ink can't bend.

    Its middle is 0, so that a picture less its surface stays between 0 and 255 but for rare extremes.
    """
    rows, columns = np.indices(grey.shape).reshape(2, -1) / max(grey.shape) - 0.5
    terms = np.stack([np.ones_like(rows), rows, columns, rows**2, rows * columns, columns**2], axis=1)
    values = grey.reshape(-1).astype(np.float64)
    surface, weights = values, np.ones_like(values)
    for _ in range(4):  # iteratively reweighted least squares
        weighted = terms * weights[:, None]
        surface = terms @ np.linalg.solve(weighted.T @ terms + 1e-6 * np.eye(6), weighted.T @ values)
        weights = 1.0 / (np.abs(values - surface) + 2.0)
    return (surface - np.median(surface)).reshape(grey.shape)


def _to_levels(values: NDArray[np.floating]) -> Gray:
    """The nearest grey levels."""
    return np.rint(values).clip(0, 255).astype(np.uint8)


def _spread(mask: NDArray[np.bool_]) -> float:
    """The root mean square distance of a mask's pixels from their centre."""
    rows, columns = np.nonzero(mask)
    return float(np.sqrt(rows.var() + columns.var())) if rows.size else 0.0
