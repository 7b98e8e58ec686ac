"""Page orientation: by how many quarter turns, and at which skew, the text of a page lies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitlens.imaging import to_grayscale, turn
from digitlens.model import Detections
from digitlens.reader.detect import Detector, Found
from digitlens.reader.layout import find_slope
from digitlens.reader.recognize import Recognizer
from digitlens.types import Gray, Pixels

__all__ = ["Orientation"]

GLYPHS_FOR_TURN = 3  # glyphs from which a quarter turn can be told: 6 and 9 change places, 0, 1 and 8 stay
UPRIGHT_HEAT = 0.8  # mean heat of a page that lies as it should
CLEARER = 1.0  # glyphs, clearly seen, that a page must show more of when it is turned
TELLING_HEAT = 0.2  # heat from which a detection tells whether a page is found well as it lies
CLEARLY = 0.5  # heat from which a detection counts for which way up a page is
TELLING_SIDE = 256.0  # pixels, as the page network sees them, of the piece that tells which way up a page is
SKEWED = 10.0  # degrees of slope from which a page is deskewed


@dataclass(frozen=True)
class Orientation:
    """Turns pages level and the right way up.

    Attributes:
        detector: finds glyphs, however the page lies.
        recognizer: asked about them where the page network does not know the alphabet.
    """

    detector: Detector
    recognizer: Recognizer

    def turned(self, picture: Pixels, rotate: float | None) -> tuple[Pixels, NDArray[np.float64], Found]:
        """Turn a picture as it reads best, and deskew it.

        Args:
            picture: uint8 (H, W) grey or (H, W, 3) RGB.
            rotate: degrees by which to turn it clockwise; None to find out.

        Returns:
            The page as it was turned, the map from its pixels to the picture's, (2, 3), and what was found on it.
        """
        degrees = rotate or 0.0
        pixels, matrix = turn(picture, degrees) if degrees % 360 else (picture, np.eye(2, 3))
        found = self.detector.find(to_grayscale(pixels))
        if rotate is None:
            quarter = self._quarter(pixels, found)
            if quarter:
                degrees, (pixels, matrix) = quarter, turn(picture, quarter)
                found = self.detector.find(to_grayscale(pixels))
            slope = find_slope(found.detections.boxes[found.detections.scores >= UPRIGHT_HEAT])
            if abs(slope) >= SKEWED:  # deskew
                pixels, matrix = turn(picture, degrees - slope)
                found = self.detector.find(to_grayscale(pixels))
        return pixels, matrix, found

    def _quarter(self, pixels: Pixels, found: Found) -> float:
        """The quarter turn, degrees, at which glyphs are found clearly better; 0 for none.

        Where the page as it lies leaves a doubt, a piece of it is looked at in all four ways.
        """
        heat = _telling(found.detections)
        if len(heat) < GLYPHS_FOR_TURN or heat.mean() >= UPRIGHT_HEAT:
            return 0.0
        piece, scale = self._piece(pixels, found)
        looks = {
            quarter: self._looked(turn(piece, quarter)[0], scale) for quarter in (0.0, 90.0, 180.0, 270.0)
        }
        clear = {quarter: _clearness(heat) for quarter, heat in looks.items() if len(heat) >= GLYPHS_FOR_TURN}
        chosen, upright = max(clear, key=lambda quarter: clear[quarter], default=0.0), looks[0.0]
        if not chosen or clear[chosen] < _clearness(upright) + CLEARER:
            return 0.0
        return chosen if looks[chosen].mean() >= (upright.mean() if len(upright) else 0.0) else 0.0

    def _looked(self, piece: Gray, scale: float) -> NDArray[np.floating]:
        """Return how sure each glyph is of a piece of a page as it lies, (N,).

        By the page network; where the alphabet has labels that it does not know, by the glyph network, for a letter
        that stands on its head may look more like a digit than one that stands on its feet.
        """
        found = self.detector.look(piece, scale)
        if not self.recognizer.reads_other:
            return _telling(found.detections)
        candidates = self.recognizer.candidates(piece, found)
        return candidates.confidences[candidates.log_odds > 0]

    def _piece(self, pixels: Pixels, found: Found) -> tuple[Gray, float]:
        """A piece of the page where most glyphs are, grey, as large as tells how it lies; and at which scale.

        Glyphs are as high as they are seen best with the longer side of their boxes, whichever way they lie.
        """
        boxes = found.detections.boxes[found.detections.scores >= TELLING_HEAT]
        longer = float(np.median(boxes[:, 2:].max(axis=1)))
        scale = min(found.scale, self.detector.config.glyph_height / longer)
        middle = np.median(boxes[:, :2] + boxes[:, 2:] / 2, axis=0)
        size = np.array(pixels.shape[1::-1])
        half = np.minimum(TELLING_SIDE / scale, size) / 2
        left, top = np.clip(middle - half, 0, size - 2 * half).astype(int)
        wide, high = np.ceil(2 * half).astype(int)
        return to_grayscale(pixels[top : top + high, left : left + wide]), scale


def _telling(detections: Detections) -> NDArray[np.floating]:
    """Return the heat of what may be digits, (N,)."""
    return detections.scores[detections.scores >= TELLING_HEAT]


def _clearness(sure: NDArray[np.floating]) -> float:
    """Return how clearly glyphs are seen in all: the sum of the squares of their chances above one half.

    A sum, for on its side a page shows a few marks as clear as digits are, and fewer of them; a mean takes these for
    better (wrong on 78 of 205 drawn sheets that lay on their head, the sum on 44; of those upright on one each).
    """
    return float(np.square(sure[sure >= CLEARLY]).sum())
