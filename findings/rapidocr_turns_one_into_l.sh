#!/usr/bin/env bash
# RapidOCR: a single 1 is turned upside down and read as L, with 99.8 % confidence
#
# Seen with   rapidocr-onnxruntime 1.4.4 and the networks that come with it (PP-OCRv4, direction classifier v2.0)
# Expected    A printed 1, upright, is read as 1; or the confidence is low.
# Happens     Of 0 to 9 alone, drawn 80 pixels high, 1 is read as L and 0 as O. Without the direction classifier
#             (use_cls=False), 1 is 1 again.
# Why         ch_ppocr_cls/text_cls.py turns a line by 180 degrees where the classifier says so with more than 0.9, which
#             is trained on lines of text. The flag of a 1 upside down is the foot of an L; the confidence told is that of
#             the reading after the turn, and says nothing of the turn.
# Hits        Columns of ones in tables and tallies, and boxes of one digit each.
# Here        A line is never turned upside down by its own look: whole pages are turned, by all of their lines.
source "$(dirname "$0")/setup.sh"

python_with rapidocr-onnxruntime==1.4.4 onnxruntime==1.32.0 opencv-python==5.0.0.93 pillow==13.0.0 numpy==2.4.6 <<'PYTHON'
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidocr_onnxruntime import RapidOCR
from seen import check

engine, font = RapidOCR(), ImageFont.load_default(80)


def read(text: str, **options: bool) -> tuple[str, float]:
    image = Image.new("RGB", (int(font.getlength(text)) + 80, 120), "white")
    ImageDraw.Draw(image).text((40, 10), text, fill="black", font=font)
    lines, _ = engine(np.asarray(image), **options)
    return "".join(line[1] for line in lines or []), min((line[2] for line in lines or []), default=0.0)


check("0 to 9, each alone", "".join(read(digit)[0] for digit in "0123456789"), "OL23456789")
check("confidence of the L above 0.99", read("1")[1] > 0.99, True)
check("without the direction classifier", read("1", use_cls=False)[0], "1")
PYTHON
