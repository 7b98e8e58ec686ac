"""Glyphs as the world shows them: degraded by hands, pens, light, lenses and print."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth import scenes, shapes
from digitlens.data.synth.shapes import Picture

__all__ = ["DEGRADATIONS", "Degradation", "corrupt", "degrade", "normalise"]

Degradation = Callable[[Picture, float, np.random.Generator], Picture]
"""A picture, float32 (H, W) of 0 paper to 1 ink, a severity of 0 to 1, a generator -> a new picture."""

DEGRADATIONS: Mapping[str, Degradation] = {
    step.__name__: step
    for step in (
        shapes.thin,
        shapes.thick,
        shapes.cut,
        shapes.outline,
        shapes.slant,
        shapes.shear,
        shapes.rotate,
        shapes.scale,
        shapes.stretch,
        shapes.crop,
        scenes.bleed,
        scenes.faded,
        shapes.touch,
        scenes.ruled,
        scenes.stain,
        scenes.dotted,
        scenes.zigzag,
        scenes.spatter,
        scenes.stripes,
        scenes.fog,
        scenes.glare,
        scenes.brightness,
        scenes.contrast,
        scenes.glass,
        scenes.motion,
        scenes.blur,
        shapes.tiny,
        scenes.shot,
        scenes.impulse,
        scenes.fax,
    )
}
"""Every kind by name, in the order in which the world applies them: pen, page, light, lens, sensor."""

KINDS_AT_ONCE = (0.6, 0.3, 0.1)
"""Probabilities that a glyph suffers from one, two, three kinds at once."""

WORST = 0.8
"""The severity up to which glyphs are degraded: beyond it people can't read half of them either."""

INVERTED_GLYPHS = 0.3
"""Share of the pictures with dark ink on light paper."""


def corrupt(
    glyph: NDArray[np.uint8], kind: str, severity: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """One kind of degradation alone.

    Args:
        glyph: white on black, uint8 (H, W).
        kind: a name in ``DEGRADATIONS``.
        severity: 0, hardly any, to 1, as bad as it gets.
        rng: where chance comes from.

    Returns:
        uint8 (H, W), or fewer pixels where the kind takes them away.
    """
    return _levels(DEGRADATIONS[kind](_picture(glyph), severity, rng))


def degrade(glyph: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """One to three kinds at any severity up to ``WORST``, in the order of ``DEGRADATIONS``, some of it dark on light.

    Args:
        glyph: white on black, uint8 (H, W).
        rng: where chance comes from.

    Returns:
        uint8 (H, W), or fewer pixels where a kind takes them away.
    """
    count = 1 + int(rng.choice(len(KINDS_AT_ONCE), p=KINDS_AT_ONCE))
    steps = list(DEGRADATIONS.values())
    picture = _picture(glyph)
    for i in sorted(rng.choice(len(steps), count, replace=False)):
        picture = steps[i](picture, float(rng.uniform(0, WORST)), rng)
    return _levels(1 - picture if rng.random() < INVERTED_GLYPHS else picture)


def normalise(glyph: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """As data sets of small scans have it: the box filled whatever its shape, then few pixels, grey or two-valued.

    Args:
        glyph: white on black, uint8 (H, W).
        rng: where chance comes from.

    Returns:
        White on black, uint8, 8 to 20 pixels a side.
    """
    boxed = shapes.boxed(_picture(glyph), float(rng.uniform(0.3, 1)), rng)
    fewer = shapes.jagged if rng.random() < 0.5 else shapes.tiny
    return _levels(fewer(boxed, float(rng.uniform(0, 1)), rng))


def _picture(glyph: NDArray[np.uint8]) -> Picture:
    return glyph.astype(np.float32) / np.float32(255)


def _levels(picture: Picture) -> NDArray[np.uint8]:
    return np.rint(255 * picture).astype(np.uint8)
