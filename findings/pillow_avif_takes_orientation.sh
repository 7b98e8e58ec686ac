#!/usr/bin/env bash
# Pillow: saving an AVIF takes the orientation out of the Exif object that it was given
#
# Seen with   pillow 13.0.0
# Expected    image.save("a.avif", exif=exif) reads exif; saving a JPEG with it afterwards keeps the orientation.
# Happens     The JPEG, PNG or second AVIF saved with the same object has none: pictures lie on their side from the
#             second file on. Given as bytes, or to any other format, nothing is lost.
# Why         AvifImagePlugin._save moves the orientation into the container with exif_data.pop(Orientation), and
#             exif_data is the caller's object.
# Hits        Data sets and archives that keep a photo in two formats, or cut it into glyphs saved with the photo's
#             Exif: some of the copies are turned, and labels were made for the upright ones.
# Here        Crops and frames are saved upright and without Exif.
source "$(dirname "$0")/setup.sh"

python_with pillow==13.0.0 <<'PYTHON'
import io

from PIL import Image
from seen import check

exif = Image.Exif()
exif[0x0112] = 6


def orientation(name: str, exif: Image.Exif | bytes) -> int | None:
    file = io.BytesIO()
    Image.new("RGB", (32, 48)).save(file, name, exif=exif)
    return Image.open(file).getexif().get(0x0112)


as_bytes = exif.tobytes()
check("saved in turn as JPEG, WebP, PNG", [orientation(name, exif) for name in ("JPEG", "WEBP", "PNG")], [6, 6, 6])
check("... as AVIF, JPEG, PNG, AVIF", [orientation(n, exif) for n in ("AVIF", "JPEG", "PNG", "AVIF")], [6] + [None] * 3)
check("the same from bytes", [orientation(n, as_bytes) for n in ("AVIF", "JPEG", "PNG", "AVIF")], [6] * 4)
PYTHON
