#!/usr/bin/env bash
# TIFF: the thumbnail that a scanner puts into the file is a page to every decoder, and may be the first
#
# Seen with   pillow 13.0.0, opencv-python-headless 5.0.0.93, pymupdf 2.0, tifffile 2026.3.3, imageio 2.38.1
# Expected    An image that NewSubfileType marks as "a reduced-resolution version of another image" is not counted.
# Happens     A file of one page has two in Pillow, OpenCV, MuPDF and tifffile; where the thumbnail comes first, as
#             TIFF allows, Image.open and cv2.imread give it, 30x20 pixels, instead of the page.
# Why         They walk the list of directories; none looks at tag 254. Pillow's n_frames counts the seeks.
# Hits        Each page of such an archive is read twice, the second time from a picture too small to read; a batch
#             has rows too many, or reads thumbnails alone.
# Here        imaging/open.py passes over images so marked, where there is another.
source "$(dirname "$0")/setup.sh"

python_with pillow==13.0.0 opencv-python-headless==5.0.0.93 pymupdf==2.0 tifffile==2026.3.3 imageio==2.38.1 \
    numpy==2.4.6 <<'PYTHON'
import io

import cv2
import imageio.v3 as imageio
import numpy as np
import pymupdf
import tifffile
from PIL import Image
from seen import check

PAGE, THUMBNAIL = np.zeros((200, 300), np.uint8), np.zeros((20, 30), np.uint8)


def tiff(*images: np.ndarray) -> bytes:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for image in images:
            writer.write(image, subfiletype=int(image is THUMBNAIL), metadata=None)
    return file.getvalue()


after = tiff(PAGE, THUMBNAIL)
check("Pillow, pages", Image.open(io.BytesIO(after)).n_frames, 2)
check("OpenCV, pages", len(cv2.imdecodemulti(np.frombuffer(after, np.uint8), -1)[1]), 2)
check("MuPDF, pages", pymupdf.open("tiff", after).page_count, 2)
check("tifffile, series", len(tifffile.TiffFile(io.BytesIO(after)).series), 2)

before = tiff(THUMBNAIL, PAGE)
check("Pillow, the first", Image.open(io.BytesIO(before)).size, (30, 20))
check("OpenCV, the first", cv2.imdecode(np.frombuffer(before, np.uint8), -1).shape, (20, 30))
check("imageio, the first", imageio.imread(before, extension=".tif").shape, (20, 30))
PYTHON
