import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlens.train import augment
from digitlens.train.augment import AugmentedEpoch, Warp


def epoch(images, warp, *, seed=0, number=0, batch_size=4):
    targets = np.eye(len(images), dtype=np.float32)
    return AugmentedEpoch(images, targets, warp, batch_size=batch_size, seed=seed, epoch=number)


def glyphs(count=10):
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28), dtype=np.uint8)


def test_nothing_moves_without_limits():
    images = glyphs()
    for batch, targets in (epoch(images, Warp())[i] for i in range(2)):
        np.testing.assert_allclose(batch[..., 0] * 255, images[targets.argmax(axis=1)], atol=1e-3)


def test_an_epoch_shows_each_glyph_once():
    batches = epoch(glyphs(12), Warp(rotation=10, shift=2, zoom=0.1))
    shown = np.concatenate([batches[i][1] for i in range(len(batches))])
    np.testing.assert_array_equal(shown.sum(axis=0), np.ones(12))


def test_the_same_seed_and_epoch_give_the_same_batches_and_others_do_not():
    warp = Warp(rotation=10, shift=2, zoom=0.1)
    first, again = epoch(glyphs(), warp)[1], epoch(glyphs(), warp)[1]
    np.testing.assert_array_equal(first[0], again[0])
    assert not np.array_equal(first[0], epoch(glyphs(), warp, number=1)[1][0])
    assert not np.array_equal(first[0], epoch(glyphs(), warp, seed=1)[1][0])


def test_batches_are_floats_from_0_to_1_with_a_channel():
    batch, _ = epoch(glyphs(), Warp(rotation=180))[0]
    assert batch.shape == (4, 28, 28, 1)
    assert batch.dtype == np.float32
    assert batch.min() >= 0
    assert batch.max() <= 1


def test_fewer_glyphs_than_a_batch_make_one_batch():
    batches = epoch(glyphs(3), Warp(), batch_size=100)
    assert len(batches) == 1
    assert len(batches[0][1]) == 3


@settings(max_examples=50)
@given(rotation=st.floats(0, 45), zoom=st.floats(0, 0.3), shift=st.floats(0, 5), seed=st.integers(0, 9))
def test_maps_keep_within_their_limits(rotation, zoom, shift, seed):
    warp = Warp(rotation=rotation, shift=shift, zoom=zoom)
    maps = warp.matrices(50, 28, np.random.default_rng(seed)).astype(float)
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

    matrix = Warp(rotation=90).matrices(1, 28, Turn())[0]  # type: ignore[arg-type]
    assert matrix @ [27, 0, 1] == pytest.approx([27, 27], abs=1e-3)


def test_bends_have_the_spread_they_are_given_and_run_smoothly():
    bends = Warp(elastic=0.5).bends(400, 28, np.random.default_rng(0))
    assert bends.shape == (400, 2, 28, 28)
    assert bends.std() == pytest.approx(0.5, rel=0.2)
    steps = np.diff(bends, axis=3)
    assert steps.std() < 0.5 * bends.std()  # unrelated neighbours would give 1.4


def test_without_a_bend_both_ways_of_warping_agree():
    rng = np.random.default_rng(1)
    soft = np.stack([cv2.GaussianBlur(image, (0, 0), 3) for image in glyphs(20)])
    warp = Warp(rotation=15, shift=2, zoom=0.1, shear=0.2)
    maps = warp.matrices(20, 28, rng)
    inverse = np.stack([cv2.invertAffineTransform(each) for each in maps]).astype(np.float32)
    still = np.zeros((20, 2, 28, 28), np.float32)
    one, other = augment._warp(soft, inverse), augment._bend(soft, maps, still)
    assert np.abs(one.astype(int) - other).max() <= 8  # of 255: affine maps are rounded to 1/32 pixel


def test_bent_batches_depend_on_seed_epoch_and_batch_alone():
    images, warp = glyphs(8), Warp(elastic=1.0)
    first, again = epoch(images, warp), epoch(images, warp)
    later = [again[1][0], again[0][0]]
    np.testing.assert_array_equal(first[0][0], later[1])
    np.testing.assert_array_equal(first[1][0], later[0])
    assert not np.array_equal(first[0][0], epoch(images, warp, number=1)[0][0])


def test_teachers_see_the_very_glyphs_that_are_learnt_from():
    seen = []

    class Told:
        def soft_targets(self, images, targets):
            seen.append(images)
            return targets / 2

    targets = np.eye(4, dtype=np.float32)
    batches = AugmentedEpoch(
        glyphs(4),
        targets,
        Warp(shift=2),
        batch_size=4,
        seed=0,
        epoch=0,
        teachers=Told(),  # type: ignore[arg-type]
    )
    images, softened = batches[0]
    np.testing.assert_allclose(images[..., 0] * 255, seen[0], atol=1e-3)
    assert softened.sum() == pytest.approx(2)
