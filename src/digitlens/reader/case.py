"""Letters of a like shape in both cases, told apart by their height against the others on their line.

A framed glyph has lost its size, and a C is a c made large. How high each letter is written against a capital is
common knowledge of handwriting, entered here by hand: nothing of it is fitted.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["has_cases", "height_odds"]

SMALL_LETTER, TALL_LETTER = 0.62, 1.0
HEIGHTS = {
    **dict.fromkeys("acemnorsuvwxz", SMALL_LETTER),
    **dict.fromkeys("gpqy", 0.92),
    "i": 0.85,
    "t": 0.85,
}
"""Heights of labels against a capital's; all others are as high as one."""

SAME_IN_BOTH_CASES = frozenset("CcKkMmOoPpSsUuVvWwXxZz0")
"""Labels that say nothing of how high a line is written, since they may be their other case."""

HEIGHT_SPREAD = 0.2  # standard deviation of the log of heights on a line
MOST_HEIGHT_COST = 4.0  # nats that a height may say against a label
CAPITAL_RATIO = (
    1.3  # where all are alike, the highest is a capital if it is so many times higher than the lowest
)


def has_cases(labels: Sequence[str]) -> bool:
    """Tell if an alphabet has a letter in both cases."""
    return any(label != label.lower() and label.lower() in labels for label in labels)


def height_odds(
    heights: NDArray[np.floating], read: Sequence[str], labels: Sequence[str]
) -> NDArray[np.floating] | None:
    """Return the likelihood of each label by the glyphs' heights, (N, K), 1 at most; None if they say nothing.

    Args:
        heights: of each glyph, pixels, (N,).
        read: the best label of each, without regard to its height.
        labels: the K labels of the alphabet.
    """
    if len(heights) < 2:
        return None
    logs = np.log(np.maximum(heights, 1.0))
    telling = [
        log - np.log(_height(label))
        for log, label in zip(logs, read, strict=True)
        if label not in SAME_IN_BOTH_CASES
    ]
    if telling:
        capital = float(np.median(telling))
    elif logs.max() - logs.min() >= np.log(CAPITAL_RATIO):
        capital = float(logs.max())
    else:
        return None
    expected = capital + np.log([_height(label) for label in labels])
    return np.exp(-np.minimum((logs[:, None] - expected) ** 2 / (2 * HEIGHT_SPREAD**2), MOST_HEIGHT_COST))


def _height(label: str) -> float:
    return HEIGHTS.get(label, TALL_LETTER)
