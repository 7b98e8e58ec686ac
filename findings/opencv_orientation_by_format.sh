#!/usr/bin/env bash
# OpenCV: whether a picture is turned upright depends on the format that holds the same tag
#
# Seen with   opencv-python-headless 5.0.0.93, pillow 13.0.0
# Expected    Orientation 6 (turn to the right) is obeyed by IMREAD_COLOR and ignored by IMREAD_UNCHANGED, in whatever
#             file: so says the documentation of the flags, which speaks of EXIF alone.
# Happens     JPEG, PNG and WebP do so. A TIFF is turned with every flag, IMREAD_UNCHANGED and
#             IMREAD_IGNORE_ORIENTATION included; an AVIF with none. Pillow turns a TIFF while it decodes, and leaves
#             all others to ImageOps.exif_transpose.
# Why         OpenCV's TIFF decoder obeys TIFF's own tag 274 itself (grfmt_tiff.cpp, opencv/opencv pull request
#             14609); AVIF keeps it in the container's irot and imir, which are not looked at.
# Hits        Photos in AVIF are read lying on their side; code that reads unchanged and turns by the tag afterwards
#             turns a TIFF twice.
# Here        Pillow decodes everything, and imaging/open.py turns by what is left of the tag after decoding.
source "$(dirname "$0")/setup.sh"

python_with opencv-python-headless==5.0.0.93 pillow==13.0.0 numpy==2.4.6 <<'PYTHON'
import io

import cv2
import numpy as np
from PIL import Image
from seen import check

PICTURE = Image.new("RGB", (32, 48))  # on its side: upright it is 48 wide
FLAGS = (cv2.IMREAD_COLOR, cv2.IMREAD_UNCHANGED, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
ONLY_IF_ASKED, ALWAYS, NEVER = [True, False, False, False], [True, True, True, True], [False] * 4
SEEN = {"JPEG": ONLY_IF_ASKED, "PNG": ONLY_IF_ASKED, "WEBP": ONLY_IF_ASKED, "TIFF": ALWAYS, "AVIF": NEVER}

for name, seen in SEEN.items():
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    PICTURE.save(file, name, exif=exif)
    data = np.frombuffer(file.getvalue(), np.uint8)
    widths = [cv2.imdecode(data, flags).shape[1] for flags in FLAGS]
    opened = Image.open(file)
    opened.load()
    turned = [width == 48 for width in (*widths, opened.width)]
    check(f"{name} turned by OpenCV colour, unchanged, ignoring; by Pillow's load", turned, seen)
PYTHON
