#!/usr/bin/env bash
# OpenCV: an array of one pixel and a number make an array of four; what happens depends on the function and version
#
# Seen with   opencv-python-headless 4.13.0.92 and 5.0.0.93, opencv-contrib-python 5.1.0.95
# Expected    cv2.min(mask, 3), cv2.add(mask, 3) and cv2.compare(mask, 0, cv2.CMP_EQ) give an array of the mask's shape
#             and type, whatever its height and width.
# Happens     For a mask of 1x1, min, max and the bitwise functions give 4x1 doubles, 3 and three zeros; compare raises.
#             In 5.1.0 add, subtract, multiply and compare give 4x1 as well. 2x1 and 1x2 are as expected. A mask of
#             4x1 makes add and its like raise in 4.13 and 5.0.
# Why         A number from Python comes to core/src/arithm.cpp as an array of four doubles (a Scalar); which of the two
#             arguments is the number is told by their shapes, and 1x1 looks like a number too.
# Hits        Code that works on each connected component alone works until a speck of one pixel, or a decimal point,
#             comes; then a shape is wrong some way further down.
# Here        OpenCV combines arrays with arrays alone; numbers are NumPy's. `opencv-python-headless` is locked at 5.0.0.93.
source "$(dirname "$0")/setup.sh"

for package in opencv-python-headless==4.13.0.92 opencv-python-headless==5.0.0.93 opencv-contrib-python==5.1.0.95; do
    python_with "$package" numpy==2.4.6 <<'PYTHON'
import cv2
import numpy as np
from seen import check

FUNCTIONS = {
    "min": cv2.min,
    "bitwise_and": cv2.bitwise_and,
    "add": cv2.add,
    "compare": lambda mask, number: cv2.compare(mask, number, cv2.CMP_EQ),
}
MOVED, RAISES = (4, 1), "cv2.error"


def shapes(height: int, width: int) -> list[object]:
    """The shape of what each function makes of an array of zeros and the number 3."""
    found: list[object] = []
    for function in FUNCTIONS.values():
        try:
            found.append(function(np.zeros((height, width), np.uint8), 3).shape)
        except cv2.error:
            found.append(RAISES)
    return found


print("OpenCV", cv2.__version__, *FUNCTIONS)
new = cv2.__version__ >= "5.1"
check("2x1", shapes(2, 1), [(2, 1)] * 4)
check("1x1", shapes(1, 1), [MOVED] * 4 if new else [MOVED, MOVED, (1, 1), RAISES])
check("4x1", shapes(4, 1), [(4, 1)] * 4 if new else [(4, 1), (4, 1), RAISES, (4, 1)])
check("cv2.min of one pixel of 7, and 3", cv2.min(np.full((1, 1), 7, np.uint8), 3).ravel().tolist(), [3, 0, 0, 0])
PYTHON
done
