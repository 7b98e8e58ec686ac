"""What comes back from the sheet is checked: a browser can be made to send anything."""

import base64
import io
import string
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from digitlens.errors import UnreadableImage
from digitlens.imaging import open_picture
from digitlens.web.canvas import CANVAS_HEIGHT, CANVAS_WIDTH, MOST_CANVAS_BYTES, checked_drawing

ADDRESS = "data:image/png;base64,"


def encoded(width: int = CANVAS_WIDTH, height: int = CANVAS_HEIGHT, kind: str = "png") -> bytes:
    """A picture with a black bar."""
    pixels = np.full((height, width), 255, np.uint8)
    pixels[10:-10, width // 2 : width // 2 + 9] = 0
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def address(file: bytes) -> str:
    return ADDRESS + base64.b64encode(file).decode()


PNG = encoded()


def test_a_drawing_comes_back_byte_for_byte() -> None:
    assert checked_drawing({"version": 3, "picture": address(PNG)}, 3) == PNG
    assert open_picture(PNG).pixels.shape == (420, 560)


@pytest.mark.parametrize(
    "sent", [None, {"version": 3, "picture": None}, {"version": 2, "picture": address(PNG)}]
)
def test_nothing_an_empty_sheet_and_an_older_sheet_are_no_drawing(sent: object) -> None:
    assert checked_drawing(sent, 3) is None


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (address(PNG[:-200]), "damaged"),
        (address(PNG[:40]), "damaged"),
        (address(PNG[:60] + b"\xff" * 30 + PNG[90:]), "damaged"),
        (address(encoded(28, 28)), "not a PNG of 560 x 420 pixels"),
        (address(encoded(9_000, 9_000)), "not a PNG of 560 x 420 pixels"),
        (address(encoded(kind="jpeg")), "not a PNG of 560 x 420 pixels"),
        (address(b""), "not a PNG of 560 x 420 pixels"),
        (address(PNG) + "!", "not in base64"),
        (address(PNG)[:-1] + "é", "not in base64"),
        (address(PNG).replace("png", "svg+xml", 1), "it is not a PNG"),
        ("https://example.org/3.png", "it is not a PNG"),
        (ADDRESS + "A" * MOST_CANVAS_BYTES, f"more than {MOST_CANVAS_BYTES}"),
        (7, "not a drawing"),
        ([address(PNG)], "not a drawing"),
    ],
)
def test_anything_else_is_refused_with_its_reason_and_a_way_out(picture: object, reason: str) -> None:
    with pytest.raises(UnreadableImage, match=rf"{reason}.*[Pp]ress Clear and draw it again"):
        checked_drawing({"version": 0, "picture": picture}, 0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
PICTURES = (
    JSON
    | st.text(string.printable).map(ADDRESS.__add__)
    | st.binary(max_size=200).map(lambda file: address(PNG[:33] + file))
    | st.tuples(st.integers(0, len(PNG) - 1), st.binary(min_size=1, max_size=4)).map(
        lambda edit: address(PNG[: edit[0]] + edit[1] + PNG[edit[0] + len(edit[1]) :])
    )
)


@given(JSON | st.fixed_dictionaries({"version": st.just(0) | JSON, "picture": PICTURES}))
def test_whatever_a_browser_sends_gives_a_picture_that_opens_nothing_or_a_sentence(sent: object) -> None:
    drawing = None
    with suppress(UnreadableImage):
        drawing = checked_drawing(sent, 0)
    assert drawing is None or open_picture(drawing).pixels.shape[:2] == (CANVAS_HEIGHT, CANVAS_WIDTH)


def test_a_page_with_the_sheet_runs_without_a_browser() -> None:
    def page() -> None:
        import streamlit as st  # noqa: PLC0415

        from digitlens.web.canvas import draw_area  # noqa: PLC0415

        st.text(f"drawn: {draw_area('sheet', version=5)}")

    run: Any = AppTest.from_function(page, default_timeout=120).run()
    assert not run.exception
    assert run.text[0].value == "drawn: None"
