"""The samples: real picture files, always the same, that read as they are called."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from digitlens import Reader
from digitlens.data.samples import SAMPLES, draw


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize("key", SAMPLES)
def test_a_sample_is_a_picture_file_and_always_the_same(key: str) -> None:
    first = draw(key)
    draw.cache_clear()
    assert draw(key) == first
    image = Image.open(BytesIO(first))
    expected = ("PNG", (28, 28), "L") if key == "mnist" else ("JPEG", (240, 240), "RGB")
    assert (image.format, image.size, image.mode) == expected
    assert len(first) < 25_000


@pytest.mark.parametrize("key", [key for key, sample in SAMPLES.items() if sample.reads])
def test_a_sample_reads_as_it_is_called(reader: Reader, key: str) -> None:
    reading = reader.classify(draw(key))
    assert f" {SAMPLES[key].reads}" in SAMPLES[key].title
    assert (reading.text, reading.accepted) == (SAMPLES[key].reads, True)
    assert reading.glyphs[0].confidence > 0.9


def test_the_samples_to_refuse_are_refused(reader: Reader) -> None:
    assert reader.classify(draw("blank")).reason == "blank"
    assert reader.classify(draw("scribble")).reason == "not_a_digit"


def test_the_doubtful_sample_is_torn_between_the_two(reader: Reader) -> None:
    (first, confidence), (second, other) = reader.classify(draw("doubtful")).glyphs[0].top(2)
    assert {first, second} == {"4", "9"}
    assert confidence < 0.99
    assert confidence + other > 0.95


def test_the_sample_in_mnist_format_passes_unchanged(reader: Reader) -> None:
    (step,) = reader.classify(draw("mnist")).steps
    assert np.array_equal(step.image, np.asarray(Image.open(BytesIO(draw("mnist")))))
