"""Read a page line by line, and draw what was read onto it.

python examples/read_page.py form.jpg drawn.png      # without a page, one made of two digits that DigitLens brings
"""

import io
import sys
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps

from digitlens import Reader
from digitlens.data.samples import draw


def two_digits() -> Image.Image:
    """A page with a 3 and a 7 beside each other."""
    digits = [Image.open(io.BytesIO(draw(name))) for name in ("pen", "pencil")]
    page = Image.new("RGB", (sum(digit.width for digit in digits), digits[0].height))
    for index, digit in enumerate(digits):
        page.paste(digit, (index * digits[0].width, 0))
    return page


def main(arguments: Sequence[str]) -> int:
    """Print each line with what keeps it from being accepted, and save the page with a box around each glyph."""
    page = ImageOps.exif_transpose(Image.open(arguments[0])) if arguments else two_digits()
    reading = Reader().read(page)
    drawn = page.convert("RGB")
    brush = ImageDraw.Draw(drawn)
    for line in reading.lines:
        print(
            line.text, "accepted" if line.accepted else "look at it", [doubt.message for doubt in line.doubts]
        )
        for glyph in line.glyphs:
            box = glyph.box
            colour = "green" if glyph.accepted else "red"
            brush.rectangle((box.x, box.y, box.x + box.w, box.y + box.h), outline=colour, width=2)
            brush.text((box.x, box.y - 12), glyph.label, fill=colour)
    drawn.save(arguments[1] if len(arguments) > 1 else "drawn.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
