"""An explanation as a picture: its maps laid over the glyph as the network saw it.

Orange speaks for the label and blue against it. The two are told apart without their hue as well, since blue is
striped, and either shows how strong it is by how much of it covers the glyph (Okabe and Ito, Color Universal Design,
2008, chose hues that no colour blindness confuses). Every picture brings its own ground, so that it looks the
same on a light page and on a dark one.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitlens.labels import named
from digitlens.types import Explanation, Gray, Pixels

__all__ = ["occlusion_overlay", "overlay", "sheet"]

FOR = (240, 160, 0)
"""Orange, RGB: what speaks for the label."""

AGAINST = (60, 150, 255)
"""Blue, RGB, and striped: what speaks against it."""

DARK_PAPER, LIGHT_INK = (22, 25, 31), (236, 238, 240)
STRENGTH = 0.85  # how much of the glyph the strongest colour covers
STRIPE = 10  # pixels from stripe to stripe
FAINT_MAP = 1.0  # nats of log-odds: a map that stays below is not drawn as strong as one that doesn't

LIGHT_PAPER, DARK_INK = (250, 250, 248), (28, 30, 34)
OVERLAY_MARGIN, OVERLAY_HEAD, FOOT, LETTER = 16, 44, 52, 15  # pixels, of the sheet

Floats: TypeAlias = NDArray[np.floating]


def overlay(explanation: Explanation, scale: int = 10) -> Pixels:
    """The Grad-CAM map over the glyph.

    Args:
        explanation: what `Reader.explain` gives.
        scale: pixels for each of the frame.

    Returns:
        uint8 (28 * scale, 28 * scale, 3), RGB; the glyph alone where there is no such map.
    """
    if explanation.gradcam is None:
        return _pixels(_glyph(explanation.frame, scale))
    heat = _enlarged(explanation.gradcam, scale)
    return _pixels(_painted(_glyph(explanation.frame, scale), heat, FOR))


def occlusion_overlay(explanation: Explanation, scale: int = 10) -> Pixels:
    """The occlusion map over the glyph: what speaks for the label in orange, what speaks against it in blue stripes.

    Args and what is returned are those of `overlay`.
    """
    fallen = explanation.occlusion
    heat = _enlarged(fallen / max(FAINT_MAP, float(np.abs(fallen).max())), scale)
    glyph = _painted(_glyph(explanation.frame, scale), np.maximum(heat, 0), FOR)
    rows, columns = np.ogrid[: heat.shape[0], : heat.shape[1]]
    striped = (rows + columns) % STRIPE < STRIPE / 2
    return _pixels(_painted(glyph, np.maximum(-heat, 0) * striped, AGAINST))


def sheet(explanation: Explanation, scale: int = 10) -> Pixels:
    """Draw the network's input, the Grad-CAM map, if any, and the occlusion map side by side, each with a caption.

    Returns:
        uint8 (H, W, 3), RGB.
    """
    panels = [_pixels(_glyph(explanation.frame, scale)), occlusion_overlay(explanation, scale)]
    if explanation.gradcam is not None:
        panels.insert(1, overlay(explanation, scale))
    side = len(panels[0])
    width, height = OVERLAY_MARGIN + len(panels) * (side + OVERLAY_MARGIN), OVERLAY_HEAD + side + FOOT
    image = Image.new("RGB", (width, height), LIGHT_PAPER)
    drawing = ImageDraw.Draw(image)
    drawing.text((OVERLAY_MARGIN, OVERLAY_MARGIN - 2), _heading(explanation), DARK_INK, font_size=LETTER + 3)
    for i, (panel, caption) in enumerate(zip(panels, _captions(explanation), strict=True)):
        left = OVERLAY_MARGIN + i * (side + OVERLAY_MARGIN)
        image.paste(Image.fromarray(panel), (left, OVERLAY_HEAD))
        drawing.text((left, OVERLAY_HEAD + side + 8), caption, DARK_INK, font_size=LETTER, spacing=3)
    return np.array(image)


def _heading(explanation: Explanation) -> str:
    read, label = (named(each, explanation.labels) for each in (explanation.read, explanation.label))
    why = f"Why {label}?" if read == label else f"What speaks for {label}?"
    return f"Read as {read}. {why} ({explanation.confidence:.1%})"


def _captions(explanation: Explanation) -> tuple[str, ...]:
    label = named(explanation.label, explanation.labels)
    occluded = f"Occlusion: orange for {label},\nblue stripes against it"
    if explanation.gradcam is None:
        return "What the network saw", occluded
    found = f"what counted for {label}" if explanation.gradcam.any() else f"nothing counted for {label}"
    return "What the network saw", f"Grad-CAM:\n{found}", occluded


def _glyph(frame: Gray, scale: int) -> Floats:
    """The frame, each pixel a square of ``scale``: RGB, 0 to 255, (H, W, 3)."""
    ink = (frame / np.float32(255)).repeat(scale, axis=0).repeat(scale, axis=1)
    return _mixed(np.array(DARK_PAPER, np.float32), np.array(LIGHT_INK, np.float32), ink)


def _enlarged(values: Floats, scale: int) -> Floats:
    """A map (h, w) drawn ``scale`` times as large, smoothly."""
    height, width = values.shape
    image = Image.fromarray(values)
    return np.asarray(image.resize((width * scale, height * scale), Image.Resampling.BILINEAR))


def _painted(picture: Floats, heat: Floats, colour: tuple[int, int, int]) -> Floats:
    """A picture (H, W, 3) under a colour that covers it by heat, 0 to 1; ink shines through, paper is darker."""
    shade = 0.4 + 0.6 * picture.max(axis=2, keepdims=True) / 255
    return _mixed(picture, np.array(colour, np.float32) * shade, STRENGTH * heat)


def _mixed(one: Floats, other: Floats, share: Floats) -> Floats:
    return one + (other - one) * share[..., None]


def _pixels(picture: Floats) -> Pixels:
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)
