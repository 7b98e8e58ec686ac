"""Samples of the sheets that are drawn to learn from, all in one picture to look at."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitlens.data.synth.sheets import (
    DRAWN_SIGNS,
    OTHER,
    GlyphBank,
    Sheet,
    SheetConfig,
    draw_sheet,
    draw_whole,
)
from digitlens.files import atomic_write

__all__ = ["contact_sheet", "save_samples"]

PATCH_SIZE = 416, 160
"""Width and height of a patch to learn from."""

TILE = 416, 320
"""Width and height, at most, of a whole picture on the sheet of samples."""

SHEETS_ABREAST = 3
CAPTION = 14
FRAMES = {"digit": (0, 90, 255), "sign": (0, 150, 0), "other": (230, 0, 0)}


def save_samples(path: Path, count: int, seed: int, whole: bool, boxes: bool, config: Path | None) -> None:
    """Draw samples and save them as one picture.

    Args:
        path: of the picture, of any format that Pillow writes.
        count: how many samples.
        seed: the same seed gives the same samples.
        whole: whole pictures as those to calibrate with; else patches.
        boxes: draw what is known of each glyph.
        config: another configuration than the one that comes with the package.

    Raises:
        DatasetError: the configuration or a dataset cannot be had.
    """
    bank, how = GlyphBank.load("train"), SheetConfig.load(config)
    chances = (np.random.default_rng([seed, index]) for index in range(count))
    sheets = [
        draw_whole(bank, how, rng) if whole else draw_sheet(bank, how, rng, *PATCH_SIZE) for rng in chances
    ]
    picture = Image.fromarray(contact_sheet(sheets, boxes))
    with atomic_write(path) as part:
        picture.save(part, format=Image.registered_extensions().get(path.suffix.lower(), "PNG"))


def contact_sheet(sheets: list[Sheet], boxes: bool) -> NDArray[np.uint8]:
    """Lay samples out in columns, each over its text: uint8 (H, W, 3)."""
    tiles = [_tile(sheet, boxes) for sheet in sheets]
    width = max(tile.width for tile in tiles)
    rows = [tiles[i : i + SHEETS_ABREAST] for i in range(0, len(tiles), SHEETS_ABREAST)]
    heights = [max(tile.height for tile in row) + 4 for row in rows]
    whole = Image.new("RGB", (SHEETS_ABREAST * (width + 4), sum(heights)), (110, 110, 110))
    top = 0
    for row, height in zip(rows, heights, strict=True):
        for place, tile in enumerate(row):
            whole.paste(tile, (place * (width + 4), top))
        top += height
    return np.asarray(whole, np.uint8)


def _tile(sheet: Sheet, boxes: bool) -> Image.Image:
    """One sample, made smaller where it is too large, with its text below."""
    picture = Image.fromarray(sheet.pixels)
    scale = min(1.0, TILE[0] / picture.width, TILE[1] / picture.height)
    picture = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    tile = Image.new("RGB", (max(picture.width, TILE[0]), picture.height + CAPTION), (110, 110, 110))
    tile.paste(picture, (0, 0))
    draw = ImageDraw.Draw(tile)
    for mark in sheet.marks if boxes else ():
        x, y, w, h = (at * scale for at in mark.box)
        kind = "other" if mark.label == OTHER else "sign" if mark.label in DRAWN_SIGNS else "digit"
        draw.rectangle((x - 1, y - 1, x + w, y + h), outline=FRAMES[kind])
        draw.text((x, max(0, y - 11)), mark.label or "?", fill=FRAMES[kind])
    draw.text((2, picture.height + 1), sheet.text.replace("\n", " | ")[:66], fill=(255, 255, 0))
    return tile
