"""Pages read with the shipped network: what is found, where, in which order, and what is left out."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digitlens import Reader
from digitlens.data import load
from digitlens.data.samples import SAMPLES, draw
from digitlens.data.synth import PageSettings, draw_pages
from digitlens.metrics import edit_distance
from written import boxes_of, page_of


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


PAGE = ["4734", "7347", "4374"]
"""Digits that are none upside down, or others: so that a page can be told to lie on its head."""

HEIGHT, WIDTH = page_of(PAGE).shape


def upright(boxes) -> np.ndarray:
    """Left, top, right and bottom of glyphs' boxes."""
    return np.array([[box.x, box.y, box.x + box.w, box.y + box.h] for box in boxes])


def boxes(reading) -> np.ndarray:
    return upright(glyph.box for glyph in reading.glyphs)


def rotated(picture: np.ndarray, degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """A picture turned clockwise on a larger white sheet, and the map (2, 3) from its pixels to the sheet's."""
    height, width = picture.shape
    side = int(1.1 * np.hypot(height, width))
    turning = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    turning[:, 2] += (side - width) / 2, (side - height) / 2
    return np.asarray(cv2.warpAffine(picture, turning, (side, side), borderValue=(255,)), np.uint8), turning


def test_a_page_is_read_as_the_contract_says(reader, tmp_path):
    Image.fromarray(page_of(["4071", "22"])).save(tmp_path / "a.png")
    reading = reader.read(tmp_path / "a.png")
    assert reading.file == str(tmp_path / "a.png")
    assert reading.text == "4071\n22"
    assert [line.text for line in reading.lines] == ["4071", "22"]
    assert reading.accepted == (not reading.doubts and all(line.accepted for line in reading.lines))
    assert (reading.reason is None) == reading.accepted
    assert reading.page == 1
    assert reading.ms > 0
    assert reading.model.startswith("robust@")
    for line in reading.lines:
        within = upright(glyph.box for glyph in line.glyphs)
        around = [*within[:, :2].min(axis=0), *within[:, 2:].max(axis=0)]
        assert around == upright([line.box])[0].tolist()
        for glyph in line.glyphs:
            assert list(glyph.probabilities) == list("0123456789")
            assert sum(glyph.probabilities.values()) == pytest.approx(1, abs=1e-5)
            assert 0.5 < glyph.digit_score <= 1
    values = reading.to_dict()
    assert values["text"] == "4071\n22"
    assert [line["text"] for line in values["lines"]] == ["4071", "22"]
    assert reading.steps[0].name == "picture"
    assert reading.steps[-1].image.shape == (28, 6 * 28)


@pytest.mark.parametrize("scale", [0.5, 0.7, 1, 1.6, 3])
@pytest.mark.parametrize("light", [False, True])
def test_boxes_map_back_whatever_the_scale_and_the_side_of_the_ink(reader, scale, light):
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    page = np.asarray(cv2.resize(page_of(PAGE), None, fx=scale, fy=scale, interpolation=how), np.uint8)
    reading = reader.read(255 - page if light else page)
    assert reading.text.split("\n") == PAGE
    np.testing.assert_allclose(boxes(reading), np.array(boxes_of(PAGE)) * scale, atol=3 + 5 * scale)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_on_its_side_or_its_head_reads_the_same_and_boxes_map_back(reader, quarters):
    reading = reader.read(np.ascontiguousarray(np.rot90(page_of(PAGE), quarters)))
    assert reading.text.split("\n") == PAGE
    left, top, right, bottom = np.array(boxes_of(PAGE)).T
    expected = {
        1: [top, WIDTH - right, bottom, WIDTH - left],
        2: [WIDTH - right, HEIGHT - bottom, WIDTH - left, HEIGHT - top],
        3: [HEIGHT - bottom, left, HEIGHT - top, right],
    }
    np.testing.assert_allclose(boxes(reading), np.array(expected[quarters]).T, atol=8)


@pytest.mark.parametrize("degrees", [7, -7, -15])
def test_a_page_askew_reads_the_same_and_boxes_map_back(reader, degrees):
    sheet, turning = rotated(page_of(PAGE), degrees)
    reading = reader.read(sheet)
    assert reading.text.split("\n") == PAGE
    middles = np.array(boxes_of(PAGE)).reshape(-1, 2, 2).mean(axis=1)
    expected = np.hstack([middles, np.ones((len(middles), 1))]) @ turning.T
    np.testing.assert_allclose(boxes(reading).reshape(-1, 2, 2).mean(axis=1), expected, atol=7)
    for box, (middle, *_) in zip(boxes(reading), zip(expected, strict=True), strict=True):
        assert (box[:2] < middle).all()
        assert (middle < box[2:]).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_is_heeded_and_boxes_are_those_of_the_upright_picture(reader, orientation):
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = Image.fromarray(page_of(PAGE))
    stored = image.transpose(undo[orientation]) if orientation in undo else image
    exif, buffer = Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    stored.save(buffer, "PNG", exif=exif)
    assert reader.read(buffer.getvalue()).lines == reader.read(page_of(PAGE)).lines


def test_boxes_of_a_reduced_picture_are_in_pixels_of_the_upload(reader):
    page = cv2.resize(page_of(PAGE), None, fx=13, fy=13, interpolation=cv2.INTER_CUBIC)
    assert page.size > 16_000_000
    reading = reader.read(np.asarray(page, np.uint8))
    assert reading.text.split("\n") == PAGE
    np.testing.assert_allclose(boxes(reading), np.array(boxes_of(PAGE)) * 13, atol=75)


def test_rotate_overrules(reader):
    page = page_of(PAGE)
    lying = np.ascontiguousarray(np.rot90(page))  # a quarter to the left
    assert reader.read(lying, rotate=90).text.split("\n") == PAGE
    assert reader.read(lying, rotate=-270).text.split("\n") == PAGE
    for wrong in (0, 180, 270):
        assert reader.read(lying, rotate=wrong).text.split("\n") != PAGE
    assert reader.read(page, rotate=0).text.split("\n") == PAGE
    sheet, _ = rotated(page, 20)
    assert reader.read(sheet, rotate=-20).text.split("\n") == PAGE


@pytest.mark.parametrize("slope", [-12, -4, 4, 12])
def test_sloped_lines_keep_their_order(reader, slope):
    lines = ["340734", "7", "473", "734034"]
    sheet, _ = rotated(page_of(lines), slope)
    assert reader.read(sheet).text.split("\n") == lines


@pytest.mark.parametrize(("squared", "level"), [(False, 150), (True, 170), (False, 220)])
@pytest.mark.parametrize("step", [31, 57])
def test_ruled_and_squared_paper_reads_as_plain(reader, squared, level, step):
    page = page_of(PAGE)
    for y in range(step, HEIGHT, step):
        page[y] = np.minimum(page[y], level)
    for x in range(step, WIDTH, step) if squared else ():
        page[:, x] = np.minimum(page[:, x], level)
    assert reader.read(page).text.split("\n") == PAGE


TOUCHING = ["35", "58", "47", "60", "23", "88", "74", "92"]


def test_digits_that_touch_are_parted(reader):
    parted, written = 0, [(pair, gap) for pair in TOUCHING for gap in (-0.08, -0.04, 0.0)]
    for pair, gap in written:
        reading = reader.read(page_of([f"{pair}4"], height=80, gap=gap))
        if reading.text == f"{pair}4":
            parted += 1
            left, right = boxes(reading)[:2]
            assert left[0] < right[0]
            assert left[2] < right[2]
    assert parted >= 0.85 * len(written)


def test_signs_are_read_unless_the_alphabet_leaves_them_out(reader):
    page = page_of(["12.5", "24/7", "-45", "2,72"], gap=0.3)
    with_signs, without = reader.read(page), Reader(alphabet="digits").read(page)
    assert with_signs.text == "12.5\n24/7\n-45\n2,72"
    assert without.text.replace(" ", "") == "125\n247\n45\n272"  # where a sign is left out, there is a gap
    glyphs = with_signs.glyphs
    digits = [glyph for glyph in glyphs if glyph.label.isdigit()]
    assert [(glyph.label, glyph.box) for glyph in digits] == [
        (glyph.label, glyph.box) for glyph in without.glyphs
    ]
    written = boxes_of(["12.5", "24/7", "-45", "2,72"], gap=0.3)
    for glyph, box, expected in zip(glyphs, boxes(with_signs), written, strict=True):
        np.testing.assert_allclose(box, expected, atol=8)
        assert glyph.accepted == (glyph.reason is None)
        assert sum(glyph.probabilities.values()) <= 1 + 1e-5


SLASHES = ["24/7", "1/2", "11/11", "7/10"]


def test_slashes_between_digits_are_read(reader):
    written = [(text, height) for text in SLASHES for height in (40, 60, 100)]
    right = [reader.read(page_of([text], height, gap=0.3)).text == text for text, height in written]
    assert sum(right) >= 0.8 * len(written)


@pytest.mark.parametrize("text", SLASHES)
@pytest.mark.parametrize("gap", [0.3, 0.45, 0.6])
def test_a_line_whose_slash_is_read_as_a_one_is_not_accepted(reader, text, gap):
    """Far from its neighbours a slash is much like a 1."""
    for height in (40, 60, 100):
        reading = reader.read(page_of([text], height, gap))
        assert reading.text == text or not reading.accepted


def test_ones_are_no_slashes(reader):
    for text in ("1111", "7117", "10111"):
        assert reader.read(page_of([text])).text == text


ROWS, COLUMNS = np.indices((240, 320))


@pytest.mark.parametrize(
    "paper",
    [
        np.full((90, 60), 255, np.uint8),
        np.zeros((200, 300), np.uint8),
        np.full((1, 1), 90, np.uint8),
        (60 + 0.5 * COLUMNS).astype(np.uint8),
        (230 - 0.3 * COLUMNS - 0.4 * ROWS).astype(np.uint8),
        *(
            np.where(rows % step == step - 1, 150, 255).astype(np.uint8)
            for rows, step in ((ROWS, 20), (ROWS, 55))
        ),
    ],
)
def test_nothing_is_read_where_nothing_is_written(reader, paper):
    reading = reader.read(paper)
    assert (reading.text, reading.glyphs, reading.reason, reading.accepted) == ("", (), "blank", False)
    assert reading.steps


def test_a_picture_of_one_digit_reads_as_it_is_classified(reader):
    for key in SAMPLES.keys() - {"blank"}:
        sample = SAMPLES[key]
        read, classified = reader.read(draw(key)), reader.classify(draw(key))
        assert sample.reads is None or read.text == sample.reads
        if classified.text:
            assert read.glyphs == classified.glyphs
        assert [step.name for step in read.steps] == [step.name for step in classified.steps]


def test_what_is_no_digit_is_left_out(reader):
    assert reader.read(draw("scribble")).glyphs == ()
    page = page_of(PAGE)
    drawing = np.full((HEIGHT, 160), 255, np.uint8)
    cv2.rectangle(drawing, (40, 60), (120, 140), 0, 4)
    cv2.line(drawing, (40, 60), (120, 140), 0, 4)
    cv2.line(drawing, (120, 60), (40, 140), 0, 4)
    reading = reader.read(np.hstack([page, drawing]))
    assert [line.text[:4] for line in reading.lines] == PAGE
    beside = [glyph for glyph in reading.glyphs if glyph.box.x > WIDTH]
    assert not any(glyph.accepted for glyph in beside)


@given(
    st.lists(st.text("0123456789", min_size=2, max_size=7), min_size=1, max_size=3),
    st.sampled_from([40, 60, 110]),
)
@settings(max_examples=12)
def test_whatever_number_is_written_is_read(reader, lines, height):
    """Few lines and digits, so that none is a column of its own; upright is told, for 16 may also be 91."""
    assert reader.read(page_of(lines, height), rotate=0).text.split("\n") == lines


@pytest.mark.data
def test_pages_of_mnist_read_well(reader):
    """Five plain pages, 90 digits of people who did not write the training set."""
    plain = PageSettings(lines=3, digits=6)
    wrong = 0
    for page in draw_pages(load("mnist", "test"), 5, 1, lambda _: plain):
        expected = "\n".join("".join(str(glyph.label) for glyph in line) for line in page.lines)
        wrong += edit_distance(reader.read(page.pixels).text.replace(" ", ""), expected)
    assert wrong <= 4
