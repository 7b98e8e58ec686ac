"""The reader with the shipped network, single digits: contract of readings, order, errors, refusals."""

import io
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from digitlens import Reader
from digitlens.data import load
from digitlens.data.synth import not_digits
from digitlens.errors import ImageError, ModelNotFound, UnreadableImage
from digitlens.types import Box
from made_files import png
from written import page_of


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def seven(dark_on_light: bool = True, size: int = 120) -> np.ndarray:
    """A seven in two strokes."""
    page = np.zeros((size, size), np.uint8)
    points = np.array([[0.3, 0.25], [0.7, 0.25], [0.45, 0.8]]) * size
    cv2.polylines(page, [points.astype(np.int32)], False, 255, size // 15, cv2.LINE_AA)
    return 255 - page if dark_on_light else page


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
    assert set(values) == {"file", "page", "text", "accepted", "reason", "model", "ms", "lines", "doubts"}
    assert values["text"] == "7"
    assert set(values["lines"][0]) == {"text", "box", "accepted", "numbers", "glyphs", "doubts"}
    assert [number["text"] for number in values["lines"][0]["numbers"]] == ["7"]
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
    assert calibration.threshold(0.001).score > calibration.threshold(0.2).score
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
    "plain": lambda image: image,
    "inverted": lambda image: 255 - image,
    "scaled to 200x200": lambda image: cv2.resize(image, (200, 200), interpolation=cv2.INTER_CUBIC),
    "in the corner of a page": lambda image: np.pad(image, ((0, 472), (472, 0))),
    "dark ink on white paper": lambda image: np.pad(255 - image, 40, constant_values=255),
}


@cache
def accuracy(reader: Reader, variant: str) -> float:
    """Of a thousand digits, presented so."""
    digits = load("mnist", "test")
    rows = np.random.default_rng(1).permutation(len(digits))[:1000]
    images = [VARIANTS[variant](image) for image in digits.images[rows]]
    labels = [reading.glyphs[0].top()[0][0] for reading in reader.classify_many(images)]
    return float(np.mean([int(label) == digits.labels[row] for label, row in zip(labels, rows, strict=True)]))


@pytest.mark.data
@pytest.mark.parametrize("variant", [*VARIANTS][1:])
def test_how_a_digit_is_presented_matters_little(reader, variant):
    assert accuracy(reader, variant) >= accuracy(reader, "plain") - 0.01


def test_what_is_in_doubt_is_looked_at_again(reader, monkeypatch):
    """The plain opinion and the mean of five differ for a blurred digit, and are the same for a clear one."""
    seen = []
    monkeypatch.setattr(
        "digitlens.reader.classifier.tta_views", lambda frame: seen.append(frame) or np.stack([frame] * 4)
    )
    reader.classify(page_of(["3"]))
    assert not seen
    tangle = np.random.default_rng(4).integers(20, 120, (30, 2)).astype(np.int32)
    scribble = cv2.polylines(np.full((140, 140), 255, np.uint8), [tangle], False, 0, 5)
    plain = reader.classify(scribble).glyphs[0]
    assert len(seen) == 1
    monkeypatch.undo()
    assert reader.classify(scribble).glyphs[0].digit_score != plain.digit_score
