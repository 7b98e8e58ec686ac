"""Sheets as they come back: scanned flat, or photographed on a desk; with the map from the sheet to the picture."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Photographed", "photograph", "scan"]

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Photographed:
    """A picture of a sheet.

    Attributes:
        pixels: uint8 (H, W, 3), RGB.
        view: the map from pixels of the sheet to those of the picture, (3, 3).
    """

    pixels: Pixels
    view: Matrix


def scan(
    sheet: Pixels,
    rng: np.random.Generator,
    *,
    scale: float = 1.0,
    turn: float = 0.0,
    upside_down: bool = False,
) -> Photographed:
    """Scan a sheet flat.

    Args:
        sheet: uint8 (H, W, 3) RGB.
        rng: where chance comes from.
        scale: pixels of the scan for one of the sheet.
        turn: degrees by which it lies askew, clockwise.
        upside_down: whether it lies the wrong way.
    """
    height, width = sheet.shape[:2]
    size = round(width * scale), round(height * scale)
    angle = np.deg2rad(turn + 180 * upside_down)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    shift = rng.uniform(-8, 8, 2) * scale
    middle = np.array([[1, 0, size[0] / 2 + shift[0]], [0, 1, size[1] / 2 + shift[1]], [0, 0, 1.0]])
    back = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    view = middle @ np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]) @ back
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    found = cv2.warpPerspective(sheet, view, size, flags=how, borderValue=(235, 235, 235)).astype(np.float32)
    found = found * np.float32(rng.uniform(0.94, 1)) + rng.normal(0, rng.uniform(1, 4), found.shape)
    return Photographed(_packed(found, int(rng.integers(70, 95))), view)


def photograph(  # noqa: PLR0913 - all but the first two by their names
    sheet: Pixels,
    rng: np.random.Generator,
    *,
    longer: int = 2000,
    perspective: float = 0.07,
    turn: float = 8.0,
    upside_down: bool = False,
) -> Photographed:
    """Photograph a sheet that lies on a dark desk: in perspective, in a shadow, with the lens's and sensor's faults.

    Args:
        sheet: uint8 (H, W, 3) RGB.
        rng: where chance comes from.
        longer: pixels of the picture's longer side.
        perspective: by which share of its size the sheet's corners move at most.
        turn: degrees by which it is turned at most.
        upside_down: whether it lies the wrong way.
    """
    height, width = sheet.shape[:2]
    size = round(longer * width / height * rng.uniform(0.98, 1.08)), longer
    view = _view(
        (width, height), size, rng, perspective, np.deg2rad(rng.uniform(-turn, turn) + 180 * upside_down)
    )
    desk = _desk(size, rng)
    paper = cv2.warpPerspective(sheet, view, size, flags=cv2.INTER_LINEAR).astype(np.float32)
    cover = cv2.warpPerspective(np.full((height, width), 1, np.float32), view, size, flags=cv2.INTER_LINEAR)[
        ..., None
    ]
    warm = np.array([1.0, rng.uniform(0.95, 1), rng.uniform(0.85, 1)], np.float32)
    picture = (paper * warm * cover + desk * (1 - cover)) * _light(size, rng)[..., None]
    picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.1))
    picture = picture + rng.normal(0, rng.uniform(1, 5), picture.shape)
    return Photographed(_packed(picture, int(rng.integers(75, 95))), view)


def _view(
    sheet: tuple[int, int], size: tuple[int, int], rng: np.random.Generator, perspective: float, angle: float
) -> Matrix:
    """The map from a sheet to a picture that it fills for the most part."""
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float) * sheet
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array(sheet, float) / 2
    turned = (corners - middle) @ turn.T
    turned += rng.uniform(-1, 1, (4, 2)) * perspective * np.array(sheet)
    span = np.ptp(turned, axis=0)
    turned *= rng.uniform(0.88, 0.97) * min(size[0] / span[0], size[1] / span[1])
    turned += np.array(size) / 2 - (turned.min(axis=0) + turned.max(axis=0)) / 2
    return np.asarray(
        cv2.getPerspectiveTransform(corners.astype(np.float32), turned.astype(np.float32)), float
    )


def _desk(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Dark wood, cloth or stone, float32 (H, W, 3)."""
    grain = rng.normal(0, 1, (size[1] // 8 + 1, size[0] // 64 + 1)).astype(np.float32)
    grain = cv2.resize(grain, size, interpolation=cv2.INTER_CUBIC)
    colour = np.array([(70, 50, 35), (45, 45, 50), (60, 70, 80), (30, 35, 30)][rng.integers(4)], np.float32)
    return np.asarray(colour * (1 + 0.2 * grain[..., None]), np.float32)


def _light(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw the illumination of each pixel, 0 to 1: a slope, and a shadow with a soft edge."""
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32) / np.float32(max(size))
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * (columns - 0.4) + np.sin(angle) * (rows - 0.5)
    light = 1 - rng.uniform(0, 0.35) * (along - along.min()) / np.ptp(along)
    edge, soft, dark = rng.uniform(-0.3, 0.3), rng.uniform(15, 60), rng.uniform(0, 0.45)
    return np.asarray(light * (1 - dark / (1 + np.exp((along - edge) * soft))), np.float32)


def _packed(picture: NDArray, quality: int) -> Pixels:
    """The picture as JPEG gives it back."""
    levels = np.rint(picture).clip(0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", levels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)[..., ::-1].copy()
