"""Where a sheet lies and what else is seen: what lies beyond its edges, fingers, spirals, shadows, clutter.

Pictures that are painted on are float32 (H, W, channels), 0 to 1, and are changed.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.sheets.canvas import Canvas, Region
from digitlens.data.synth.sheets.chance import Field, among, chance, clouds, evenly, white_noise
from digitlens.data.synth.sheets.config import SheetConfig
from digitlens.data.synth.sheets.signs import arc

__all__ = ["Palette", "Surroundings", "clutter", "fingers", "paint_clutter", "plan_scene"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Turns colours into the channels of a picture: three, or grey."""

    colour: bool

    def level(self, red: float, green: float, blue: float) -> Field:
        """Give a colour, red, green and blue of 0 to 1, as the picture's channels, float32 (3,) or (1,)."""
        rgb = np.array([red, green, blue], np.float32)
        return rgb if self.colour else np.array([rgb @ (0.299, 0.587, 0.114)], np.float32)


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The surroundings and the contents of a sheet.

    Attributes:
        inside: where the sheet can be written on, left, top, right, bottom in pixels.
        beyond: polygons (N, 2) of what is not the sheet, each with its kind.
        spiral: the edge along which a spiral binding runs: its two ends; None without one.
    """

    inside: Region
    beyond: list[tuple[NDArray[np.float64], str]] = field(default_factory=list)
    spiral: NDArray[np.float64] | None = None

    def hides(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        """Mask what is beyond the sheet in a picture of (height, width): uint8, 255 there, 0 on the sheet."""
        mask = np.zeros(size, np.uint8)
        for polygon, _ in self.beyond:
            cv2.fillPoly(mask, [np.rint(polygon * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        return mask

    def paint(self, picture: Field, palette: Palette, config: SheetConfig, rng: np.random.Generator) -> Field:
        """Cover what is beyond the sheet; the same picture comes back.

        Args:
            picture: of the sheet alone.
            palette: of its channels.
            config: how strong the texture of the grounds is.
            rng: where chance comes from.
        """
        high, wide = picture.shape[:2]
        for polygon, kind in self.beyond:
            mask = Surroundings(self.inside, [(polygon, kind)]).hides((high, wide))
            if kind != "black":
                dark = cv2.GaussianBlur(mask, (0, 0), rng.uniform(1, 4))
                picture *= 1 - (rng.uniform(0, 0.4) / 255) * dark[..., None].astype(np.float32)
            cover = mask[..., None].astype(np.float32) / 255
            picture += cover * (_ground(kind, (high, wide), palette, config, rng) - picture)
        if self.spiral is not None:
            _spiral(picture, self.spiral, rng)
        return picture


def plan_scene(
    config: SheetConfig, rng: np.random.Generator, size: tuple[int, int], likely: float
) -> Surroundings:
    """Choose which sides of the picture show what is beyond the sheet.

    Args:
        config: the sizes, slopes and kinds of it.
        rng: where chance comes from.
        size: width and height of the picture in pixels.
        likely: the probability that any side does.
    """
    wide, high = size
    how, inside, beyond = config.scene, [0.0, 0.0, float(wide), float(high)], []
    sides: list[int] = []
    if chance(rng, likely):
        sides = rng.permutation(4)[: 1 + chance(rng, how.both) + chance(rng, how.both**2)].tolist()
    kind = among(rng, how.beyond)
    for side in sides:
        length = wide if side % 2 == 0 else high
        reach = length * evenly(rng, how.reach)
        other = high if side % 2 == 0 else wide
        turn = 0.0 if kind == "black" and chance(rng, 0.7) else rng.normal(0, how.edge_turn)
        rise = float(np.clip(np.tan(np.deg2rad(turn)) * other / 2, -reach * 0.9, reach * 0.9))
        beyond.append((_edge(side, reach, rise, size), kind))
        taken = reach + abs(rise) + 2
        inside[side] = taken if side < 2 else length - taken
    spiral = None
    if chance(rng, how.spiral) and not sides:
        at = 0.06 * high
        inside[1] = 2.2 * at
        spiral = np.array([[0, at], [wide, at + rng.normal(0, 0.02) * high]])
    return Surroundings((inside[0], inside[1], inside[2], inside[3]), beyond, spiral)


def _edge(side: int, reach: float, rise: float, size: tuple[int, int]) -> NDArray[np.float64]:
    """The polygon beyond an edge: side 0 left, 1 top, 2 right, 3 bottom."""
    wide, high = size
    if side % 2 == 0:
        at = reach if side == 0 else wide - reach
        out = -50.0 if side == 0 else wide + 50.0
        return np.array([[out, -50], [at - rise, -50], [at + rise, high + 50], [out, high + 50]])
    at = reach if side == 1 else high - reach
    out = -50.0 if side == 1 else high + 50.0
    return np.array([[-50, out], [-50, at - rise], [wide + 50, at + rise], [wide + 50, out]])


def _ground(
    kind: str, size: tuple[int, int], palette: Palette, config: SheetConfig, rng: np.random.Generator
) -> Field:
    """A table, a cloth, or nothing: float32 (H, W, channels)."""
    high, wide = size
    if kind == "black":
        return np.full((1, 1, 1), rng.uniform(0, 0.08), np.float32)
    strength = evenly(rng, config.scene.texture)
    if kind == "desk":
        base = palette.level(*(np.array([0.5, 0.32, 0.18]) * rng.uniform(0.4, 1.5)))
        grain = clouds(rng, max(2, high // 24), wide, 12) if rng.random() < 0.5 else clouds(rng, high, 2, 24)
        texture = np.asarray(cv2.resize(grain, (wide, high), interpolation=cv2.INTER_LINEAR), np.float32)
    elif kind == "cloth":
        base = palette.level(*rng.uniform(0.1, 0.8, 3))
        rows, columns = np.arange(high)[:, None], np.arange(wide)[None]
        period = rng.uniform(0.15, 1.2, 2)
        texture = (np.sin(rows * period[0]) + np.sin(columns * period[1])).astype(np.float32)
        texture = texture + 2 * clouds(rng, high, wide, 8)
    else:
        low = rng.uniform(0.03, 0.35) if kind == "dark" else rng.uniform(0.45, 0.75)
        base = palette.level(*(low * rng.uniform(0.85, 1.1, 3)))
        texture = clouds(rng, high, wide, 4) + 0.4 * white_noise(rng, high, wide)
    picture = base + np.float32(strength) * texture[..., None]
    return np.clip(picture, 0, 1).astype(np.float32)


def _spiral(picture: Field, ends: NDArray[np.float64], rng: np.random.Generator) -> None:
    """Holes and wire along an edge."""
    size = float(ends[0, 1])
    step = size * rng.uniform(0.7, 1.6)
    dark, light = rng.uniform(0.02, 0.2), rng.uniform(0.4, 0.9)
    for x in np.arange(rng.uniform(0, step), ends[1, 0], max(3.0, step)):
        at = round(x), round(ends[0, 1] + (ends[1, 1] - ends[0, 1]) * x / max(1.0, ends[1, 0]))
        cv2.circle(picture, at, max(1, round(size * 0.22)), (dark,) * 3, -1, cv2.LINE_AA)
        path = arc(at[0], at[1] - size / 2, (size * 0.22, size * 0.6), 90, 250).astype(np.int32)
        cv2.polylines(
            picture, [path], False, (dark if rng.random() < 0.5 else light,) * 3, max(1, round(size / 9))
        )


def clutter(canvas: Canvas, config: SheetConfig, rng: np.random.Generator) -> list[tuple[Region, str]]:
    """Find up to three places free of writing on a canvas, each with a kind of ``[scene.cluttered]``."""
    found: list[tuple[Region, str]] = []
    for _ in range(int(rng.integers(1, 4))):
        kind = among(rng, config.scene.cluttered)
        for _ in range(5):
            wide = canvas.width if kind == "band" else canvas.width * rng.uniform(0.06, 0.4)
            high = canvas.height * rng.uniform(0.04, 0.3)
            left = 0.0 if kind == "band" else rng.uniform(0, canvas.width - wide)
            top = (
                rng.choice((0.0, canvas.height - high))
                if rng.random() < 0.4
                else rng.uniform(0, canvas.height - high)
            )
            region = left, float(top), left + wide, float(top) + high
            if not canvas.ink[_window(region, 3)].any():
                found.append((region, kind))
                break
    return found


def _window(region: Region, room: int = 0) -> tuple[slice, slice]:
    left, top, right, bottom = (round(at) for at in region)
    return slice(max(0, top - room), bottom + room), slice(max(0, left - room), right + room)


def paint_clutter(
    picture: Field, places: list[tuple[Region, str]], palette: Palette, rng: np.random.Generator
) -> None:
    """Paint dark boxes, bands and logos, and print too small to be read, where `clutter` has found places for them."""
    for region, kind in places:
        part = picture[_window(region)]
        high, wide = part.shape[:2]
        if high < 3 or wide < 3:
            continue
        level = palette.level(*(rng.uniform(0, 0.6) * rng.uniform(0.4, 1, 3)))
        if kind == "text":
            _small_print(part, level, rng)
        elif kind == "logo":
            cover = np.zeros((high, wide), np.uint8)
            for _ in range(int(rng.integers(1, 4))):
                at = rng.integers(0, wide), rng.integers(0, high)
                cv2.circle(
                    cover,
                    at,
                    max(2, round(high * rng.uniform(0.1, 0.6))),
                    255,
                    int(rng.choice((-1, 1, 2))),
                    cv2.LINE_AA,
                )
            part += cover[..., None].astype(np.float32) / 255 * (level - part)
        else:
            part[:] = level
            if rng.random() < 0.4:
                _small_print(part, 1 - level, rng)


def _small_print(part: Field, level: Field, rng: np.random.Generator) -> None:
    """Lines of letters, under 9 pixels high."""
    scale = rng.uniform(0.2, 0.36)
    cover = np.zeros(part.shape[:2], np.uint8)
    step = round(scale * rng.uniform(32, 50))
    letters = "abcdefghiklmnoprstuvwyz     ABDEKMNRST0123456789"
    for y in range(step, part.shape[0] - 2, step):
        text = "".join(
            letters[int(i)] for i in rng.integers(len(letters), size=int(part.shape[1] / (20 * scale)))
        )
        cv2.putText(cover, text, (1, y), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 1, cv2.LINE_AA)
    part += rng.uniform(0.5, 1) / 255 * cover[..., None].astype(np.float32) * (level - part)


def fingers(picture: Field, canvas: Canvas, palette: Palette, rng: np.random.Generator) -> None:
    """Paint up to three fingers that hold the sheet, where nothing is written on the canvas of the same size."""
    high, wide = picture.shape[:2]
    level = palette.level(*(np.array([0.85, 0.62, 0.5]) * rng.uniform(0.45, 1.1)))
    thick = rng.uniform(0.08, 0.2) * min(high, wide) + 6
    for _ in range(int(rng.integers(1, 4))):
        side = int(rng.integers(4))
        at = np.array([rng.uniform(0, wide), rng.uniform(0, high)])
        at[side % 2] = 0 if side < 2 else (wide, high)[side % 2]
        mask = np.zeros((high, wide), np.uint8)
        axes = np.array([thick * rng.uniform(1, 2.4), thick])[:: 1 if side % 2 == 0 else -1]
        cv2.ellipse(
            mask, at.astype(int).tolist(), axes.astype(int).tolist(), rng.uniform(-25, 25), 0, 360, 255, -1
        )
        mask = cv2.GaussianBlur(mask, (0, 0), 1.5)
        if not (canvas.ink[mask > 4] > 60).any():
            shade = (1 + 0.12 * clouds(rng, high, wide, 6))[..., None]
            picture += mask[..., None].astype(np.float32) / 255 * (level * shade - picture)
