"""Framing: one function makes every picture of a glyph look as MNIST's do, and leaves MNIST's alone."""

import gzip
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawings import STROKES, Image, away, ink_of, on_paper
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlens.data import load
from digitlens.imaging import frame, frame_all, frame_each, is_framed
from digitlens.imaging.framing import are_framed

digits = st.sampled_from(sorted(STROKES))


def mnist(folder: Path, name: str) -> Image:
    with gzip.open(folder / "mnist" / name) as stream:
        return np.frombuffer(stream.read(), np.uint8, offset=16).reshape(-1, 28, 28)


def framed(digit: str, **pen: int) -> Image:
    return frame(on_paper(ink_of(digit, **pen))).image


@pytest.mark.parametrize("digit", STROKES)
def test_a_drawing_is_framed_as_mnist_is(digit: str) -> None:
    image = framed(digit)
    assert is_framed(image)
    assert image.max() >= 230
    assert (image[:3] == 0).all()
    assert 30 <= (image >= 128).sum() <= 150  # a stroke of 1.5 to 3, 20 to 50 long


@pytest.mark.parametrize("digit", STROKES)
def test_a_framed_glyph_passes_unchanged(digit: str) -> None:
    image = framed(digit)
    again = frame(image)
    assert again.image is image
    assert [step.name for step in again.steps] == ["framed"]
    assert np.array_equal(frame(np.repeat(image[..., None], 3, axis=2)).image, image)


@pytest.mark.parametrize("change", ["inverted", "moved", "larger", "dim"])
def test_any_other_28x28_is_framed(change: str) -> None:
    image = framed("2")
    other = {
        "inverted": 255 - image,
        "moved": np.roll(image, (2, -2), (0, 1)),
        "larger": cv2.resize(image[4:24, 4:24], (28, 28)),
        "dim": image // 4,
    }[change].astype(np.uint8)
    assert not is_framed(other)
    found = frame(other).image
    assert is_framed(found)
    assert away(found, image) < 0.3


@given(digit=digits, pen=st.integers(6, 24), dark=st.integers(0, 70), light=st.integers(150, 255))
@settings(max_examples=60)
def test_polarity_is_found(digit: str, pen: int, dark: int, light: int) -> None:
    ink = ink_of(digit, pen=pen)
    one, other = frame(on_paper(ink, (light,), (dark,))), frame(on_paper(ink, (dark,), (light,)))
    assert away(one.image, other.image) < 0.05
    assert one.box == other.box
    assert away(one.image, framed(digit, pen=pen)) < 0.4


@given(digit=digits, side=st.integers(60, 500), x=st.integers(0, 300), y=st.integers(0, 300))
@settings(max_examples=30)
def test_size_and_place_do_not_matter(digit: str, side: int, x: int, y: int) -> None:
    ink = ink_of(digit, side, pen=max(3, side // 16))
    page = np.zeros((side + 300, side + 300), np.uint8)
    page[y : y + side, x : x + side] = ink
    found = frame(on_paper(page, (240,), (20,)))
    assert away(found.image, framed(digit)) < 0.7  # another digit is 1 and more away
    assert found.box is not None
    left, top, width, height = cv2.boundingRect((page > 40).astype(np.uint8))
    near = 3 + (side + 300) / 60
    assert found.box.to_list() == pytest.approx([left, top, width, height], abs=near)


@pytest.mark.parametrize("pen", [1, 2, 4, 40])
def test_hairlines_and_markers_keep_their_shape(pen: int) -> None:
    image = framed("2", side=300, pen=pen)
    assert image.max() >= 250
    assert away(image, framed("2", side=300, pen=18)) < 0.6


def test_thin_strokes_are_as_bright_as_mnists() -> None:
    image = framed("1", side=600, pen=1)
    assert image[8:20].max(axis=1).min() >= 180


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 2), (28, 28), (3, 400), (64, 64)])
@pytest.mark.parametrize("level", [0, 127, 255])
def test_flat_pictures_are_blank(size: tuple[int, int], level: int) -> None:
    for shape in (size, (*size, 3)):
        found = frame(np.full(shape, level, np.uint8))
        assert found.box is None
        assert found.image.shape == (28, 28)
        assert not found.image.any()


@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    seed=st.integers(0, 2**32 - 1),
    colour=st.booleans(),
    levels=st.sampled_from([2, 3, 256]),
)
@settings(max_examples=80)
def test_whatever_the_picture_the_frame_is_sound(
    shape: tuple[int, int], seed: int, colour: bool, levels: int
) -> None:
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, levels, (*shape, 3) if colour else shape) * (255 // (levels - 1))
    found = frame(picture.astype(np.uint8))
    assert found.image.shape == (28, 28)
    assert found.image.dtype == np.uint8
    assert (found.box is None) == (not found.image.any())
    if found.box:
        assert found.box.w > 0
        assert found.box.h > 0
        assert found.box.x + found.box.w <= shape[1] + 1
        assert found.box.y + found.box.h <= shape[0] + 1


def test_the_steps_tell_the_way() -> None:
    picture = on_paper(ink_of("5"), (230, 225, 210), (30, 40, 120))
    steps = frame(picture).steps
    assert [step.name for step in steps] == ["picture", "grey", "ink", "glyph", "framed"]
    assert all(step.sentence.endswith(".") and step.image.dtype == np.uint8 for step in steps)
    assert max(max(step.image.shape) for step in steps) <= 256
    assert np.array_equal(steps[-1].image, frame(picture).image)


def test_many_are_framed_at_once() -> None:
    pictures = [on_paper(ink_of(digit)) for digit in "147"]
    assert np.array_equal(frame_all(pictures), np.stack([framed(digit) for digit in "147"]))


@pytest.mark.data
def test_mnist_passes_unchanged(data_dir: Path) -> None:
    """All but the 16 of the 70,000 whose ink is 19 long."""
    images = np.concatenate(
        [mnist(data_dir, name) for name in ("train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz")]
    )
    assert sum(not is_framed(image) for image in images) == 16


@pytest.mark.data
def test_mnist_on_paper_comes_back_as_it_was(data_dir: Path) -> None:
    images = mnist(data_dir, "t10k-images-idx3-ubyte.gz")[:300]
    for change, most in (
        (lambda a: 255 - a, 0.1),
        (lambda a: np.pad(a, ((0, 472), (472, 0))), 0.1),
        (lambda a: cv2.resize(a, (200, 200)), 0.35),
    ):
        assert np.mean([away(frame(change(image)).image, image) for image in images]) < most


@pytest.mark.data
def test_a_whole_dataset_is_judged_and_framed_as_its_images_are_one_by_one():
    rng = np.random.default_rng(0)
    images = np.concatenate(
        [load("mnist", "test").images[:300], rng.integers(0, 256, (20, 28, 28), dtype=np.uint8)]
    )
    images = np.concatenate([images, np.roll(images[:40], 2, axis=1), np.zeros((1, 28, 28), np.uint8)])
    judged = [is_framed(image) for image in images]
    assert 250 < sum(judged) < 320
    assert are_framed(images).tolist() == judged
    np.testing.assert_array_equal(frame_all(images), frame_all(list(images)))


def test_framing_each_of_many_is_framing_one_and_one() -> None:
    images = np.stack([framed(digit) for digit in "1472"])
    images[1] = np.roll(images[1], 3, axis=0)
    images[2] = 255 - images[2]
    images[3] = 0
    for found, alone in zip(frame_each(images), map(frame, images), strict=True):
        assert np.array_equal(found.image, alone.image)
        assert (found.box, [step.name for step in found.steps]) == (
            alone.box,
            [step.name for step in alone.steps],
        )
