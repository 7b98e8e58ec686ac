"""The ten digits as strokes, in the forms that schools teach: American, and those of Europe that MNIST hardly has.

A form gives strokes, each the corners of a path from 0 to 1, x to the right and y down, that the pen rounds off;
where a stroke ends and the next begins at the same place, the path has a sharp corner.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["FORMS", "Form", "Stroke"]

Stroke = NDArray[np.float64]
"""Points (N, 2), x before y; at least two."""

Form = Callable[[np.random.Generator], list[Stroke]]
"""A digit as someone may write it: how long, how open, with which additions is left to chance."""


def _strokes(*paths: list[tuple[float, float]]) -> list[Stroke]:
    return [np.array(path, np.float64) for path in paths]


def _ring(top: float, bottom: float, start: float, turn: float, width: float = 1.0) -> Stroke:
    """Part of an oval in the middle, from the angle ``start`` on by ``turn``, in degrees; 0 is up, left comes next."""
    angles = np.deg2rad(start + np.linspace(0, turn, 24))
    middle, half = (top + bottom) / 2, (bottom - top) / 2
    return np.stack([0.5 - width / 2 * np.sin(angles), middle - half * np.cos(angles)], axis=1)


def _zero(rng: np.random.Generator) -> list[Stroke]:
    """An oval, closed, open at the top, or run over; now and then with a slash."""
    oval = _ring(0, 1, rng.uniform(-40, 10), rng.uniform(335, 400))
    slash = _strokes(
        [(rng.uniform(0.75, 1), rng.uniform(0, 0.2)), (rng.uniform(0, 0.25), rng.uniform(0.8, 1))]
    )
    return [oval, *(slash if rng.random() < 0.12 else [])]


def _one(rng: np.random.Generator) -> list[Stroke]:
    """A stem, mostly with an upstroke, up to as long as the stem itself; some stand on a foot."""
    top, flag = (0.3, 0.0), (0.3 - rng.uniform(0.15, 0.75), rng.uniform(0.12, 0.8))
    bend = (0.3 + flag[0]) / 2 + rng.uniform(-0.05, 0.1), flag[1] / 2 + rng.uniform(0, 0.08)
    stem = _strokes([top, (0.3 + rng.normal(0, 0.03), 1.0)])
    flagged = _strokes([flag, bend, top]) if rng.random() < 0.85 else []
    foot = _strokes(
        [(0.3 - rng.uniform(0.15, 0.4), 1.0), (0.3 + rng.uniform(0.15, 0.4), 1 + rng.normal(0, 0.02))]
    )
    return [*flagged, *stem, *(foot if rng.random() < 0.3 else [])]


def _two(rng: np.random.Generator) -> list[Stroke]:
    """A hook and a base: a sharp corner between them, or a loop."""
    hook = [(0.02, rng.uniform(0.15, 0.35)), (0.1, -0.05), (0.85, -0.08), (1.02, 0.32), (0.7, 0.6)]
    end = rng.uniform(0.88, 1.02)
    if rng.random() < 0.6:
        return _strokes([*hook, (0.0, 1.0)], [(0.0, 1.0), (0.5, rng.uniform(0.94, 1.02)), (1.0, end)])
    loop = [(0.3, 1.02), (-0.08, 1.0), (-0.02, rng.uniform(0.7, 0.85)), (0.3, 0.8), (0.6, 1.04), (1.0, end)]
    return _strokes([*hook, *loop])


def _three(rng: np.random.Generator) -> list[Stroke]:
    """Two bows; or a flat top with a corner over one bow."""
    waist, tail = (rng.uniform(0.25, 0.5), rng.uniform(0.38, 0.5)), (0.0, rng.uniform(0.78, 0.95))
    bow = [waist, (0.95, 0.36), (1.12, 0.78), (0.75, 1.05), (0.3, 1.04), tail]
    if rng.random() < 0.3:
        corner = (rng.uniform(0.85, 1), rng.normal(0, 0.02))
        return _strokes([(0.05, 0.0), corner], [corner, waist], bow)
    return _strokes([(0.02, rng.uniform(0.1, 0.25)), (0.25, -0.05), (0.95, -0.06), (0.98, 0.36), waist], bow)


def _four(rng: np.random.Generator) -> list[Stroke]:
    """Open at the top, closed to a point, or a cup with a stem."""
    beam, stem = rng.uniform(0.5, 0.75), rng.uniform(0.6, 0.85)
    foot = (stem + rng.normal(0, 0.05), 1.0)
    corner, end = (0.0, beam), (1.0, beam + rng.normal(0, 0.04))
    kind = rng.random()
    if kind < 0.45:
        start = (rng.uniform(0.25, 0.55), 0.0)
        return _strokes([start, corner], [corner, end], [(stem, rng.uniform(0.15, beam - 0.1)), foot])
    if kind < 0.75:
        return _strokes([(stem, 0.0), corner], [corner, end], [(stem, 0.0), foot])
    cup = [(rng.uniform(0, 0.1), 0.0), (0.0, beam - 0.08), (0.15, beam + 0.05), (stem, beam)]
    return _strokes(cup, [(stem, rng.uniform(0, 0.12)), foot])


def _five(rng: np.random.Generator) -> list[Stroke]:
    """A cap, a neck and a bow; the cap a stroke of its own, that may stand off, or all in one."""
    waist, tail = (rng.uniform(0.05, 0.15), rng.uniform(0.38, 0.5)), (0.0, rng.uniform(0.82, 0.98))
    bow = [waist, (0.5, waist[1] - 0.14), (1.1, 0.48), (1.02, 0.98), (0.4, 1.08), tail]
    neck = (rng.uniform(0.12, 0.25), rng.uniform(0, 0.05))
    gap, end = (
        rng.uniform(0, 0.12) if rng.random() < 0.3 else 0.0,
        (rng.uniform(0.75, 1.1), rng.uniform(-0.06, 0.05)),
    )
    if rng.random() < 0.2:
        return _strokes([end, (0.5, 0.0), (0.0, 0.0), waist, *bow[1:]])
    return _strokes([neck, waist], bow, [(neck[0] + gap, neck[1]), end])


def _six(rng: np.random.Generator) -> list[Stroke]:
    """A stem, straight or bent, that closes its loop, or leaves it open."""
    start = (rng.uniform(0.45, 0.95), 0.0)
    bend = (rng.uniform(0.1, 0.4), rng.uniform(0.15, 0.35))
    end = [(0.5, 0.42), (0.2, rng.uniform(0.5, 0.62)), (0.06, rng.uniform(0.65, 0.8))]
    open_end = end[: 3 if rng.random() < 0.7 else int(rng.integers(1, 3))]
    return _strokes([start, bend, (-0.02, 0.6), (0.0, 1.02), (0.6, 1.1), (1.08, 0.8), (0.9, 0.42), *open_end])


def _seven(rng: np.random.Generator) -> list[Stroke]:
    """A cap and a stem, most of them crossed; some caps hang down at their start, some are a wave."""
    corner = (rng.uniform(0.85, 1), rng.uniform(-0.04, 0.05))
    hook = (
        _strokes([(rng.uniform(-0.03, 0.08), rng.uniform(0.1, 0.28)), (0.03, 0.02)])
        if rng.random() < 0.35
        else []
    )
    wave = [(0.3, rng.uniform(-0.1, 0.02)), (0.65, rng.uniform(0, 0.12))] if rng.random() < 0.4 else []
    foot = (rng.uniform(0.2, 0.55), 1.0)
    bend = ((corner[0] + foot[0]) / 2 - rng.uniform(0, 0.15), 0.5)
    middle, reach = (corner[0] + foot[0]) / 2 - 0.05, rng.uniform(0.18, 0.38)
    height, rise = rng.uniform(0.4, 0.6), rng.normal(0, 0.05)
    bar = _strokes([(middle - reach, height + rise), (middle + reach * rng.uniform(0.6, 1.1), height - rise)])
    crossed = bar if rng.random() < 0.75 else []
    return [*hook, *_strokes([(0.03, 0.02), *wave, corner], [corner, bend, foot]), *crossed]


def _eight(rng: np.random.Generator) -> list[Stroke]:
    """One line that crosses itself, from the upper right; or one ring on another."""
    waist = rng.uniform(0.4, 0.52)
    if rng.random() < 0.3:
        small = rng.uniform(0.65, 0.95)
        return [
            _ring(0, waist, rng.uniform(0, 360), 365, small),
            _ring(waist, 1, rng.uniform(-30, 30), 365),
        ]
    start = (rng.uniform(0.75, 0.95), rng.uniform(0.05, 0.2))
    down = [start, (0.5, -0.1), (-0.1, 0.0), (0.05, waist - 0.12), (0.5, waist), (1.1, waist + 0.12)]
    up = [(1.02, 1.08), (0.0, 1.08), (-0.1, waist + 0.15), (0.5, waist), (0.95, waist - 0.15)]
    return _strokes([*down, *up, (start[0] + rng.normal(0, 0.06), start[1] + rng.uniform(-0.03, 0.06))])


def _nine(rng: np.random.Generator) -> list[Stroke]:
    """A ring, closed or open, and a leg, straight or bent to the left."""
    low = rng.uniform(0.42, 0.58)
    ring = _ring(0, low, rng.uniform(-85, -55), rng.uniform(290, 355))
    top = (rng.uniform(0.9, 1), rng.uniform(0.02, low / 2))
    if rng.random() < 0.5:
        return [ring, *_strokes([top, (rng.uniform(0.7, 1), 1.0)])]
    tail = [(0.98, 0.8), (0.75, 1.06), (rng.uniform(0.05, 0.4), rng.uniform(0.85, 1.02))]
    return [ring, *_strokes([top, *tail])]


FORMS: tuple[Form, ...] = (_zero, _one, _two, _three, _four, _five, _six, _seven, _eight, _nine)
"""One for each digit, in their order."""

WIDTHS = (0.7, 0.6, 0.65, 0.6, 0.7, 0.65, 0.6, 0.65, 0.6, 0.6)
"""The usual width of each, in heights."""
