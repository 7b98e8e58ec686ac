#!/usr/bin/env bash
# TIFF: a scan whose 0 is white is turned into black on white at 1 and 8 bits, but not at 16, or only by one flag
#
# Seen with   pillow 13.0.0, opencv-python-headless 5.0.0.93, tifffile 2026.3.3
# Expected    PhotometricInterpretation 0 (WhiteIsZero) means the same at every depth: the decoder gives white paper.
# Happens     Pillow gives paper 255 at 1 and 8 bits and a negative, paper 0, at 16 bits. OpenCV gives a negative with
#             IMREAD_UNCHANGED and a positive with IMREAD_GRAYSCALE, of the same file. tifffile never looks at the tag.
# Why         Pillow's OPEN_INFO (PIL/TiffImagePlugin.py) maps (0, 16 bits) to raw mode "I;16" where 8 bits have
#             "L;I", I for inverted. OpenCV decodes grey of 8 bits through libtiff's RGBA interface, which inverts.
# Hits        Whoever takes dark for ink: every digit of a 16-bit scan is white on black, and for MNIST's networks,
#             which want just that, it is inverted once more and fails.
# Here        imaging/modes.py inverts it after Pillow; and which of the two is ink is found from the picture anyway.
source "$(dirname "$0")/setup.sh"

python_with pillow==13.0.0 opencv-python-headless==5.0.0.93 tifffile==2026.3.3 numpy==2.4.6 <<'PYTHON'
import io

import cv2
import numpy as np
import tifffile
from PIL import Image
from seen import check


def paper_of(bits: int) -> list[int]:
    """The value of a sample that the file says is white, in 255ths: Pillow, OpenCV unchanged and grey, tifffile."""
    full = 2**bits - 1
    page = np.zeros((16, 16), {1: bool, 8: np.uint8, 16: np.uint16}[bits])
    page[4:12, 4:12] = full
    file = io.BytesIO()
    tifffile.imwrite(file, page, photometric="miniswhite")
    data = np.frombuffer(file.getvalue(), np.uint8)
    pages = [
        np.asarray(Image.open(file)),
        cv2.imdecode(data, cv2.IMREAD_UNCHANGED),
        cv2.imdecode(data, cv2.IMREAD_GRAYSCALE),
        tifffile.imread(io.BytesIO(data)),
    ]
    return [round(255 * int(page[0, 0]) / int(page.max())) for page in pages]


for bits, seen in ((1, [255, 255, 255, 0]), (8, [255, 255, 255, 0]), (16, [0, 0, 255, 0])):
    check(f"{bits} bits: the paper in Pillow, OpenCV unchanged, OpenCV grey, tifffile", paper_of(bits), seen)
PYTHON
