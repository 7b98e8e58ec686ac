"""The harm that light, lenses, sensors, paper and print do to the picture of a glyph.

Every function takes a picture, float32 (H, W), 0 black paper to 1 white ink, which is not changed, a severity, 0
hardly any to 1 as bad as it gets, and a generator, where chance comes from. It gives a picture of that size and
range. Lengths are in pixels of 1/28 of the longer side, so that any size will do; a bound, such as up to 13 pixels,
is reached at severity 1.

Many kinds are those of Mu and Gilmer, MNIST-C: A Robustness Benchmark for Computer Vision, 2019,
written anew.
"""

import cv2
import numpy as np

from digitlens.data.synth.shapes import Picture, unit

__all__ = [
    "bleed",
    "blur",
    "brightness",
    "contrast",
    "dotted",
    "faded",
    "fax",
    "fog",
    "glare",
    "glass",
    "impulse",
    "motion",
    "ruled",
    "shot",
    "spatter",
    "stain",
    "stripes",
    "zigzag",
]


def blur(picture: Picture, severity: float, _: np.random.Generator) -> Picture:
    """Out of focus: blurred by a normal distribution, up to 2.5 pixels its standard deviation."""
    return _blurred(picture, 2.5 * severity * unit(picture))


def motion(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """A camera that moves along a line of up to 13 pixels."""
    length = 13 * severity * unit(picture)
    side = 2 * int(np.ceil(length / 2)) + 1
    angle, middle = rng.uniform(0, np.pi), side // 2
    reach = length / 2 * np.array([np.cos(angle), np.sin(angle)])
    kernel = np.zeros((side, side), np.float32)
    first, last = (np.rint(middle + sign * reach).astype(int).tolist() for sign in (-1, 1))
    cv2.line(kernel, first, last, 1.0, 1)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)


def glass(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Seen through rippled glass: every pixel comes from up to 3 pixels away, across and down."""
    rows, columns = np.indices(picture.shape, dtype=np.float32)
    away = rng.uniform(-1, 1, (2, *picture.shape)).astype(np.float32) * (3 * severity * unit(picture))
    moved = cv2.remap(picture, columns + away[0], rows + away[1], cv2.INTER_LINEAR)
    return _blurred(np.asarray(moved, np.float32), 0.6 * severity * unit(picture))


def shot(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Few photons: full light gives from a thousand down to two a pixel, dark up to 0.04 of that."""
    photons = 1000 ** (1 - severity) * 2**severity
    dark = 0.04 * severity
    return _clipped(rng.poisson((picture + dark) * photons) / photons)


def impulse(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Up to two fifths of the pixels are black or white, whatever was there."""
    draw = rng.random(picture.shape)
    hit = draw < 0.4 * severity
    return np.where(hit, (draw < 0.2 * severity).astype(np.float32), picture)


def contrast(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """As little as a tenth of the contrast, about any grey: black and white come nearer each other."""
    left = 1 - 0.9 * severity
    return (picture * left + rng.uniform(0, 1 - left)).astype(np.float32)


def fax(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Greys driven to black or white about any level: a fax, a photocopy, a scan in two colours."""
    steepness = 1 / (1 - 0.99 * severity)
    return _clipped((picture - rng.uniform(0.25, 0.75)) * steepness + 0.5)


def fog(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Clouds of all sizes (summed octaves of noise) over the picture."""
    octaves = [_noise(picture, rng, 2**k) for k in range(1, 6)]
    clouds = sum(octave * 0.6**k for k, octave in enumerate(octaves))
    clouds = (clouds - np.min(clouds)) / (np.max(clouds) - np.min(clouds) + 1e-6)
    thick = 1.2 * severity
    return _clipped((picture + thick * clouds) / (1 + 0.5 * thick))


def glare(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """A lamp's reflection: a soft white spot, up to 1.1 of full light, that outshines what lies below."""
    rows, columns = np.indices(picture.shape, dtype=np.float32) / max(picture.shape)
    y, x = rng.uniform(0.1, 0.9, 2)
    width = rng.uniform(0.15, 0.4)
    spot = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * width**2))
    return _clipped(picture + 1.1 * severity * spot)


def brightness(picture: Picture, severity: float, _: np.random.Generator) -> Picture:
    """Overexposed: up to 0.85 of full light added everywhere."""
    return _clipped(picture + 0.85 * severity)


def stripes(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Bands, up to 8 pixels wide, in which light and dark change places: at both sides, or here and there."""
    side = max(picture.shape)
    band = np.zeros(side, np.float32)
    if rng.random() < 0.5:
        margin = max(1, round((1 + 7 * severity) * unit(picture)))
        band[:margin] = band[-margin:] = 1
    else:
        for _ in range(int(rng.integers(1, 5))):
            start, width = rng.uniform(0, side), (0.5 + 3 * severity * rng.random()) * unit(picture)
            band[int(start) : int(start + width) + 1] = 1
    whole = np.broadcast_to(band[: picture.shape[1]], picture.shape)
    across = whole if rng.random() < 0.5 else np.broadcast_to(band[: picture.shape[0], None], picture.shape)
    return np.abs(across * rng.uniform(0.4, 1) - picture).astype(np.float32)


def spatter(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Drops, light or dark, on up to a quarter of the picture."""
    noise = _blurred(
        rng.standard_normal(picture.shape).astype(np.float32), rng.uniform(0.7, 2) * unit(picture)
    )
    drops = noise > np.quantile(noise, 1 - 0.25 * severity)
    level = rng.uniform(0.5, 1) if rng.random() < 0.7 else 0.0
    return np.where(drops, np.float32(level), picture)


def dotted(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """One to four dotted lines of ink across, of dots up to 1.2 pixels in radius."""
    whole = picture.copy()
    for _ in range(1 + round(3 * severity * rng.random())):
        ends = _across(picture, rng)
        count = int(np.linalg.norm(ends[1] - ends[0]) / (rng.uniform(2, 4) * unit(picture)))
        radius = rng.uniform(0.2, 0.4 + 0.8 * severity) * unit(picture)
        for share in np.linspace(0, 1, max(2, count)):
            x, y = ends[0] + share * (ends[1] - ends[0])
            cv2.circle(whole, (round(x), round(y)), int(radius), 1.0, -1)
    return whole


def zigzag(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """One or two lines of ink across that swing to and fro, up to 4 pixels either way."""
    whole = picture.copy()
    for _ in range(1 + round(severity * rng.random())):
        first, last = _across(picture, rng)
        along = last - first
        sideways = np.array([-along[1], along[0]]) / (np.linalg.norm(along) + 1e-6)
        turns = int(rng.integers(4, 16))
        swing = (1 + 3 * severity) * unit(picture) * np.where(np.arange(turns) % 2, 1, -1)
        points = first + np.linspace(0, 1, turns)[:, None] * along + swing[:, None] * sideways
        pen = max(1, round((0.5 + severity * rng.random()) * unit(picture)))
        cv2.polylines(whole, [np.rint(points).astype(np.int32)], False, 1.0, pen)
    return whole


def bleed(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Ink that paper has drunk: strokes run up to 2 pixels into it, here more and there less, with ragged edges."""
    reach = 2 * severity * unit(picture)
    spread = 1.8 * _blurred(picture, reach) - 0.5 * _clouds(picture, rng, 4)
    return _clipped(np.maximum(picture, spread))


def faded(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """Ink that has paled in patches, or a pen that ran dry: down to a tenth of what it was."""
    left = 1 - 0.9 * severity * np.clip(2 * _clouds(picture, rng, 3) - 0.3, 0, 1)
    return _clipped(picture * left)


def ruled(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """The rules of a register: one to three straight lines across, level or upright, up to 2 pixels wide."""
    whole = picture.copy()
    level = rng.random() < 0.7
    height, width = picture.shape if level else picture.shape[::-1]
    pen = max(1, round(2 * severity * unit(picture)))
    ink = float(rng.uniform(0.3, 0.4 + 0.6 * severity))
    for _ in range(int(rng.integers(1, 4))):
        start, rise = rng.uniform(0, height), rng.normal(0, 0.03) * width
        first, last = (0, round(start)), (width - 1, round(start + rise))
        if not level:
            first, last = first[::-1], last[::-1]
        line = np.zeros_like(picture)
        cv2.line(line, first, last, ink, pen)
        whole = np.maximum(whole, line)
    return whole


def stain(picture: Picture, severity: float, rng: np.random.Generator) -> Picture:
    """One to three blots with soft edges, of half the ink's darkness and more, up to 10 pixels wide."""
    rows, columns = np.indices(picture.shape, dtype=np.float32)
    whole = picture
    for _ in range(int(rng.integers(1, 4))):
        y, x = rng.uniform(0, picture.shape[0]), rng.uniform(0, picture.shape[1])
        radius = rng.uniform(1, 1 + 4 * severity) * unit(picture)
        ragged = radius * (0.7 + 0.6 * _clouds(picture, rng, 3))
        inside = np.clip((ragged - np.hypot(rows - y, columns - x)) / unit(picture) + 0.5, 0, 1)
        whole = np.maximum(whole, rng.uniform(0.4, 0.5 + 0.5 * severity) * inside)
    return whole.astype(np.float32)


def _clouds(picture: Picture, rng: np.random.Generator, cells: int) -> Picture:
    """Smooth noise from 0 to 1 with so many cells a side."""
    return _clipped(_noise(picture, rng, cells + 1))


def _noise(picture: Picture, rng: np.random.Generator, knots: int) -> np.ndarray:
    """Smooth noise through so many random knots a side, about 0 to 1, of the picture's size."""
    return cv2.resize(rng.random((knots, knots)), picture.shape[::-1], interpolation=cv2.INTER_CUBIC)


def _across(picture: Picture, rng: np.random.Generator) -> np.ndarray:
    """Two points on opposite edges, (2, 2) as x, y."""
    height, width = picture.shape
    level = np.array([[0, rng.uniform(0.1, 0.9) * height], [width - 1, rng.uniform(0.1, 0.9) * height]])
    upright = np.array([[rng.uniform(0.1, 0.9) * width, 0], [rng.uniform(0.1, 0.9) * width, height - 1]])
    return level if rng.random() < 0.6 else upright


def _blurred(picture: Picture, sigma: float) -> Picture:
    if sigma < 0.1:
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)


def _clipped(picture: np.ndarray) -> Picture:
    return np.clip(picture, 0, 1).astype(np.float32)
