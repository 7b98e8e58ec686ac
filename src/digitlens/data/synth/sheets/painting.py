"""Turns the layers of a sheet into a picture: paper, rules, ink, and all that lies on and around them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets import optics, paper, scene
from digitlens.data.synth.sheets.chance import Field, chance, clouds, evenly, white_noise
from digitlens.data.synth.sheets.config import SheetConfig
from digitlens.data.synth.sheets.scene import Palette
from digitlens.data.synth.sheets.scribe import Mark, Scribe
from digitlens.data.synth.sheets.signs import arc
from digitlens.data.synth.sheets.writers import Writer

__all__ = ["paint"]


def paint(
    scribe: Scribe, writer: Writer, around: scene.Surroundings, colour: bool, plain: bool
) -> tuple[Field, optics.Exposure]:
    """Paint paper, rules, ink and all that lies on and around them, and tell what that allows a camera.

    Args:
        scribe: has written; its layers are painted, by its distribution and chance.
        writer: the thinner its strokes, the more ink and paper differ.
        around: the sheet's surroundings.
        colour: three channels, else grey.
        plain: on even paper and in even light, without clutter, stamps and fingers.

    Returns:
        float32 (H, W, channels), 0 to 1 but for a little noise; the bounds of the harm that a camera may do.
    """
    config, rng, canvas = scribe.config, scribe.rng, scribe.canvas
    how, palette = config.paper, Palette(colour)
    size = canvas.height, canvas.width
    level, dark = _levels(config, rng, plain)
    strength = _strength(writer, config, rng, plain)
    ink = _ink_level(level, strength, dark, config, rng)
    even = plain or chance(rng, how.white)
    picture = paper.surface(palette.level(*level), size, config, rng, even)
    if not even:
        picture = paper.worn(picture, writer.height, config, rng)
    _blend(picture, canvas.rules, palette.level(*_between(level, ink, rng)))
    if not plain:
        _lay_around(picture, scribe, palette)
    grainy = chance(rng, how.ink_texture) and not plain
    _blend(picture, _grainy(canvas.ink, rng) if grainy else canvas.ink, palette.level(*ink))
    turned = bool(scribe.marks) and chance(rng, config.scene.panel)
    if turned:
        _panel(picture, scribe.marks, writer.height, rng)
    picture = around.paint(picture, palette, config, rng)
    uneven = 0.0
    if not plain:
        if chance(rng, config.scene.finger):
            scene.fingers(picture, canvas, palette, rng)
        picture, uneven = optics.lit(picture, config, rng)
    contrast = float(np.abs(np.subtract(level, ink)).mean())
    if (around.beyond or turned) and contrast < config.optics.full_contrast:
        uneven = 1.0  # a threshold would part the surroundings from the sheet, not ink from paper
    return picture, optics.Exposure(writer.height, contrast, uneven)


def _lay_around(picture: Field, scribe: Scribe, palette: Palette) -> None:
    """Put other things and a stamp onto a sheet, perhaps."""
    config, rng = scribe.config, scribe.rng
    places = scene.clutter(scribe.canvas, config, rng) if chance(rng, config.scene.clutter) else []
    scene.paint_clutter(picture, places, palette, rng)
    if chance(rng, config.scene.stamp):
        _stamp(picture, palette, rng)


def _levels(config: SheetConfig, rng: np.random.Generator, plain: bool) -> tuple[NDArray[np.float64], bool]:
    """The colour of the paper, and whether it is dark."""
    how = config.paper
    if chance(rng, how.black):
        grey = evenly(rng, how.black_level) * (not chance(rng, 0.5))
        return np.full(3, grey), True
    if chance(rng, how.white):
        return np.ones(3), False
    return evenly(rng, how.level) * (1 - how.tint * rng.random(3) * (not plain)), False


def _strength(writer: Writer, config: SheetConfig, rng: np.random.Generator, plain: bool) -> float:
    """Draw the contrast of ink against paper: never so little that a thin stroke could not be seen."""
    how = config.paper
    if not plain and chance(rng, how.faint):
        strength = evenly(rng, how.faint_ink)
    else:
        strength = max(evenly(rng, how.ink), 0.5 * plain)
    pen = (writer.pen or 0.1) * writer.height
    return float(np.clip(strength, min(0.95, how.visible / min(1.0, pen / 1.8)), 0.98))


def _ink_level(
    level: NDArray[np.float64], strength: float, dark: bool, config: SheetConfig, rng: np.random.Generator
) -> NDArray[np.float64]:
    """The colour of the ink on paper of a colour."""
    if dark:
        return level + (1 - level) * strength
    ink = level * (1 - strength)
    if chance(rng, config.paper.coloured):
        hue = ((0.1, 0.2, 0.8), (0.75, 0.1, 0.15), (0.1, 0.5, 0.2))[int(rng.choice(3, p=(0.7, 0.2, 0.1)))]
        ink = ink + rng.uniform(0.1, 0.5) * (np.array(hue) * level - ink) * (strength > 0.5)
    return np.clip(ink, 0, 1)


def _between(
    level: NDArray[np.float64], ink: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """The colour of full rules: that of the ink, or black, blue or red of their own."""
    if rng.random() < 0.4:
        return ink
    own = np.array(((0.0, 0.0, 0.0), (0.3, 0.45, 0.8), (0.8, 0.3, 0.3))[int(rng.integers(3))])
    return own if level.mean() > 0.4 else 1 - own


def _blend(picture: Field, cover: NDArray[np.uint8], level: Field) -> None:
    picture += (cover.astype(np.float32) * np.float32(1 / 255))[..., None] * (level - picture)


def _grainy(cover: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Ink of a pencil or a dry pen: uneven along the strokes."""
    high, wide = cover.shape
    share = 0.85 + rng.uniform(0.05, 0.25) * white_noise(rng, high, wide) + 0.1 * clouds(rng, high, wide, 10)
    return np.asarray(cover * np.clip(share, 0.45, 1), np.uint8)


def _stamp(picture: Field, palette: Palette, rng: np.random.Generator) -> None:
    """Rings and letters of a stamp, in a colour of its own, lighter than ink."""
    high, wide = picture.shape[:2]
    cover = np.zeros((high, wide), np.uint8)
    half = rng.uniform(0.3, 1.2) * min(high, wide)
    at = rng.uniform(0, wide), rng.uniform(0, high)
    for share in (1.0, 0.92, 0.6)[: int(rng.integers(1, 4))]:
        path = np.rint(arc(*at, (half * share, half * share), 0, 360)).astype(np.int32)
        cv2.polylines(cover, [path], True, 255, max(1, round(half / 40)), cv2.LINE_AA)
    for angle in np.arange(0, 2 * np.pi, 0.28):
        where = round(at[0] + 0.78 * half * np.cos(angle)), round(at[1] + 0.78 * half * np.sin(angle))
        letter = "ABCDEFGHKMNRST"[int(rng.integers(14))]
        cv2.putText(cover, letter, where, cv2.FONT_HERSHEY_SIMPLEX, half / 160, 255, max(1, round(half / 60)))
    hue = palette.level(*((0.9, 0.5, 0.2), (0.7, 0.2, 0.3), (0.3, 0.3, 0.7))[int(rng.integers(3))])
    picture += rng.uniform(0.1, 0.4) / 255 * cover[..., None].astype(np.float32) * (hue - picture)


def _panel(picture: Field, marks: list[Mark], height: float, rng: np.random.Generator) -> None:
    """Turn what is written over in a box, or all around it."""
    boxes = np.array([mark.box for mark in marks])
    room = height * rng.uniform(0.2, 1.2)
    left, top = np.maximum(0, boxes[:, :2].min(axis=0) - room).astype(int)
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0).astype(int) + round(room)
    part = picture[top:bottom, left:right]
    np.subtract(1.0, part, out=part)
    if rng.random() < 0.25:
        np.subtract(1.0, picture, out=picture)
