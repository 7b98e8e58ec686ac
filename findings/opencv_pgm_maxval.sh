#!/usr/bin/env bash
# PGM: OpenCV scales by the largest value in a file of figures, and not in a file of bytes
#
# Seen with   opencv-python-headless 5.0.0.93, pillow 13.0.0
# Expected    Maxval says what white is: a sample of 15 in a PGM of maxval 15 is 255, in P2 (figures) and P5 (bytes).
# Happens     Pillow gives 255 in both. OpenCV gives 255 for P2 and 15 for P5, so a page whose paper is white is as
#             good as black; with IMREAD_GRAYSCALE a P5 of maxval 1023 has white at 3.
# Why         grfmt_pxm.cpp applies a table that scales by maxval when it parses figures, and copies bytes as they are.
# Hits        Old sets of digits and document scans kept as PGM of 16 or 100 grey levels: ink and paper differ by
#             15 of 255, which a fixed threshold takes for a blank page.
# Here        Pillow decodes PGM.
source "$(dirname "$0")/setup.sh"

python_with opencv-python-headless==5.0.0.93 pillow==13.0.0 numpy==2.4.6 <<'PYTHON'
import io

import cv2
import numpy as np
from PIL import Image
from seen import check


def white(data: bytes) -> tuple[int, int]:
    """What the second of two pixels, black and white, is in Pillow and OpenCV."""
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    return int(np.asarray(Image.open(io.BytesIO(data)))[0, 1]), int(decoded[0, 1])


for most in (1, 15, 100, 255):
    check(f"maxval {most}, P2: Pillow, OpenCV", white(b"P2 2 1 %d\n0 %d\n" % (most, most)), (255, 255))
    check(f"maxval {most}, P5: Pillow, OpenCV", white(b"P5 2 1 %d\n\0%c" % (most, most)), (255, most))
check("maxval 1023, P5: Pillow, OpenCV", white(b"P5 2 1 1023\n\0\0\3\377"), (65535, 3))
PYTHON
