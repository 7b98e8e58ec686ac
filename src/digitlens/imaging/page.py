"""The ink of a page: strokes of any width on paper in any light, at a scale at which they can be followed.

`digitlens.imaging.ink` looks for the one glyph that a picture holds; here nothing is known of how many glyphs
there are, how large they are, or where.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.imaging.paper import shrink
from digitlens.imaging.rules import rules
from digitlens.types import Box, Gray, Pixels

__all__ = ["PageInk", "as_page", "find_page_ink", "turn"]

WORK_SIDE = 1400  # pixels of the longer side at which strokes are followed
SMALL_SIDE = 120  # shorter sides below this are enlarged, fourfold at most, so that strokes are pixels wide
COARSE_SIDE = 512  # pixels of the longer side at which polarity and the pen are judged
LUMA = np.array([[0.299, 0.587, 0.114, 0.0]], np.float32)
CHROMA_GAIN = (
    1.6  # by which a colour must beat lightness: cameras and JPEG blur colour, and give it more noise
)
WIDEST_STROKE = 0.3  # of the shorter side
INK_SHARE = 0.42  # of the ink's level around it, from which a pixel is ink
FAINTEST = 7  # levels of 255 by which ink must differ from its paper
DARKEST_PAPER = (
    0.35  # of the page's usual brightness: what lies darker is no longer thought to be paper in shadow
)
RULE_GAIN = 1.5  # by which ink on a rule must beat the rule
RULE_REST = 0.3  # of a rule's darkness: what is left of one counts as noise
PAPER_WINDOW = 31  # pixels across which paper is much the same
TILE = 0.1  # of the longer side: the noise of paper is judged in tiles of this side
TILE_STROKES = 12  # ... but no fewer strokes wide, so that there is paper in each

Matrix = NDArray[np.float64]
"""An affine map, (2, 3), from columns and rows to columns and rows."""

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PageInk:
    """A page at the scale at which it is read, and its ink.

    Attributes:
        grey: the page in grey, ink dark, uint8 (h, w).
        soft: how much of the paper's light each pixel takes, 0 to 255, uint8 (h, w).
        noise: the level that paper's own noise hardly reaches, at least ``FAINTEST``, float32 (h, w).
        mask: 1 where there is ink, uint8 (h, w); all 0 on blank paper.
        stroke: the usual width of a stroke in these pixels.
        dark: whether ink is darker than paper in the picture.
        certainty: how clear that is, 0 (a guess) to 1.
        to_picture: from these pixels to the picture's.
        size: width and height of the picture.
    """

    grey: Gray
    soft: Gray
    noise: Levels
    mask: Gray
    stroke: float
    dark: bool
    certainty: float
    to_picture: Matrix
    size: tuple[int, int]

    def in_picture(self, x: int, y: int, w: int, h: int) -> Box:
        """The smallest upright box of the picture that holds a box of these pixels."""
        corners = np.array([[x, y, 1], [x + w, y, 1], [x, y + h, 1], [x + w, y + h, 1]]) @ self.to_picture.T
        left, top = np.rint(corners.min(axis=0)).clip(0).astype(int).tolist()
        right, bottom = np.minimum(np.rint(corners.max(axis=0)), self.size).astype(int).tolist()
        return Box(left, top, max(1, right - left), max(1, bottom - top))


def as_page(picture: Pixels) -> tuple[Gray, Matrix]:
    """A picture in grey at the scale at which it is read, and the map back to the picture's pixels.

    Args:
        picture: upright, uint8 (H, W) grey or (H, W, 3) RGB.
    """
    height, width = picture.shape[:2]
    page, scale = shrink(picture, WORK_SIDE)
    if (shorter := min(height, width)) < SMALL_SIDE and scale == 1:
        scale = max(0.25, shorter / SMALL_SIDE)
        size = round(width / scale), round(height / scale)
        page = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    if page.ndim == 3:
        page = np.asarray(cv2.transform(page, _contrast_axis(shrink(page, COARSE_SIDE)[0])), np.uint8)
    across, down = width / page.shape[1], height / page.shape[0]
    return page, np.array([[across, 0.0, 0.0], [0.0, down, 0.0]])


def turn(grey: Gray, to_picture: Matrix, degrees: float) -> tuple[Gray, Matrix]:
    """Turn a page clockwise; what comes in at the corners goes on as the edge was."""
    height, width = grey.shape
    angle = np.deg2rad(degrees)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    wide, high = (round(abs(a * width) + abs(b * height)) for a, b in ((cos, sin), (sin, cos)))
    turning = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    middle, new_middle = np.eye(3), np.eye(3)
    middle[:2, 2] = -(width - 1) / 2, -(height - 1) / 2
    new_middle[:2, 2] = (wide - 1) / 2, (high - 1) / 2
    there = new_middle @ turning @ middle
    turned = cv2.warpAffine(
        grey, there[:2], (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    half = np.array(
        [[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]]
    )  # OpenCV counts from the middle of pixels
    return np.asarray(turned, np.uint8), to_picture @ half @ np.linalg.inv(there) @ np.linalg.inv(half)


def find_page_ink(
    grey: Gray, to_picture: Matrix, size: tuple[int, int], ink_is_dark: bool | None = None
) -> PageInk:
    """Find the ink of a page.

    Paper is what a closing wider than the strokes leaves (a black-hat transform: Serra 1982); a pixel is ink where
    it takes enough light compared with the ink around it and with the noise of the paper there, so that a faint
    pencil and a marker can stand on one page, in light and in shadow.

    Args:
        grey: the page, from `as_page` or `turn`.
        to_picture: the map that came with it.
        size: width and height of the picture.
        ink_is_dark: whether ink is darker than paper, None to find out.
    """
    coarse, scale = shrink(grey, COARSE_SIDE)
    dark_pen, light_pen = _pen(coarse)
    share = _share_of_paper(coarse, max(dark_pen, light_pen))
    if ink_is_dark is None:
        ink_is_dark = share >= 0.5
    if not ink_is_dark:
        grey = 255 - grey
    stroke = max(1.5, (dark_pen if ink_is_dark else light_pen) * scale / 1.5)
    stroke = _Inked.of(_taken_light(grey, stroke), stroke).stroke(stroke)
    ink = _Inked.of(_taken_light(grey, stroke), stroke)
    stroke = ink.stroke(stroke)
    ink = _without_rules(ink, stroke)
    certainty = 2 * abs(share - 0.5)
    return PageInk(grey, ink.soft, ink.noise, ink.mask, stroke, ink_is_dark, certainty, to_picture, size)


@dataclass(frozen=True, slots=True)
class _Inked:
    """How much of the light each pixel takes, as it is and smoothed, and which pixels take enough to be ink."""

    soft: Gray
    smooth: Gray
    noise: Levels
    mask: Gray

    @classmethod
    def of(cls, soft: Gray, stroke: float) -> "_Inked":
        smooth, around = _surroundings(soft, stroke)
        noise = _noise(smooth, around, stroke)
        least = np.maximum(INK_SHARE * around.astype(np.float32), noise)
        return cls(soft, smooth, noise, (smooth > least).astype(np.uint8))

    def stroke(self, thought: float) -> float:
        """The usual width of a stroke, not far from what it was thought to be."""
        if not self.mask.any():
            return thought
        return max(1.5, float(np.clip(_stroke_width(self.mask), 0.5 * thought, 1.5 * thought)))


def _without_rules(ink: _Inked, stroke: float) -> _Inked:
    """Take the rules off the ink; strokes that cross them are mended from what stands on both sides."""
    level, upright = rules(ink.smooth, ink.mask, stroke)
    if level is None and upright is None:
        return ink
    paper, soft = _paper_level(ink, level, upright), ink.soft
    for ruled in (level, upright):
        if ruled is not None:
            stronger = soft > RULE_GAIN * ruled.astype(np.float32) + FAINTEST
            soft = np.where(ruled == 0, soft, np.where(stronger, cv2.subtract(soft, ruled), paper))
    left = _Inked.of(soft, stroke)
    gap, mended = 2 * int(1.5 * stroke + 2) + 1, left.mask
    for ruled, across in ((level, (gap, 1)), (upright, (1, gap))):
        if ruled is not None:
            closed = cv2.morphologyEx(mended, cv2.MORPH_CLOSE, np.ones(across, np.uint8))
            mended = np.asarray(closed, np.uint8)
    mended = mended & ink.mask | left.mask
    dark = max(float(np.median(ruled[ruled > 0])) for ruled in (level, upright) if ruled is not None)
    return replace(
        left,
        soft=np.where(mended > left.mask, ink.soft, soft),
        noise=np.maximum(left.noise, RULE_REST * dark),
        mask=mended,
    )


def _paper_level(ink: _Inked, *rules: Gray | None) -> Gray:
    """What bare paper around each pixel has, noise and all: rules are not replaced by something cleaner."""
    bare = ink.mask == 0
    for ruled in rules:
        bare &= True if ruled is None else ruled == 0
    weight = bare.astype(np.float32)
    total, count = (cv2.blur(of, (PAPER_WINDOW, PAPER_WINDOW)) for of in (ink.soft * weight, weight))
    return (total / np.maximum(count, 1e-3)).clip(0, 255).astype(np.uint8)


def _contrast_axis(page: Pixels) -> NDArray[np.float32]:
    """The weights of red, green and blue, (1, 4) with an offset, along which ink and paper differ most.

    Lightness, unless the first principal component of the differences from the surroundings beats it clearly.
    """
    pixels = page.astype(np.float32)
    side = _odd(0.15 * max(page.shape[:2]))
    difference = (pixels - cv2.blur(pixels, (side, side))).reshape(-1, 3)
    axis = np.linalg.eigh(difference.T @ difference + 1.0)[1][:, -1]
    axis *= np.copysign(1.0, axis.sum()) / np.abs(axis).sum()
    if (difference @ axis).std() < CHROMA_GAIN * (difference @ LUMA[0, :3]).std():
        return LUMA
    offset = -255.0 * axis[axis < 0].sum()  # keeps results in 0 .. 255
    return np.array([[*axis, offset]], np.float32)


def _pen(coarse: Gray) -> tuple[int, int]:
    """The widest stroke of dark, and of light, ink: the window at which what closes has all but grown up.

    A shadow's edge is soft: it counts for no more than the steepest step near it.
    """
    smooth = np.asarray(cv2.GaussianBlur(coarse, (0, 0), 0.7), np.uint8)
    steps = cv2.morphologyEx(smooth, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    windows = [5]
    while windows[-1] * 1.4 < WIDEST_STROKE * min(coarse.shape):
        windows.append(_odd(1.4 * windows[-1]))
    steepest = [cv2.dilate(steps, np.ones((side, side), np.uint8)).clip(0, 127) * 2 for side in windows]
    pens, most = [], max(1, coarse.size // 64)
    for operation in (cv2.MORPH_CLOSE, cv2.MORPH_OPEN):
        grown = []
        for side, step in zip(windows, steepest, strict=True):
            found = np.minimum(cv2.absdiff(_without_strokes(smooth, side, operation), smooth), step)
            clearest = np.partition(found, -most, axis=None)[-most:]
            grown.append(float(np.square(clearest, dtype=np.float64).mean()))
        pens.append(windows[int(np.argmax(np.array(grown) >= 0.5 * max(grown)))])
    return pens[0], pens[1]


def _share_of_paper(coarse: Gray, pen: int) -> float:
    """From 0 to 1, how far paper seems to be the lighter side.

    Where there is ink, most pixels are paper; and so are most at the border.
    """
    shares = []
    for side in (_odd(2 * pen), _odd(min(coarse.shape) / 2)):
        light, dark = (
            _without_strokes(coarse, side, how).astype(np.float64)
            for how in (cv2.MORPH_CLOSE, cv2.MORPH_OPEN)
        )
        apart = light - dark
        weight = np.square(apart) * (apart > 0.35 * apart.max()) + 1e-9
        shares.append(float(((coarse - dark) / np.maximum(apart, 1) * weight).sum() / weight.sum()))
    light_level, dark_level = (
        float((light * weight).sum() / weight.sum()),
        float((dark * weight).sum() / weight.sum()),
    )
    border = np.concatenate([coarse[0], coarse[-1], coarse[:, 0], coarse[:, -1]]).astype(np.float64)
    shares.append(float(((border - dark_level) / max(1.0, light_level - dark_level)).clip(0, 1).mean()))
    return float(np.dot(shares, (0.2, 0.25, 0.55)))


def _taken_light(grey: Gray, stroke: float) -> Gray:
    """The share of the paper's light that each pixel takes, 0 to 255."""
    window = max(9.0, 4 * stroke)
    small, scale = shrink(grey, COARSE_SIDE)
    small = cv2.blur(small, (3, 3)) if scale == 1 else small
    side = _odd(window / scale)
    paper = cv2.blur(_without_strokes(np.asarray(small, np.uint8), side), (_odd(side / 2),) * 2)
    paper = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    lit = max(1.0, DARKEST_PAPER * float(np.median(paper)))
    taken = cv2.divide(cv2.subtract(paper, grey), np.maximum(paper, lit).astype(np.uint8), scale=255.0)
    return np.asarray(taken, np.uint8)


def _surroundings(soft: Gray, stroke: float) -> tuple[Gray, Gray]:
    """The smoothed ink, and the level of the ink around each pixel."""
    smooth = np.asarray(cv2.GaussianBlur(soft, (0, 0), max(0.6, stroke / 6)), np.uint8)
    side = _odd(3 * stroke)
    around = cv2.blur(cv2.dilate(smooth, np.ones((side, side), np.uint8)), (_odd(2 * side),) * 2)
    return smooth, np.asarray(around, np.uint8)


def _noise(smooth: Gray, around: Gray, stroke: float) -> Levels:
    """The level that paper's own noise hardly reaches, tile by tile: 2.7 standard deviations above its middle.

    It is told from what is no darker than half of the darkest, which is paper where there is ink; and from the palest
    third, which is paper even where there is nothing but noise, or much ink.
    """
    height, width = smooth.shape
    tile = max(TILE * max(height, width), TILE_STROKES * stroke)
    rows, columns = (
        np.linspace(0, side, max(1, round(side / tile)) + 1).astype(int) for side in (height, width)
    )
    levels = np.zeros((len(rows) - 1, len(columns) - 1), np.float32)
    for i, j in np.ndindex(levels.shape):
        part = np.s_[rows[i] : rows[i + 1] : 2, columns[j] : columns[j + 1] : 2]
        pale = smooth[part][smooth[part] <= around[part].max() // 2]
        middle, upper = np.percentile(pale, (50, 75)) if pale.size else (0.0, 0.0)
        lower, third = np.percentile(smooth[part], (10, 35))
        levels[i, j] = max(middle + 4 * max(upper - middle, 0.5), third + 3 * (third - lower))
    if min(levels.shape) >= 3:
        levels = cv2.medianBlur(levels, 3)
    return np.maximum(cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR), FAINTEST)


def _stroke_width(mask: Gray) -> float:
    """Twice the median distance from the ridge of strokes to their edge."""
    away = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    ridge = (away > 0) & (away >= cv2.dilate(away, np.ones((3, 3), np.uint8)) - 1e-3)
    return 2.0 * float(np.median(away[ridge]))


def _without_strokes(grey: Gray, side: int, operation: int = cv2.MORPH_CLOSE) -> Gray:
    """Close or open by a square of an odd side; beyond the edges what is at the edge goes on."""
    wide = cv2.copyMakeBorder(grey, side, side, side, side, cv2.BORDER_REPLICATE)
    done = cv2.morphologyEx(wide, operation, np.ones((side, side), np.uint8))
    return np.asarray(done, np.uint8)[side:-side, side:-side]


def _odd(side: float) -> int:
    """The next odd side of a window, 3 at least."""
    return max(3, int(side) | 1)
