"""Crops of a sheet that are read together: each gets its own glyphs, in its own pixels."""

import numpy as np

from digitlens import Reader
from digitlens.data.synth.writers import write, write_text
from digitlens.reader.crops import Crop, read_crops
from digitlens.types import Gray


def written(text: str, height: int) -> Gray:
    ink, rng = np.zeros((2 * height, 8 * height), np.float32), np.random.default_rng(3)
    box = (height, 0.3 * height, 6 * height, 1.4 * height)
    write_text(ink, text, box, rng, lambda digit, chance: write(digit, chance, 4))
    return np.rint(255 * (1 - 0.85 * ink)).astype(np.uint8)


def test_each_crop_is_read_by_itself_whatever_its_size():
    digits, signs = Reader(alphabet="digits").lines, Reader(alphabet="0123456789.", pattern="d.dd").lines
    told = [("408", 30, digits), ("2.05", 60, signs), ("17", 90, digits), ("9", 40, digits)]
    crops = [Crop(written(text, height), height, reader) for text, height, reader in told]
    readings = read_crops(crops)
    assert [max(one.lines, key=lambda line: len(line.glyphs)).text for one in readings] == [
        text for text, _, _ in told
    ]
    for crop, reading in zip(crops, readings, strict=True):
        for glyph in reading.lines[0].glyphs:
            x, y, w, h = glyph.box.to_list()
            inside = crop.picture[y : y + h, x : x + w]
            assert inside.min() < 128  # each box is about ink, in pixels of its crop
            assert glyph.is_sign or 0.6 * crop.height < h < 1.6 * crop.height


def test_many_crops_fill_several_canvases():
    reader = Reader(alphabet="digits").lines
    crops = [Crop(written(str(i % 10), 40), 40, reader) for i in range(150)]
    texts = ["".join(line.text for line in one.lines) for one in read_crops(crops)]
    assert len(texts) == 150
    assert np.mean([text == str(i % 10) for i, text in enumerate(texts)]) >= 0.9


def test_no_crops_have_no_readings():
    assert read_crops([]) == []
