"""Lines cut out of a page: straight whatever the line does, glyphs of one height, where they stood."""

import numpy as np
import pytest

from digitlens.imaging import STRIP_GLYPH, STRIP_HEIGHT, text_strip

HEIGHT = 20


def _page(rise, count=9):
    """Squares of ``HEIGHT`` pixels, every 40 pixels, each as high up as ``rise`` says of its place; their boxes."""
    page = np.zeros((300, 460), np.float32)
    boxes = []
    for place in range(count):
        x, y = 30 + 40 * place, round(140 + rise(place))
        page[y : y + HEIGHT, x : x + HEIGHT] = 1
        boxes.append([x, y, HEIGHT, HEIGHT])
    return page, np.array(boxes, float)


@pytest.mark.parametrize(
    "rise",
    [lambda _: 0, lambda i: 9 * i, lambda i: -7 * i, lambda i: 0.6 * (i - 4) ** 2],
    ids=("level", "falling", "rising", "bent"),
)
def test_a_line_is_straightened_and_enlarged(rise):
    page, boxes = _page(rise)
    strip = text_strip(page, boxes, HEIGHT, 1.5)
    scale = STRIP_GLYPH / HEIGHT
    assert strip.contrast.shape == (STRIP_HEIGHT, round((40 * 8 + HEIGHT + 3 * HEIGHT) * scale))
    rows = np.arange(STRIP_HEIGHT) + 0.5
    for x, _, w, _ in boxes:
        columns = slice(*np.rint((np.array([x, x + w]) - strip.left) * strip.scale).astype(int))
        ink = strip.contrast[:, columns].clip(0, 1).sum(axis=1)
        assert ink.sum() == pytest.approx(STRIP_GLYPH**2, rel=0.25)
        assert abs(float(ink @ rows / ink.sum()) - STRIP_HEIGHT / 2) < 4


def test_points_do_not_tell_where_a_line_runs():
    page, boxes = _page(lambda _: 0)
    with_point = np.insert(boxes, 4, [175, 158, 4, 4], axis=0)
    plain, pointed = (text_strip(page, each, HEIGHT, 1.5) for each in (boxes, with_point))
    np.testing.assert_allclose(plain.contrast, pointed.contrast, atol=1e-5)


def test_what_lies_beyond_the_page_is_paper():
    page, boxes = _page(lambda _: 0)
    strip = text_strip(page, boxes[:1] - np.array([20, 0, 0, 0]), HEIGHT, 3)
    assert strip.left < 0
    assert not strip.contrast[:, : int(-strip.left * strip.scale) - 2].any()
