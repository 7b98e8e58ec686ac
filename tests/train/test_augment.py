import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlens.train.augment import Affine, AugmentedEpoch


def epoch(images, affine, *, seed=0, number=0, batch_size=4):
    targets = np.arange(len(images), dtype=np.int64)
    return AugmentedEpoch(images, targets, affine, batch_size=batch_size, seed=seed, epoch=number)


def glyphs(count=10):
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28), dtype=np.uint8)


def test_nothing_moves_without_limits():
    images = glyphs()
    for batch, targets in (epoch(images, Affine())[i] for i in range(2)):
        np.testing.assert_allclose(batch[..., 0] * 255, images[targets], atol=1e-3)


def test_an_epoch_shows_each_glyph_once():
    batches = epoch(glyphs(12), Affine(rotation=10, shift=2, zoom=0.1))
    assert sorted(np.concatenate([batches[i][1] for i in range(len(batches))])) == list(range(12))


def test_the_same_seed_and_epoch_give_the_same_batches_and_others_do_not():
    affine = Affine(rotation=10, shift=2, zoom=0.1)
    first, again = epoch(glyphs(), affine)[1], epoch(glyphs(), affine)[1]
    np.testing.assert_array_equal(first[0], again[0])
    assert not np.array_equal(first[0], epoch(glyphs(), affine, number=1)[1][0])
    assert not np.array_equal(first[0], epoch(glyphs(), affine, seed=1)[1][0])


def test_batches_are_floats_from_0_to_1_with_a_channel():
    batch, _ = epoch(glyphs(), Affine(rotation=180))[0]
    assert batch.shape == (4, 28, 28, 1)
    assert batch.dtype == np.float32
    assert batch.min() >= 0
    assert batch.max() <= 1


def test_fewer_glyphs_than_a_batch_make_one_batch():
    batches = epoch(glyphs(3), Affine(), batch_size=100)
    assert len(batches) == 1
    assert len(batches[0][1]) == 3


@settings(max_examples=50)
@given(rotation=st.floats(0, 45), zoom=st.floats(0, 0.3), shift=st.floats(0, 5), seed=st.integers(0, 9))
def test_maps_keep_within_their_limits(rotation, zoom, shift, seed):
    affine = Affine(rotation=rotation, shift=shift, zoom=zoom)
    maps = affine.matrices(50, 28, np.random.default_rng(seed)).astype(float)
    angles = np.degrees(np.arctan2(maps[:, 1, 0], maps[:, 0, 0]))
    assert np.abs(angles).max() <= rotation + 1e-3
    scales = np.linalg.norm(maps[:, :, :2], axis=1)
    assert scales.min() >= 1 - zoom - 1e-5
    assert scales.max() <= 1 + zoom + 1e-5
    centre = np.array([13.5, 13.5, 1])
    assert np.abs(maps @ centre - 13.5).max() <= shift + 1e-4


def test_a_quarter_turn_is_a_quarter_turn():
    class Turn:
        """A generator whose every draw is the upper limit."""

        @staticmethod
        def uniform(low, high, shape):
            draw = np.zeros(shape)
            draw[:, 0] = high
            return draw

    matrix = Affine(rotation=90).matrices(1, 28, Turn())[0]  # type: ignore[arg-type]
    assert matrix @ [27, 0, 1] == pytest.approx([27, 27], abs=1e-3)
