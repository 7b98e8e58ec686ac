"""Where a picture of a sheet shows its blank, in pixels of small pictures of both: by registration marks or features.

Features are SIFT's (Lowe 2004); the map that most of them agree in is found by RANSAC in its form MAGSAC++ (Barath,
Noskova, Ivashechkin and Matas 2020). Of 15 photographs of forms ORB's features led four astray, SIFT's none.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.types import Gray

__all__ = [
    "Features",
    "Matrix",
    "Points",
    "find_features",
    "find_marks",
    "map_between_marks",
    "match_features",
]

Matrix = NDArray[np.float64]
Points = NDArray[np.float64]
Features = tuple[Sequence[cv2.KeyPoint], NDArray | None]
"""Points of interest, and what describes each, (N, 128); None without any."""

FEATURES = 1000
RATIO = 0.8  # of distances, from which the best of two matches is the right one
MATCH_TOLERANCE = 3.0  # pixels of a coarse picture by which a match may be off
LEAST_MATCHES = 12
MARK_SIDES = 4, 22  # pixels of a coarse picture that a registration mark is high and wide


def find_features(even: Gray) -> Features:
    """The features of a picture in even light, uint8 (H, W)."""
    detector = cv2.SIFT.create(FEATURES)
    return detector.detectAndCompute(even, None)


def match_features(blank: Features, picture: Features) -> Matrix | None:
    """The map that most of the features agree in, (3, 3); None where too few do."""
    (points, described), (others, seen) = blank, picture
    if described is None or seen is None or min(len(described), len(seen)) < LEAST_MATCHES:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(described, seen, 2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]
    if len(good) < LEAST_MATCHES:
        return None
    here = np.array([points[match.queryIdx].pt for match in good], np.float32)
    there = np.array([others[match.trainIdx].pt for match in good], np.float32)
    view, _ = cv2.findHomography(
        here, there, cv2.USAC_MAGSAC, MATCH_TOLERANCE, maxIters=5000, confidence=0.999
    )
    return None if view is None else np.asarray(view, float)


def find_marks(coarse: Gray) -> Points | None:
    """The outermost four of the black squares or discs of a coarse picture, clockwise, (4, 2); None without four."""
    dark = (coarse < 110).astype(np.uint8)
    _, _, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    wide, high, area = (
        stats[:, column] for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA)
    )
    solid = (np.minimum(wide, high) >= MARK_SIDES[0]) & (np.maximum(wide, high) <= MARK_SIDES[1])
    solid &= (area >= 0.7 * wide * high) & (np.maximum(wide, high) <= 1.5 * np.minimum(wide, high))
    found = centres[solid]
    if len(found) < 4:
        return None
    both, apart = found.sum(axis=1), found[:, 0] - found[:, 1]
    outer = [int(both.argmin()), int(apart.argmax()), int(both.argmax()), int(apart.argmin())]
    return np.asarray(found[outer], float) if len({*outer}) == 4 else None


def map_between_marks(blank: Points, picture: Points) -> Matrix:
    """The map from four registration marks to four others, (4, 2) each: (3, 3)."""
    return np.asarray(
        cv2.getPerspectiveTransform(blank.astype(np.float32), picture.astype(np.float32)), float
    )
