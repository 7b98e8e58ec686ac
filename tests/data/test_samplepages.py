"""Pages to try: the same every time, small, and of what they say."""

from io import BytesIO

import pytest
from PIL import Image

from digitlens import Reader
from digitlens.data import samplepages
from digitlens.data.samplepages import SAMPLE_MARKS, SAMPLE_PAGES, draw_sample_page


@pytest.mark.parametrize("key", SAMPLE_PAGES)
def test_a_page_is_a_small_jpeg_and_the_same_every_time(key: str) -> None:
    first = draw_sample_page(key)
    samplepages.draw_sample_page.cache_clear()
    assert draw_sample_page(key) == first
    assert len(first) < 200_000
    assert Image.open(BytesIO(first)).format == "JPEG"


def test_the_numbers_on_a_page_are_those_it_says() -> None:
    assert Reader().read(draw_sample_page("date")).text == SAMPLE_PAGES["date"].reads == "12.05.2024"


def test_the_marks_add_up() -> None:
    rows = [[int(text) for text in row] for row in SAMPLE_MARKS]
    assert all(row[-1] == sum(row[:-1]) for row in rows)
    assert rows[-1] == [sum(column) for column in zip(*rows[:-1], strict=True)]
