import numpy as np
import pytest

from digitlens.imaging import CONTRAST_WINDOW, local_contrast


def _noise(mean: float) -> np.ndarray:
    return np.random.default_rng(0).normal(mean, 20, (100, 140)).clip(0, 255).astype(np.uint8)


def test_a_flat_picture_has_no_contrast():
    found = local_contrast(np.full((40, 200), 123, np.uint8))
    assert found.dtype == np.float32
    assert found.shape == (40, 200)
    np.testing.assert_allclose(found, 0, atol=1e-5)


def test_stripes_stand_at_their_share_of_the_spread():
    """Columns of 100 and 140 in turn: of any 65 in a row 32 or 33 are light, and the deviation is 20 but for a hair."""
    stripes = np.tile(np.array([100, 140], np.uint8), (80, 100))
    found = local_contrast(stripes)[:, 70:130]
    assert found[0, 0::2] == pytest.approx(-20 / 28, abs=0.02)
    assert found[0, 1::2] == pytest.approx(20 / 28, abs=0.02)


def test_it_does_not_matter_how_light_the_picture_is():
    grey = _noise(90)
    np.testing.assert_allclose(local_contrast(grey), local_contrast(grey + 60), atol=1e-4)


def test_inverting_turns_the_sign():
    grey = _noise(128)
    np.testing.assert_allclose(local_contrast(255 - grey), -local_contrast(grey), atol=1e-4)


def test_light_far_away_does_not_matter():
    grey = np.full((80, 300), 60, np.uint8)
    grey[40, 20] = 0
    lit = grey.copy()
    lit[:, 20 + CONTRAST_WINDOW // 2 + 1 :] = 250
    assert local_contrast(lit)[40, 20] == local_contrast(grey)[40, 20]


def test_it_is_clipped():
    grey = np.full((80, 80), 250, np.uint8)
    grey[40, 40] = 0
    found = local_contrast(grey)
    assert found.min() == -4
    assert found.max() < 4
