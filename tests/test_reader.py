"""The reader with the shipped network: contract of readings, order, errors, refusals; single digits, then pages."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digitlens import Reader
from digitlens.data import load
from digitlens.data.samples import SAMPLES, draw
from digitlens.data.synth import PageSettings, draw_pages, not_digits
from digitlens.errors import ImageError, ModelNotFound, UnreadableImage
from digitlens.types import Box
from written import boxes_of, page_of


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def seven(dark_on_light: bool = True, size: int = 120) -> np.ndarray:
    """A seven in two strokes."""
    page = np.zeros((size, size), np.uint8)
    points = np.array([[0.3, 0.25], [0.7, 0.25], [0.45, 0.8]]) * size
    cv2.polylines(page, [points.astype(np.int32)], False, 255, size // 15, cv2.LINE_AA)
    return 255 - page if dark_on_light else page


def png(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


def test_every_kind_of_source_reads_the_same(reader, tmp_path):
    path = tmp_path / "seven.png"
    path.write_bytes(png(seven()))
    colour = np.repeat(seven()[..., None], 3, axis=2)
    sources = [
        path,
        str(path),
        path.read_bytes(),
        io.BytesIO(path.read_bytes()),
        Image.open(path),
        seven(),
        colour,
        np.dstack([colour, np.full_like(seven(), 255)]),
    ]
    readings = list(reader.classify_many(sources))
    assert [reading.text for reading in readings] == ["7"] * len(sources)
    assert len({reading.glyphs[0].confidence for reading in readings}) == 1


def test_polarity_is_found(reader):
    dark, light = reader.classify(seven()), reader.classify(seven(dark_on_light=False))
    assert dark.text == light.text == "7"
    assert dark.glyphs[0].confidence == pytest.approx(light.glyphs[0].confidence, abs=1e-3)


def test_a_reading_is_as_the_contract_says(reader):
    reading = reader.classify(seven())
    (line,) = reading.lines
    (glyph,) = line.glyphs
    assert glyph.accepted
    assert glyph.reason is None
    assert sum(glyph.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert list(glyph.probabilities) == list("0123456789")
    assert glyph.confidence == max(glyph.probabilities.values()) == glyph.top()[0][1]
    assert [p for _, p in glyph.top()] == sorted((p for _, p in glyph.top()), reverse=True)
    x, y, w, h = glyph.box.to_list()
    assert (x, y) == pytest.approx((32, 26), abs=4)
    assert (x + w, y + h) == pytest.approx((88, 100), abs=4)
    values = reading.to_dict()
    assert set(values) == {"file", "page", "text", "accepted", "reason", "model", "ms", "lines"}
    assert values["text"] == "7"
    assert values["lines"][0]["glyphs"][0]["top"][0] == ["7", round(glyph.confidence, 6)]
    assert values["model"].startswith("robust@")
    assert values["ms"] > 0


def test_the_trace_ends_with_what_the_network_saw(reader):
    steps = reader.classify(seven()).steps
    assert len(steps) >= 3
    assert steps[-1].image.shape == (28, 28)
    direct = reader.network.logits(steps[-1].image[None])
    assert direct.argmax() == 7


def test_a_blank_page_is_not_a_five(reader):
    for page in (
        np.full((90, 60), 255, np.uint8),
        np.zeros((28, 28), np.uint8),
        np.full((5, 5), 130, np.uint8),
    ):
        reading = reader.classify(page)
        assert reading.text == ""
        assert reading.glyphs == ()
        assert reading.reason == "blank"
        assert not reading.accepted


def test_order_is_kept_and_a_bad_picture_is_told_in_its_place(reader, tmp_path):
    blank = np.full((50, 50), 255, np.uint8)
    sources = [seven(), tmp_path / "missing.png", blank, b"no picture", seven(False)] * 2
    readings = list(reader.classify_many(sources, errors="yield", batch_size=3))
    assert [reading.text for reading in readings] == ["7", "", "", "", "7"] * 2
    assert [isinstance(reading.error, UnreadableImage) for reading in readings] == [
        *[False, True, False, True, False] * 2
    ]
    assert readings[1].file == str(tmp_path / "missing.png")
    assert readings[1].to_dict()["error"]["code"] == "unreadable_image"
    assert readings[1].reason is None


def test_an_error_is_raised_unless_asked_for(reader):
    with pytest.raises(ImageError):
        list(reader.classify_many([b"no picture"]))


def test_pictures_are_taken_as_they_are_needed(reader):
    taken = []

    def pictures():
        for i in range(1000):
            taken.append(i)
            yield seven()

    next(reader.classify_many(pictures(), batch_size=10))
    assert len(taken) == 10


def test_threads_share_a_reader(reader):
    pictures = [np.roll(seven(), shift, axis=1) for shift in range(-15, 15)]
    alone = [reading.glyphs[0].probabilities for reading in reader.classify_many(pictures)]
    with ThreadPoolExecutor(8) as pool:
        together = [reading.glyphs[0].probabilities for reading in pool.map(reader.classify, pictures)]
    for one, other in zip(alone, together, strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_a_stricter_error_rate_accepts_less():
    strict, lax = Reader(max_error=0.001), Reader(max_error=0.2)
    calibration = strict.network.card.calibration
    assert calibration.threshold(0.001) > calibration.threshold(0.2)
    doubtful = [
        np.asarray(cv2.GaussianBlur(seven(size=60), (0, 0), sigma), np.uint8)
        for sigma in np.linspace(0.5, 14, 40)
    ]
    accepted = [
        {i for i, reading in enumerate(reader.classify_many(doubtful)) if reading.accepted}
        for reader in (strict, lax)
    ]
    assert accepted[0] <= accepted[1]


def test_most_of_what_is_no_digit_is_refused(reader):
    digits = np.stack([np.pad(seven(False, 24), 2)] * 4)
    drawn = not_digits(300, seed=1, glyphs=digits)
    readings = list(reader.classify_many(drawn))
    drawings = [r.accepted for i, r in enumerate(readings) if i % 8 < 6]
    assert np.mean(drawings) <= 0.05


def test_what_is_not_a_digit_has_no_label_but_its_best_guesses(reader):
    grid = np.full((100, 100), 255, np.uint8)
    for at in range(10, 100, 16):
        cv2.line(grid, (at, 5), (at, 95), 0, 3)
        cv2.line(grid, (5, at), (95, at), 0, 3)
    readings = [reader.classify(np.rot90(grid, k)) for k in range(2)]
    glyphs = [glyph for reading in readings for glyph in reading.glyphs if glyph.reason == "not_a_digit"]
    for glyph in glyphs:
        assert glyph.label == ""
        assert len(glyph.top()) == 3


@pytest.mark.parametrize("max_error", [0, -1, 1.5])
def test_an_impossible_error_rate_is_refused(max_error):
    with pytest.raises(ValueError, match="max_error"):
        Reader(max_error=max_error)


def test_an_unknown_model_is_told():
    with pytest.raises(ModelNotFound, match="classic"):
        Reader("nosuch")


def test_boxes_are_in_pixels_of_the_upload(reader):
    page = np.full((900, 700), 255, np.uint8)
    page[600:840, 400:640] = seven(size=240)
    box = reader.classify(page).glyphs[0].box
    assert isinstance(box, Box)
    assert (box.x, box.y) == pytest.approx((400 + 64, 600 + 52), abs=14)


@pytest.mark.data
def test_mnist_as_files_reads_as_well_as_mnist_as_arrays(reader, tmp_path):
    digits = load("mnist", "test")
    rows = np.random.default_rng(0).permutation(len(digits))[:1000]
    files = []
    for row in rows:
        files.append(Path(tmp_path / f"{row}.png"))
        Image.fromarray(digits.images[row]).save(files[-1])
    from_files = [reading.glyphs[0].top()[0][0] for reading in reader.classify_many(files)]
    from_arrays = [reading.glyphs[0].top()[0][0] for reading in reader.classify_many(digits.images[rows])]
    assert from_files == from_arrays
    right = np.mean([int(label) == digits.labels[row] for label, row in zip(from_files, rows, strict=True)])
    assert right >= 0.99


VARIANTS = {
    "inverted": lambda image: 255 - image,
    "scaled to 200x200": lambda image: cv2.resize(image, (200, 200), interpolation=cv2.INTER_CUBIC),
    "in the corner of a page": lambda image: np.pad(image, ((0, 472), (472, 0))),
    "dark ink on white paper": lambda image: np.pad(255 - image, 40, constant_values=255),
}


@pytest.mark.data
@pytest.mark.parametrize("variant", VARIANTS)
def test_how_a_digit_is_presented_matters_little(reader, variant):
    digits = load("mnist", "test")
    rows = np.random.default_rng(1).permutation(len(digits))[:1000]

    def accuracy(images):
        labels = [reading.glyphs[0].top()[0][0] for reading in reader.classify_many(images)]
        return np.mean([int(label) == digits.labels[row] for label, row in zip(labels, rows, strict=True)])

    plain = accuracy(digits.images[rows])
    assert accuracy([VARIANTS[variant](image) for image in digits.images[rows]]) >= plain - 0.01


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
    assert reading.accepted
    assert reading.reason is None
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


def test_every_kind_of_source_reads_the_same_page(reader, tmp_path):
    page = page_of(["4071", "22"])
    (tmp_path / "a.png").write_bytes(png(page))
    colour = np.repeat(page[..., None], 3, axis=2)
    sources = [tmp_path / "a.png", png(page), io.BytesIO(png(page)), Image.fromarray(page), page, colour]
    readings = list(reader.read_many(sources))
    assert [reading.text for reading in readings] == ["4071\n22"] * len(sources)
    assert all(reading.lines == readings[0].lines for reading in readings)
    assert [reading.file for reading in readings] == [str(tmp_path / "a.png"), *[None] * 5]


@pytest.mark.parametrize("scale", [0.5, 0.7, 1, 1.6, 3])
@pytest.mark.parametrize("light", [False, True])
def test_boxes_map_back_whatever_the_scale_and_the_side_of_the_ink(reader, scale, light):
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    page = np.asarray(cv2.resize(page_of(PAGE), None, fx=scale, fy=scale, interpolation=how), np.uint8)
    reading = reader.read(255 - page if light else page)
    assert reading.text.split("\n") == PAGE
    np.testing.assert_allclose(boxes(reading), np.array(boxes_of(PAGE)) * scale, atol=2 + 2.5 * scale)


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
    np.testing.assert_allclose(boxes(reading), np.array(expected[quarters]).T, atol=5)


@pytest.mark.parametrize("degrees", [7, -7, -15])
def test_a_page_askew_reads_the_same_and_boxes_map_back(reader, degrees):
    sheet, turning = rotated(page_of(PAGE), degrees)
    reading = reader.read(sheet)
    assert reading.text.split("\n") == PAGE
    middles = np.array(boxes_of(PAGE)).reshape(-1, 2, 2).mean(axis=1)
    expected = np.hstack([middles, np.ones((len(middles), 1))]) @ turning.T
    np.testing.assert_allclose(boxes(reading).reshape(-1, 2, 2).mean(axis=1), expected, atol=6)
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
    np.testing.assert_allclose(boxes(reading), np.array(boxes_of(PAGE)) * 13, atol=45)


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


@pytest.mark.parametrize("pair", ["35", "58", "47", "60", "23", "88", "74", "92"])
def test_digits_that_touch_are_parted(reader, pair):
    for gap in (-0.08, -0.04, 0.0):
        page = page_of([pair], height=80, gap=gap)
        reading = reader.read(page)
        assert reading.text == pair
        left, right = boxes(reading)
        assert left[0] < right[0]
        assert left[2] < right[2]


def test_signs_are_told_where_they_are_asked_for_and_left_out_else(reader):
    page = page_of(["12.5", "24/7", "-45", "2,72"], gap=0.3)
    with_signs, without = reader.read(page, signs=True), reader.read(page)
    assert with_signs.text == "12.5\n24/7\n-45\n2,72"
    assert without.text == "125\n247\n45\n272"
    glyphs = with_signs.glyphs
    assert [glyph for glyph in glyphs if glyph.label.isdigit()] == list(without.glyphs)
    written = boxes_of(["12.5", "24/7", "-45", "2,72"], gap=0.3)
    for glyph, box, expected in zip(glyphs, boxes(with_signs), written, strict=True):
        np.testing.assert_allclose(box, expected, atol=5)
        assert glyph.accepted
        assert sum(glyph.probabilities.values()) <= 1 + 1e-5


@pytest.mark.parametrize("text", ["24/7", "1/2", "11/11", "7/10"])
def test_a_slash_is_not_read_as_a_one(reader, text):
    for height in (40, 60, 100):
        page = page_of([text], height)
        assert reader.read(page, signs=True).text == text
        assert reader.read(page).text == text.replace("/", "")


def test_ones_are_no_slashes(reader):
    for text in ("1111", "7117", "10111"):
        assert reader.read(page_of([text]), signs=True).text == text


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
            assert read.lines == classified.lines
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


def test_threads_that_share_a_reader_read_the_same(reader):
    pages = [page_of([text[i:] + text[:i], text]) for text in ("4071", "2258", "936") for i in range(3)]
    alone = [reader.read(page).lines for page in pages]
    with ThreadPoolExecutor(8) as pool:
        together = [reading.lines for reading in pool.map(reader.read, pages * 3)]
    for one, other in zip(alone * 3, together, strict=True):
        assert [line.text for line in one] == [line.text for line in other]
        for glyph, same in zip(
            (glyph for line in one for glyph in line.glyphs),
            (glyph for line in other for glyph in line.glyphs),
            strict=True,
        ):
            assert glyph.box == same.box
            assert glyph.probabilities == pytest.approx(same.probabilities, abs=1e-5)


def document(*texts: list[str], kind: str = "TIFF") -> bytes:
    first, *others = (Image.fromarray(page_of(text)) for text in texts)
    buffer = io.BytesIO()
    first.save(buffer, kind, save_all=True, append_images=others)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["TIFF", "PDF"])
def test_a_document_is_a_reading_a_page(reader, kind):
    pytest.importorskip("pypdfium2")
    source = document(["4071", "22"], ["358"], kind=kind)
    readings = list(reader.read_many([source, page_of(["74"]), source]))
    assert [(reading.page, reading.text) for reading in readings] == [
        (1, "4071\n22"),
        (2, "358"),
        (1, "74"),
        (1, "4071\n22"),
        (2, "358"),
    ]
    assert reader.read(source).text == "4071\n22"  # the first page


def test_a_damaged_page_is_told_after_those_before_it(reader):
    cut = document(["4071"], ["22"], ["358"])
    cut = cut[: len(cut) // 2]  # the second page ends early, or its directory is lost
    readings = list(reader.read_many([cut, page_of(["74"])], errors="yield"))
    assert readings[0].text == "4071"
    assert readings[-1].text == "74"
    error = readings[-2]
    assert isinstance(error.error, UnreadableImage)
    assert error.page == 2
    assert error.lines == ()
    stream = reader.read_many([cut])
    assert next(stream).text == "4071"
    with pytest.raises(UnreadableImage, match="page 2"):
        next(stream)


def test_errors_are_told_in_their_place_or_raised(reader, tmp_path):
    missing = tmp_path / "missing.png"
    readings = list(reader.read_many([b"no picture", page_of(["74"]), missing], errors="yield"))
    assert [reading.text for reading in readings] == ["", "74", ""]
    assert readings[2].to_dict() == {"file": str(missing), "error": readings[2].error.to_dict()}
    with pytest.raises(ImageError):
        reader.read(b"no picture")


def test_pages_and_pictures_are_taken_as_they_are_needed(reader):
    taken = []

    def sources():
        for i in range(100):
            taken.append(i)
            yield document(["74"], ["35"])

    stream = reader.read_many(sources())
    assert taken == []
    assert [next(stream).text, next(stream).text] == ["74", "35"]
    assert taken == [0]
    next(stream)
    assert taken == [0, 1]
    stream.close()
    assert taken == [0, 1]


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
        lines = reader.read(page.pixels).text.split("\n")
        expected = ["".join(str(glyph.label) for glyph in line) for line in page.lines]
        assert list(map(len, lines)) == list(map(len, expected))
        pairs = zip("".join(lines), "".join(expected), strict=True)
        wrong += sum(one != other for one, other in pairs)
    assert wrong <= 3


def test_what_is_in_doubt_is_looked_at_again(reader, monkeypatch):
    """The plain opinion and the mean of five differ for a blurred digit, and are the same for a clear one."""
    seen = []
    monkeypatch.setattr(
        "digitlens.reader.reader.views", lambda frame: seen.append(frame) or np.stack([frame] * 4)
    )
    reader.classify(page_of(["3"]))
    assert not seen
    tangle = np.random.default_rng(4).integers(20, 120, (30, 2)).astype(np.int32)
    scribble = cv2.polylines(np.full((140, 140), 255, np.uint8), [tangle], False, 0, 5)
    plain = reader.classify(scribble).glyphs[0]
    assert len(seen) == 1
    monkeypatch.undo()
    assert reader.classify(scribble).glyphs[0].digit_score != plain.digit_score
