#!/usr/bin/env bash
# APNG: which picture is the first, and how many there are, depends on the decoder
#
# Seen with   pillow 13.0.0, opencv-python-headless 5.0.0.93, imageio 2.38.1
# Expected    The first picture of an animated PNG is the same for all, or differs between those that play animations
#             and those that do not.
# Happens     An APNG may hold a picture for programs that cannot play it. Pillow and imageio, which can, count it as a
#             frame, the first of n + 1. OpenCV leaves it out, even in plain imread: a still picture is asked for, and
#             the one that was put there as the still picture is not what comes.
# Why         Pillow adds one to n_frames where `default_image` is set (PngImagePlugin.py). OpenCV's decoder reads up to
#             the first chunk fdAT whenever there is an acTL.
# Hits        Screen recordings and stickers of written digits, whose still picture is often blank or a title.
# Here        imaging/animation.py passes over frames of one colour, so a blank still picture is no answer.
source "$(dirname "$0")/setup.sh"

python_with pillow==13.0.0 opencv-python-headless==5.0.0.93 imageio==2.38.1 numpy==2.4.6 <<'PYTHON'
import io
import struct
import zlib

import cv2
import imageio.v3 as imageio
import numpy as np
from PIL import Image
from seen import check


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def plain(level: int) -> bytes:
    return zlib.compress((b"\0" + bytes([level]) * 8) * 8)


def apng(still: int, frames: list[int]) -> bytes:
    """8x8 pixels: a still picture that is no frame, and frames, each of one level of grey."""
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    png += chunk(b"acTL", struct.pack(">II", len(frames), 0)) + chunk(b"IDAT", plain(still))
    for index, level in enumerate(frames):
        png += chunk(b"fcTL", struct.pack(">IIIIIHHBB", 2 * index, 8, 8, 0, 0, 1, 10, 0, 0))
        png += chunk(b"fdAT", struct.pack(">I", 2 * index + 1) + plain(level))
    return png + chunk(b"IEND", b"")


data = apng(10, [100, 200])
opened, levels = Image.open(io.BytesIO(data)), []
for index in range(opened.n_frames):
    opened.seek(index)
    levels.append(opened.convert("L").getpixel((0, 0)))
encoded = np.frombuffer(data, np.uint8)
check("Pillow", levels, [10, 100, 200])
check("imageio, frames", len(imageio.imread(data, extension=".png", index=None)), 3)
check("OpenCV, imdecode", int(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)[0, 0]), 100)
check("OpenCV, imdecodemulti", [int(f.flat[0]) for f in cv2.imdecodemulti(encoded, 0)[1]], [100, 200])
PYTHON
