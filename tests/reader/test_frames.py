"""Each glyph carries the frame that the network saw, and nothing else of a reading changes by it."""

import numpy as np
import pytest

from digitlens import Glyph, Reader
from digitlens.data.samples import SAMPLES, draw
from written import page_of


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def framed(glyph: Glyph) -> np.ndarray:
    """The frame of a glyph that has one."""
    assert glyph.frame is not None
    assert glyph.frame.shape == (28, 28)
    assert glyph.frame.dtype == np.uint8
    return glyph.frame


def test_every_glyph_classified_has_the_frame_that_gave_its_probabilities(reader):
    pictures = [draw(name) for name in SAMPLES]
    readings = [reading for reading in reader.classify_many(pictures) if reading.glyphs]
    assert len(readings) >= 3
    surely = 0
    for reading in readings:
        (glyph,) = reading.glyphs
        np.testing.assert_array_equal(framed(glyph), reading.steps[-1].image)
        if glyph.confidence * glyph.digit_score > 0.9:  # else the mean of several looks counts
            surely += 1
            logits = reader.network.logits(framed(glyph)[None])
            (expected,) = reader.network.card.calibration.probabilities(logits)
            assert list(glyph.probabilities.values()) == pytest.approx(expected.tolist(), abs=1e-4)
    assert surely >= 2


def test_glyphs_of_a_page_have_the_frames_of_its_last_step_in_reading_order(reader):
    reading = reader.read(page_of(["4071", "22"]))
    row = np.hstack([framed(glyph) for glyph in reading.glyphs])
    np.testing.assert_array_equal(row, reading.steps[-1].image)
    labels = reader.network.logits(np.stack([framed(glyph) for glyph in reading.glyphs])).argmax(axis=1)
    assert "".join(map(str, labels)) == "407122"


def test_a_single_digit_read_has_its_frame_too(reader):
    (read,), (classified,) = reader.read(draw("pencil")).glyphs, reader.classify(draw("pencil")).glyphs
    np.testing.assert_array_equal(framed(read), framed(classified))


def test_a_sign_has_no_frame(reader):
    glyphs = reader.read(page_of(["12.5"], gap=0.3)).glyphs
    assert [glyph.label for glyph in glyphs if glyph.frame is None] == ["."]
    assert [glyph.label for glyph in glyphs if glyph.frame is not None] == ["1", "2", "5"]


def test_frames_are_neither_compared_nor_told(reader):
    (glyph,) = reader.classify(draw("pencil")).glyphs
    other = Glyph(*(getattr(glyph, name) for name in Glyph.__slots__ if name != "frame"))
    assert other.frame is None
    assert glyph == other
    assert repr(glyph) == repr(other)
    assert glyph.to_dict() == other.to_dict()
