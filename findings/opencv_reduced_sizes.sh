#!/usr/bin/env bash
# OpenCV: IMREAD_REDUCED rounds up or down by format, fails on pictures under 8 pixels, and squeezes a turned TIFF
#
# Seen with   opencv-python-headless 5.0.0.93, pillow 13.0.0
# Expected    A picture of 101x51 read with IMREAD_REDUCED_COLOR_8 has one size, whatever file it came in; a small one
#             has at least one pixel; a reduced picture has the shape of the whole.
# Happens     13x7 from a JPEG, 12x6 from PNG, BMP, WebP and TIFF. 7x5 pixels give 1x1 from a JPEG and an exception
#             from the others. A TIFF of 32x48 with orientation 6 is 48x32 in full and 16x24 reduced by 2: the turned
#             picture is squeezed into the size that it had before.
# Why         libjpeg decodes a fraction and rounds up; for the others imgcodecs/src/loadsave.cpp decodes all and resizes
#             to width / 8 in integers, 0 among them, taken from the header, which does not know of TIFF's turn.
# Hits        Boxes found on a reduced picture are off by up to 8 % of a small one when scaled back by 8; digits from a
#             turned scan are 2.25 times too slim.
# Here        Pillow reduces (draft for JPEG, reduce for others, both rounding up), and boxes are scaled by the factor.
source "$(dirname "$0")/setup.sh"

python_with opencv-python-headless==5.0.0.93 pillow==13.0.0 numpy==2.4.6 <<'PYTHON'
import io

import cv2
import numpy as np
from PIL import Image
from seen import check


def reduced(name: str, size: tuple[int, int], flag: int, **options: object) -> tuple[int, int] | str:
    file = io.BytesIO()
    Image.new("RGB", size, "grey").save(file, name, **options)
    try:
        return cv2.imdecode(np.frombuffer(file.getvalue(), np.uint8), flag).shape[1::-1]
    except cv2.error:
        return "cv2.error"


for name in ("JPEG", "PNG", "BMP", "WEBP", "TIFF"):
    now = [reduced(name, size, cv2.IMREAD_REDUCED_COLOR_8) for size in ((101, 51), (7, 5))]
    check(f"{name}, 101x51 and 7x5 by 8", now, [(13, 7), (1, 1)] if name == "JPEG" else [(12, 6), "cv2.error"])

turned = Image.Exif()
turned[0x0112] = 6
for name, seen in (("JPEG", [(48, 32), (24, 16)]), ("TIFF", [(48, 32), (16, 24)])):
    sizes = [reduced(name, (32, 48), flag, exif=turned) for flag in (cv2.IMREAD_COLOR, cv2.IMREAD_REDUCED_COLOR_2)]
    check(f"{name}, 32x48 to be turned: whole, and by 2", sizes, seen)
PYTHON
