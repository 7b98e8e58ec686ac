"""Annotated pictures: what is drawn, where, and that nothing else is touched."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitlens.annotate import ACCEPTED, DOUBTED, DOUBTFUL_RGB, annotated
from digitlens.types import Box, Doubt, Glyph, Line, Reading

PEN = 1  # of a picture up to 600 pixels long


def glyph(box, label="7", accepted=True) -> Glyph:
    return Glyph(label, 0.9, 0.9, Box(*box), accepted, None if accepted else "unsure", {"7": 0.9, "1": 0.1})


def reading(*glyphs: Glyph) -> Reading:
    return Reading(None, "m@1", lines=(Line(glyphs, glyphs[0].box),)) if glyphs else Reading(None, "m@1")


def grain(height=120, width=200) -> np.ndarray:
    """Grey noise, in which every change is seen, and no pixel of which has a colour of ours."""
    return np.random.default_rng(0).integers(0, 256, (height, width), np.uint8)


def coloured(image, colour) -> np.ndarray:
    return (image == np.array(colour, np.uint8)).all(axis=2)


def changed(image, picture) -> np.ndarray:
    return (image != (picture[..., None] if picture.ndim == 2 else picture)).any(axis=2)


def test_each_box_has_a_border_of_its_colour_and_is_empty_within():
    picture = grain()
    image = annotated(picture, reading(glyph((20, 50, 24, 40)), glyph((110, 50, 30, 40), "2", False)))
    assert (image.shape, image.dtype) == ((120, 200, 3), np.uint8)
    for (x, y, w, h), colour in (((20, 50, 24, 40), ACCEPTED), ((110, 50, 30, 40), DOUBTFUL_RGB)):
        around = coloured(image, colour)[y - PEN : y + h + PEN, x - PEN : x + w + PEN]
        for edge in (around[0], around[-1], around[:, 0], around[:, -1]):
            assert edge.all()
        inside = np.s_[y : y + h, x : x + w]
        np.testing.assert_array_equal(image[inside], np.repeat(picture[inside][..., None], 3, axis=2))


def test_labels_stand_above_their_boxes_and_nothing_else_is_changed():
    picture = grain()
    image = annotated(picture, reading(glyph((20, 50, 24, 40)), glyph((110, 50, 30, 40), "2", False)))
    touched = changed(image, picture)
    allowed = np.zeros_like(touched)
    for x, w in ((20, 24), (110, 30)):
        allowed[49:91, x - 1 : x + w + 1] = True
        tag = np.s_[27:49, x - 1 : x + 17]  # letters of half a digit's height, and their tag
        allowed[tag] = True
        assert touched[tag].mean() > 0.5
    assert not (touched & ~allowed).any()


def test_a_label_is_written_light_on_blue_green_and_dark_on_orange():
    for accepted, written in ((True, 255), (False, 0)):
        image = annotated(np.full((120, 200), 128, np.uint8), reading(glyph((80, 50, 24, 40), "1", accepted)))
        tag = image[30:49, 79:100]
        assert coloured(tag, (written,) * 3).any()
        assert coloured(tag, ACCEPTED if accepted else DOUBTFUL_RGB).sum() > 60


def test_another_label_is_written_otherwise_and_what_is_no_digit_gets_a_question_mark():
    one, two, none, asked = (
        annotated(grain(), reading(glyph((20, 50, 24, 40), label, accepted=False)))
        for label in ("1", "2", "", "?")
    )
    assert (one != two).any()
    np.testing.assert_array_equal(none, asked)


@pytest.mark.parametrize(
    ("box", "side"),
    [
        ((20, 1, 24, 40), np.s_[42:, :]),  # no room above
        ((20, 1, 24, 118), np.s_[:, 45:]),  # nor below
        ((170, 1, 29, 118), np.s_[:, :169]),  # nor to the right
        ((20, 0, 24, 120), np.s_[:, 45:]),  # the box itself ends where the picture does
        ((0, 30, 200, 60), np.s_[:29, :]),
    ],
)
def test_a_label_goes_where_there_is_room(box, side):
    image = annotated(grain(), reading(glyph(box)))
    assert coloured(image[side], ACCEPTED).sum() > 50


def test_without_room_there_is_no_label():
    picture = grain(24, 24)
    image = annotated(picture, reading(glyph((2, 2, 20, 20))))
    touched = changed(image, picture)
    assert coloured(image, ACCEPTED)[1, 1:23].all()
    assert touched.sum() == 4 * 21


def test_labels_of_neighbours_do_not_cover_each_other():
    boxes = [(40 + 10 * i, 60, 8, 40) for i in range(8)]
    picture = np.zeros((160, 200), np.uint8)
    image = annotated(picture, reading(*(glyph(box, "8") for box in boxes)))
    white = coloured(image, (255, 255, 255))
    assert white[:59].any()  # above
    assert white[101:].any()  # and below, for want of room
    assert not changed(image, picture)[60:100, [44 + 10 * i for i in range(8)]].any()


@given(
    st.lists(st.tuples(*[st.integers(-5, 190)] * 2, *[st.integers(1, 90)] * 2), max_size=12),
    st.sampled_from([0.25, 1.0, 2.0]),
)
def test_no_label_covers_any_glyph_or_leaves_the_picture(boxes, scale):
    picture = np.full((150, 200, 3), 128, np.uint8)
    image = annotated(picture, reading(*(glyph(box, "4") for box in boxes)), scale)
    assert image.shape == picture.shape
    light = image.min(axis=2) > 200  # only writing is lighter than the picture
    for box in boxes:
        x, y, right, bottom = (
            int(side * scale) for side in (box[0], box[1], box[0] + box[2], box[1] + box[3])
        )
        assert not light[max(0, y) : max(0, bottom), max(0, x) : max(0, right)].any()


def test_lines_and_letters_grow_with_the_picture():
    small, large = (
        annotated(np.zeros((30 * n, 40 * n), np.uint8), reading(glyph((15 * n, 12 * n, 8 * n, 12 * n))))
        for n in (4, 100)
    )
    row = coloured(large, ACCEPTED)[1800, 1400:1500]
    assert row.sum() == 10  # a 400th of 4000 pixels
    assert coloured(small, ACCEPTED)[72, 56:60].sum() == 1
    assert coloured(large, (255, 255, 255)).sum() > 100 * coloured(small, (255, 255, 255)).sum()


def test_boxes_of_the_upload_are_drawn_on_a_smaller_copy():
    half = annotated(np.zeros((60, 100), np.uint8), reading(glyph((40, 40, 24, 40))), 0.5)
    fax = annotated(np.zeros((60, 100), np.uint8), reading(glyph((20, 10, 12, 10))), (1.0, 2.0))
    same = annotated(np.zeros((60, 100), np.uint8), reading(glyph((20, 20, 12, 20))))
    np.testing.assert_array_equal(half, same)
    np.testing.assert_array_equal(fax, same)


@pytest.mark.parametrize("channels", [3, 4])
def test_a_picture_in_colour_keeps_its_colours_and_is_not_written_to(channels):
    picture = np.random.default_rng(1).integers(0, 256, (60, 80, channels), np.uint8)
    before = picture.copy()
    image = annotated(picture, reading(glyph((30, 25, 12, 20))))
    np.testing.assert_array_equal(picture, before)
    np.testing.assert_array_equal(image[50:], picture[50:, :, :3])
    assert changed(image, picture[..., :3]).any()


def test_a_blank_picture_stays_as_it_is():
    picture = grain()
    np.testing.assert_array_equal(annotated(picture, reading()), np.repeat(picture[..., None], 3, axis=2))


def doubt(box) -> Doubt:
    return Doubt("incomplete", "Something was not read.", Box(*box))


def test_where_to_look_is_boxed_in_dashes_beneath_what_was_read():
    picture = grain()
    page = reading(glyph((20, 50, 24, 40)))
    line = replace(page.lines[0], doubts=(doubt((100, 40, 60, 48)),))
    image = annotated(picture, replace(page, lines=(line,), doubts=(doubt((10, 100, 41, 15)),)))
    for x, y, w, h in ((100, 40, 60, 48), (10, 100, 41, 15)):
        around = coloured(image, DOUBTED)[y - PEN : y + h + PEN, x - PEN : x + w + PEN]
        for edge in (around[0], around[-1], around[:, 0], around[:, -1]):
            assert 0.4 < edge.mean() < 0.7
        assert not around[1:-1, 1:-1].any()
        assert not changed(image, picture)[y : y + h, x : x + w].any()
    plain, boxed = annotated(picture, page), coloured(image, DOUBTED)
    np.testing.assert_array_equal(image[~boxed], plain[~boxed])


def test_a_page_of_which_nothing_was_read_shows_where_something_is():
    image = annotated(grain(), Reading(None, "m@1", doubts=(doubt((40, 40, 24, 40)),)), 0.5)
    rows, columns = np.nonzero(coloured(image, DOUBTED))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (19, 40, 19, 32)


@given(st.tuples(*[st.integers(-50, 250)] * 2, *[st.integers(1, 300)] * 2), st.sampled_from([0.25, 1.0, 2.0]))
def test_a_box_to_look_at_may_lie_anywhere(box, scale):
    assert annotated(grain(), Reading(None, "m@1", doubts=(doubt(box),)), scale).shape == (120, 200, 3)


def test_a_sign_is_labelled_as_it_is():
    plus = Glyph("÷", 0.9, 0.0, Box(20, 50, 24, 40), True, None, {"÷": 0.9})
    one, other = (annotated(grain(), reading(each)) for each in (plus, replace(plus, label="+")))
    assert (one != other).any()
