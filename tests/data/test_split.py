import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitlens.data import stratified_split


@given(arrays(np.int64, st.integers(1, 200), elements=st.integers(0, 4)), st.data())
def test_each_index_once_and_each_class_in_proportion(labels: np.ndarray, data: st.DataObject) -> None:
    held_back = data.draw(st.integers(0, len(labels) - 1))
    kept, held = stratified_split(labels, held_back, seed=data.draw(st.integers(0, 9)))
    assert len(held) == held_back
    assert sorted([*kept, *held]) == list(range(len(labels)))
    assert (np.diff(kept) > 0).all()
    assert (np.diff(held) > 0).all()
    shares = np.bincount(labels) * held_back / len(labels)
    assert (np.abs(np.bincount(labels[held], minlength=len(shares)) - shares) < 1).all()


def test_the_seed_decides_and_nothing_else() -> None:
    labels = np.arange(1000) % 10
    first, again, other = (stratified_split(labels, 100, seed)[1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.bincount(labels[other]).tolist() == [10] * 10
    assert not np.array_equal(first, other)
    assert len(np.unique(first // 100)) == 10  # from everywhere in the set, not from its end


@pytest.mark.parametrize("held_back", [-1, 3, 4])
def test_nothing_to_train_on_is_refused(held_back: int) -> None:
    with pytest.raises(ValueError, match=f"held_back is {held_back}, but must be 0 to 2"):
        stratified_split(np.zeros(3, np.int64), held_back, seed=0)


def test_what_rounding_leaves_over_comes_from_the_largest_remainder() -> None:
    labels = np.repeat([0, 1, 2], [5, 4, 2])  # of 11, held back 3: the shares are 1.36, 1.09 and 0.55
    assert np.bincount(labels[stratified_split(labels, 3, seed=0)[1]]).tolist() == [1, 1, 1]
