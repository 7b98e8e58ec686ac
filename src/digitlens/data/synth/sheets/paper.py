"""Paper: its grey and grain, its pattern of rules, and what has marked it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets.canvas import Canvas
from digitlens.data.synth.sheets.chance import Field, among, chance, clouds, evenly, white_noise
from digitlens.data.synth.sheets.config import SheetConfig
from digitlens.data.synth.sheets.signs import arc

__all__ = ["Tint", "pattern", "surface", "worn"]

Tint = NDArray[np.float32]
"""Levels of red, green and blue, or one level of grey, 0 to 1."""


def surface(
    level: Tint, size: tuple[int, int], config: SheetConfig, rng: np.random.Generator, even: bool
) -> Field:
    """Make a sheet of paper.

    Args:
        level: its colour, or its grey.
        size: height and width in pixels.
        config: how much grain and mottle it has.
        rng: where chance comes from.
        even: without either.

    Returns:
        float32 (height, width, channels), 0 to 1 but for a little noise; as many channels as ``level`` has.
    """
    height, width = size
    how = config.paper
    grain, mottle = evenly(rng, how.grain), evenly(rng, how.mottle)
    picture = np.empty((height, width, len(level)), np.float32)
    picture[:] = level
    if even:
        return picture
    texture = grain * white_noise(rng, height, width) + mottle * clouds(rng, height, width, 6)
    picture += texture[..., None]
    return picture


def pattern(
    canvas: Canvas, height: float, config: SheetConfig, rng: np.random.Generator, baseline: float | None
) -> None:
    """Rule the paper, perhaps: lines, squares or dots.

    Args:
        canvas: its layer of rules is drawn on.
        height: of a digit, pixels.
        config: kinds of patterns, their pitch and ink.
        rng: where chance comes from.
        baseline: y of one on which a line of writing stands, in pixels, which rules may keep to; None: there is none.
    """
    how = config.paper
    kind = among(rng, how.kinds)
    pitch = height * evenly(rng, how.rule_pitch)
    pen = evenly(rng, how.rule_pen)
    dark = evenly(rng, (0.6, 1.0) if chance(rng, how.rule_dark) else how.rule_ink)
    start = rng.uniform(0, pitch)
    if baseline is not None and chance(rng, how.on_rules):
        start = (baseline + rng.normal(0, 0.05) * height) % pitch
    room = 0.3 * max(canvas.width, canvas.height)
    reach = -room, canvas.width + room, -room, canvas.height + room
    if kind == "plain":
        return
    if kind != "ruled":
        pitch = max(6.0, pitch / rng.uniform(1, 3))
    rows = np.arange(start - pitch * np.ceil((start + room) / pitch), reach[3], pitch)
    columns = np.arange(-room + rng.uniform(0, pitch), reach[1], pitch)
    level = round(255 * dark)
    if kind == "dotted":
        grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
        canvas.dots(canvas.rules, grid, max(1, round(pen)), level)
        return
    canvas.line(canvas.rules, np.array([[[reach[0], y], [reach[1], y]] for y in rows]), pen, level)
    if kind == "squared":
        canvas.line(canvas.rules, np.array([[[x, reach[2]], [x, reach[3]]] for x in columns]), pen, level)
    if kind == "ruled" and chance(rng, how.margin_rule):
        x = rng.uniform(0, canvas.width)
        canvas.line(canvas.rules, np.array([[x, reach[2]], [x, reach[3]]]), pen, level)


def worn(picture: Field, height: float, config: SheetConfig, rng: np.random.Generator) -> Field:
    """Add creases, stains and faint writing from the back, perhaps.

    Args:
        picture: float32 (H, W, channels), 0 to 1; is changed.
        height: of a digit, pixels.
        config: how likely each is.
        rng: where chance comes from.
    """
    how = config.paper
    high, wide = picture.shape[:2]
    if chance(rng, how.crease):
        picture *= _crease(high, wide, rng)[..., None]
    if chance(rng, how.stain):
        blot = np.clip(clouds(rng, high, wide, 5) - rng.uniform(0.8, 1.6), 0, 1)
        picture *= 1 - rng.uniform(0.05, 0.35) * blot[..., None]
    if chance(rng, how.through):
        picture *= 1 - rng.uniform(0.03, 0.1) * _back(high, wide, height, rng)[..., None]
    return picture


def _crease(high: int, wide: int, rng: np.random.Generator) -> Field:
    """A fold: one side of it a little darker, a fine light line along it."""
    shade = np.ones((high, wide), np.float32)
    ends = rng.uniform(0, 1, (2, 2)) * (wide, high)
    side = np.array([[*ends[0]], [*ends[1]], [wide * 2, high * 2], [wide * 2, -high]], np.int32)
    cv2.fillPoly(shade, [side], float(rng.uniform(0.9, 0.98)))
    cv2.line(shade, side[0].tolist(), side[1].tolist(), float(rng.uniform(0.8, 1.1)), 1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(shade, (0, 0), 1.2), np.float32)


def _back(high: int, wide: int, height: float, rng: np.random.Generator) -> Field:
    """Blurred loops, mirrored: writing that shines through."""
    layer = np.zeros((high, wide), np.float32)
    y = rng.uniform(0, 2 * height)
    while y < high:
        x = rng.uniform(0, 3 * height)
        while x < wide and rng.random() < 0.85:
            half = height * rng.uniform(0.1, 0.4), height * rng.uniform(0.2, 0.5)
            path = arc(x, y, half, rng.uniform(0, 360), rng.uniform(120, 380)).astype(np.int32)
            cv2.polylines(layer, [path], False, 1.0, max(1, round(0.08 * height)))
            x += height * rng.uniform(0.5, 1)
        y += height * rng.uniform(1.3, 2.2)
    return np.asarray(cv2.GaussianBlur(layer, (0, 0), max(0.8, 0.04 * height)), np.float32)
