"""The segmentation of lines, held against a search of every set of candidates."""

from itertools import combinations

import numpy as np
import pytest

from digitlens.reader.segmentation import LOOKBACK, best_paths


def clashing(rng: np.random.Generator, count: int) -> np.ndarray:
    """Which of so many candidates exclude each other: some of those that are neighbours."""
    excludes = np.eye(count, dtype=bool)
    for i in range(count - 1):
        excludes[i, i + 1] = excludes[i + 1, i] = rng.random() < 0.6
        if i + 2 < count:
            excludes[i, i + 2] = excludes[i + 2, i] = excludes[i, i + 1] and rng.random() < 0.3
    return excludes


def every_path(gains: list[float], excludes: np.ndarray) -> list[tuple[float, tuple[int, ...]]]:
    """All sets of candidates of which none excludes another, the best first."""
    found = [
        (sum(gains[i] for i in taken), taken)
        for size in range(len(gains) + 1)
        for taken in combinations(range(len(gains)), size)
        if not any(excludes[a, b] for a, b in combinations(taken, 2))
    ]
    return sorted(found, key=lambda pair: -pair[0])


@pytest.mark.parametrize("seed", range(40))
def test_the_best_paths_are_those_that_a_search_of_all_finds(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 10))
    gains, excludes = rng.normal(0, 3, count).tolist(), clashing(rng, count)
    expected = every_path(gains, excludes)[:6]
    paths = best_paths(gains, excludes, 6)
    assert [path.taken for path in paths] == [taken for _, taken in expected]
    assert [path.gain for path in paths] == pytest.approx([gain for gain, _ in expected])


def test_of_two_that_lie_on_each_other_the_likelier_is_read():
    excludes = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], bool)
    assert best_paths([1.0, 2.0, 0.5], excludes)[0].taken == (1, 2)
    assert best_paths([2.0, 1.0, 0.5], excludes)[0].taken == (0, 2)


def test_two_halves_are_read_where_they_are_likelier_than_the_whole():
    """The whole lies between its halves, and excludes both; they don't exclude each other."""
    excludes = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]], bool)
    assert best_paths([2.0, 3.0, 2.0], excludes)[0].taken == (0, 2)
    assert best_paths([1.0, 3.0, 1.0], excludes)[0].taken == (1,)


def test_what_is_unlikely_is_not_read():
    assert best_paths([-1.0, 2.0, -0.1], np.eye(3, dtype=bool))[0].taken == (1,)
    (nothing,) = best_paths([-1.0], np.eye(1, dtype=bool))
    assert (nothing.taken, nothing.gain) == ((), 0.0)


def test_a_short_line_has_fewer_paths_than_wanted():
    paths = best_paths([1.0, 1.5], np.ones((2, 2), bool), 10)
    assert [path.taken for path in paths] == [(1,), (0,), ()]
    assert [path.taken for path in best_paths([], np.zeros((0, 0), bool), 3)] == [()]


def test_a_long_line_is_read_from_end_to_end():
    count = 8 * LOOKBACK
    assert best_paths([0.5] * count, np.eye(count, dtype=bool))[0].taken == tuple(range(count))
