"""Of an animation the first frame that shows anything is read, and no more frames are looked at than a few."""

import io

import numpy as np
import pytest
from documents import saved
from PIL import Image

from digitlens.errors import UnreadableImage
from digitlens.imaging import animation, open_pages, open_picture

BLANK = Image.new("RGB", (40, 30), (250, 250, 240))
INKED = BLANK.copy()
INKED.paste((0, 0, 0), (10, 5, 20, 25))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_blank_frames_are_passed_over(kind: str) -> None:
    later = Image.new("RGB", BLANK.size, (120, 20, 20))
    frames = [BLANK, Image.new("RGB", BLANK.size, (240, 250, 250)), INKED, later]
    (picture,) = open_pages(saved(kind, frames, duration=100))
    assert picture.pixels[15, 15].max() < 40
    assert picture.pixels[2, 2].min() > 220


def test_a_first_frame_that_shows_something_is_kept() -> None:
    assert open_picture(saved("GIF", [INKED, BLANK], duration=100)).pixels[15, 15].max() < 40


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_where_no_frame_shows_anything_it_is_the_first(kind: str) -> None:
    frames = [BLANK, Image.new("RGB", BLANK.size, (40, 40, 40))]
    pixels = open_picture(saved(kind, frames, duration=100)).pixels
    assert np.abs(pixels.astype(int) - (250, 250, 240)).max() < 8


def test_no_more_frames_are_looked_at_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    blanks = [Image.new("L", (9, 9), 255 - level) for level in range(6)]
    gif = saved("GIF", [*blanks, Image.fromarray(np.eye(9, dtype=np.uint8) * 255)], duration=100)
    assert np.ptp(open_picture(gif).pixels) == 255
    monkeypatch.setattr(animation, "MAX_FRAMES", 6)
    assert (open_picture(gif).pixels == 255).all()
    monkeypatch.setattr(animation, "MAX_FRAMES", 7)
    monkeypatch.setattr(animation, "MAX_PIXELS", 81 * 6)
    assert (open_picture(gif).pixels == 255).all()


def test_a_damaged_frame_behind_a_blank_one_is_told() -> None:
    png = saved("PNG", [BLANK, INKED], duration=100)
    with pytest.raises(UnreadableImage, match="damaged or cut short"):
        open_picture(png[:-60])


def test_the_frame_that_a_pil_image_stands_at_is_read_though_it_is_blank() -> None:
    assert open_picture(Image.open(io.BytesIO(saved("GIF", [BLANK, INKED])))).pixels.min() > 230
