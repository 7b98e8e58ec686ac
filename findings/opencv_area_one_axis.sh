#!/usr/bin/env bash
# OpenCV: INTER_AREA no longer averages once one of the two sides grows, were it by one pixel
#
# Seen with   opencv-python-headless 5.0.0.93 and 4.13.0.92
# Expected    cv2.resize(page, (100, 101), INTER_AREA) of a page of 400x100 averages four columns into one, as it does
#             for (100, 100): a stroke one pixel wide becomes a faint one, wherever it stands.
# Happens     With (100, 101) it interpolates between two of every four columns. A stroke in the third or fourth is
#             gone, 255 of 255; one in the second is three quarters black instead of one quarter.
# Why         imgproc/src/resize.cpp averages only where neither side grows; else INTER_AREA stands for a kind of
#             INTER_LINEAR on both axes (see also opencv/opencv issue 21472). The documentation tells of images
#             "zoomed" and of images "decimated", not of both at once.
# Hits        Faxes (204 x 98 dots an inch) made square while the page is reduced; digits stretched into a square;
#             any "resize to W x H" whose sides were rounded apart.
# Here        imaging/aspect.py stretches one axis and leaves the other; pages are reduced by one factor for both sides.
source "$(dirname "$0")/setup.sh"

for version in 5.0.0.93 4.13.0.92; do
    python_with "opencv-python-headless==$version" numpy==2.4.6 <<'PYTHON'
import cv2
import numpy as np
from seen import check


def darkest(stroke: int, size: tuple[int, int]) -> int:
    page = np.full((100, 400), 255, np.uint8)
    page[:, stroke] = 0
    return int(cv2.resize(page, size, interpolation=cv2.INTER_AREA).min())


print("OpenCV", cv2.__version__)
check("400x100 to 100x100, stroke in column 200 to 203", [darkest(x, (100, 100)) for x in range(200, 204)], [191] * 4)
check("400x100 to 100x101", [darkest(x, (100, 101)) for x in range(200, 204)], [191, 64, 255, 255])
PYTHON
done
