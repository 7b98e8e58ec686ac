"""Arrays of other types than uint8 are taken where it is plain what they mean; else the error says how to convert."""

import numpy as np
import pytest

from digitlens.errors import UnreadableImage
from digitlens.imaging import open_picture
from digitlens.reader import Reader

LEVELS = np.arange(256, dtype=np.uint8).reshape(8, 32)


@pytest.mark.parametrize(
    "given",
    [
        LEVELS,
        LEVELS.astype(np.float32) / 255,
        LEVELS / 255,
        LEVELS.astype(np.float64),
        LEVELS.astype(np.int64),
        LEVELS.astype(np.uint16),
        (LEVELS / 255)[:, :, None],
    ],
)
def test_what_is_plain_is_taken(given) -> None:
    opened = open_picture(given).pixels
    assert opened.dtype == np.uint8
    np.testing.assert_array_equal(opened, LEVELS)


def test_colours_and_truth_values_are_taken() -> None:
    colours = np.stack([LEVELS, LEVELS[::-1], LEVELS], axis=2)
    np.testing.assert_array_equal(open_picture(colours / 255).pixels, colours)
    np.testing.assert_array_equal(open_picture(LEVELS > 127).pixels, np.where(LEVELS > 127, 255, 0))
    assert open_picture(np.zeros((4, 5), int)).pixels.max() == 0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (LEVELS / 128 - 1, r"from -1 to 0\.99\d+, .*: stretch it, \(\(array - array\.min"),
        (LEVELS.astype(np.uint16) * 257, r"uint16 from 0 to 65535, .*give \(array // 257\)"),
        (LEVELS // 128 * np.int64(1), r"int64 from 0 to 1, .*give array \* 255"),
        (np.where(LEVELS, np.nan, 0.5), r"numpy\.nan_to_num"),
        (LEVELS * 1j, "holds complex128, expected uint8"),
        (np.moveaxis(np.zeros((9, 8, 3)), 2, 0), r"shape \(3, 9, 8\), .*numpy\.moveaxis\(array, 0, -1\)"),
        (np.zeros((6, 28, 28), np.uint8), "or all to read_many or classify_many"),
        (np.zeros(9), r"shape \(9,\), expected \(H, W\)"),
    ],
)
def test_what_is_not_says_how_to_convert(given, sentence: str) -> None:
    with pytest.raises(UnreadableImage, match=sentence):
        open_picture(given)


def test_a_list_is_told_what_takes_it() -> None:
    for several in (["a.png", "b.png"], (LEVELS, LEVELS), iter(["a.png"])):
        with pytest.raises(
            UnreadableImage, match=r"of several pictures, .* read_many or classify_many; of one"
        ):
            Reader().read(several)  # pyright: ignore[reportArgumentType]
