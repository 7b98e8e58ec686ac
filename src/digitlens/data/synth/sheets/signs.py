"""Signs and other drawings as strokes, in heights of a digit: x to the right, y down from the baseline.

A form draws its strokes anew each time: lengths, bends and places are left to chance, as a hand leaves them.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["DRAWINGS", "DRAWN_SIGNS", "SIGN_FORMS", "Stroke", "arc"]

DRAWN_SIGNS = ("+", "-", "×", "÷", "=", "(", ")", ".", ",", "/", ":", "%", "$", "€", "£")
"""Labels of the signs; ``x`` is the cross of multiplication."""

Stroke = NDArray[np.float64]
"""Points (N, 2), x before y; one point is a dot."""

Form = Callable[[np.random.Generator], list[Stroke]]


def arc(x: float, y: float, half: tuple[float, float], start: float, turn: float) -> Stroke:
    """Trace part of an oval; lengths are in any one unit, y goes down, and the angle 0 is right, 90 down.

    Args:
        x: of its middle.
        y: of its middle.
        half: half its width and half its height.
        start: degrees where it begins.
        turn: degrees that it goes on, clockwise where above 0.
    """
    angles = np.deg2rad(start + np.linspace(0, turn, max(8, int(abs(turn) / 18))))
    return np.stack([x + half[0] * np.cos(angles), y + half[1] * np.sin(angles)], axis=1)


def _path(*points: tuple[float, float]) -> Stroke:
    return np.array(points, np.float64)


def _bar(rng: np.random.Generator, y: float, length: float) -> Stroke:
    """A stroke to the right, hardly bent."""
    rise, bend = rng.normal(0, 0.05, 2) * length
    return _path((0, y + rise), (length / 2, y + bend), (length, y - rise))


def _dot(rng: np.random.Generator, x: float, y: float) -> Stroke:
    """A point, or so short a stroke that it stands for one."""
    if rng.random() < 0.5:
        return _path((x, y))
    return _path((x, y), (x + rng.normal(0, 0.04), y + rng.uniform(-0.02, 0.05)))


def _plus(rng: np.random.Generator) -> list[Stroke]:
    half, middle = rng.uniform(0.17, 0.36), -rng.uniform(0.36, 0.52)
    high = half * rng.uniform(0.8, 1.3)
    shift, lean = rng.normal(0, 0.08) * half, rng.normal(0.05, 0.1) * half
    stem = _path((half + shift + lean, middle - high), (half + shift - lean, middle + high))
    return [_bar(rng, middle, 2 * half), stem]


def _minus(rng: np.random.Generator) -> list[Stroke]:
    return [_bar(rng, -rng.uniform(0.35, 0.55), rng.uniform(0.25, 0.75))]


def _times(rng: np.random.Generator) -> list[Stroke]:
    half, middle = rng.uniform(0.15, 0.33), -rng.uniform(0.26, 0.48)
    tall = half * rng.uniform(0.85, 1.3)
    ends = np.array([[-half, -tall], [half, tall], [half, -tall], [-half, tall]]) + rng.normal(
        0, 0.03, (4, 2)
    )
    ends += [half, middle]
    return [ends[:2], ends[2:]]


def _divided(rng: np.random.Generator) -> list[Stroke]:
    half, middle, off = rng.uniform(0.2, 0.38), -rng.uniform(0.38, 0.52), rng.uniform(0.17, 0.28)
    dots = [_dot(rng, half + rng.normal(0, 0.04), middle + side * off) for side in (-1, 1)]
    return [_bar(rng, middle, 2 * half), *dots]


def _equals(rng: np.random.Generator) -> list[Stroke]:
    length, middle, off = rng.uniform(0.35, 0.75), -rng.uniform(0.35, 0.5), rng.uniform(0.08, 0.16)
    return [_bar(rng, middle - off, length), _bar(rng, middle + off, length * rng.uniform(0.85, 1.15))]


def _bracket(rng: np.random.Generator, side: int) -> list[Stroke]:
    tall, wide = rng.uniform(0.5, 0.72), rng.uniform(0.08, 0.26)
    reach = rng.uniform(60, 85)
    return [arc(0, -0.47, (side * wide / (1 - np.cos(np.deg2rad(reach))), tall), -reach, 2 * reach)]


def _point(rng: np.random.Generator) -> list[Stroke]:
    y = -rng.uniform(0, 0.06)
    if rng.random() < 0.12:
        return [arc(0, y, (0.04, 0.04), 0, 360)]
    return [_dot(rng, 0, y)]


def _comma(rng: np.random.Generator) -> list[Stroke]:
    top, tail = -rng.uniform(0, 0.12), rng.uniform(0.08, 0.26)
    return [_path((0, top), (rng.uniform(-0.02, 0.04), (top + tail) / 2), (-rng.uniform(0.02, 0.14), tail))]


def _slash(rng: np.random.Generator) -> list[Stroke]:
    low, high, run = rng.uniform(-0.05, 0.35), -rng.uniform(0.95, 1.8), rng.uniform(0.12, 0.6)
    return [_path((0, low), (run / 2 + rng.normal(0, 0.02), (low + high) / 2), (run, high))]


def _colon(rng: np.random.Generator) -> list[Stroke]:
    low, apart = -rng.uniform(0.05, 0.2), rng.uniform(0.28, 0.5)
    return [_dot(rng, 0, low), _dot(rng, rng.normal(0.02, 0.03), low - apart)]


def _percent(rng: np.random.Generator) -> list[Stroke]:
    ring = rng.uniform(0.09, 0.16)
    run = rng.uniform(0.4, 0.65)
    rings = [
        arc(x, y, (ring, ring * 1.15), rng.uniform(0, 360), 370) for x, y in ((0.1, -0.78), (run, -0.17))
    ]
    return [*rings, _path((0.08, 0.03), (run, -0.98))]


def _dollar(rng: np.random.Generator) -> list[Stroke]:
    wide = rng.uniform(0.4, 0.55)
    curve = [(wide, -0.78), (0.6 * wide, -1.0), (0.0, -0.85), (0.1 * wide, -0.55), (0.9 * wide, -0.42)]
    curve += [(wide, -0.1), (0.5 * wide, 0.05), (0.0, -0.15)]
    bars = [wide / 2] if rng.random() < 0.7 else [0.4 * wide, 0.62 * wide]
    return [_path(*curve), *(_path((x + 0.03, -1.15), (x, 0.18)) for x in bars)]


def _euro(rng: np.random.Generator) -> list[Stroke]:
    bars = [_path((-0.08, -0.5 + off), (0.38, -0.52 + off)) for off in (-0.09, 0.09)]
    return [arc(0.38, -0.5, (0.33, 0.5), -rng.uniform(35, 60), -rng.uniform(240, 290)), *bars]


def _pound(rng: np.random.Generator) -> list[Stroke]:
    hook = [(0.55, -0.75), (0.42, -1.02), (0.16, -0.9), (0.22, -0.45), (0.16, -0.1), (0.0, 0.0)]
    foot = _path((0.0, -0.03), (0.2, -0.08), (0.4, 0.02), (0.6, -rng.uniform(0.02, 0.15)))
    return [_path(*hook), foot, _path((0.02, -0.45), (0.42, -0.47))]


SIGN_FORMS: Mapping[str, Form] = {
    "+": _plus,
    "-": _minus,
    "×": _times,
    "÷": _divided,
    "=": _equals,
    "(": lambda rng: _bracket(rng, -1),
    ")": lambda rng: _bracket(rng, 1),
    ".": _point,
    ",": _comma,
    "/": _slash,
    ":": _colon,
    "%": _percent,
    "$": _dollar,
    "€": _euro,
    "£": _pound,
}
"""The form of each sign."""


def _curly_x(rng: np.random.Generator) -> list[Stroke]:
    """The letter x in two bows, back to back."""
    bow = rng.uniform(0.14, 0.22)
    return [arc(0, -0.35, (bow, 0.33), -110, 200), arc(2 * bow + 0.02, -0.35, (bow, 0.33), -70, -200)]


def _barred_z(rng: np.random.Generator) -> list[Stroke]:
    wide = rng.uniform(0.4, 0.6)
    zig = _path((0, -0.62), (wide, -0.65))
    return [zig, _path((wide, -0.65), (0, 0)), _path((0, 0), (wide, -0.03)), _bar(rng, -0.32, wide)]


def _arrow(rng: np.random.Generator) -> list[Stroke]:
    length, y = rng.uniform(0.8, 2), -rng.uniform(0.3, 0.6)
    head = _path((length - 0.25, y - 0.18), (length, y), (length - 0.25, y + 0.18))
    return [_path((0, y), (length, y)), head]


def _tick(rng: np.random.Generator) -> list[Stroke]:
    return [_path((0, -rng.uniform(0.3, 0.5)), (0.2, 0.0)), _path((0.2, 0.0), (rng.uniform(0.6, 0.9), -1.0))]


def _hook(rng: np.random.Generator) -> list[Stroke]:
    """A square bracket, or the corner of one."""
    run = rng.uniform(0.15, 0.3)
    corners = _path((run, -1.15), (0, -1.15)), _path((0, -1.15), (0, 0.2)), _path((0, 0.2), (run, 0.2))
    return list(corners[: 3 if rng.random() < 0.7 else 2])


def _brace(rng: np.random.Generator) -> list[Stroke]:
    run = rng.uniform(0.1, 0.2)
    upper = [(2 * run, -1.2), (run, -1.1), (run, -0.6), (0, -0.5)]
    return [_path(*upper, (run, -0.4), (run, 0.1), (2 * run, 0.2))]


def _scribble(rng: np.random.Generator) -> list[Stroke]:
    wide, count = rng.uniform(0.6, 1.6), int(rng.integers(8, 22))
    return [np.stack([rng.uniform(0, wide, count), -rng.uniform(0, 1, count)], axis=1)]


def _root(rng: np.random.Generator) -> list[Stroke]:
    return [_path((0, -0.4), (0.15, 0), (0.4, -1.15)), _path((0.4, -1.15), (rng.uniform(0.9, 1.6), -1.18))]


DRAWINGS: Mapping[str, Form] = {
    "curly x": _curly_x,
    "barred z": _barred_z,
    "arrow": _arrow,
    "tick": _tick,
    "hook": _hook,
    "brace": _brace,
    "scribble": _scribble,
    "root": _root,
}
"""Drawings beside figures that are no signs."""
