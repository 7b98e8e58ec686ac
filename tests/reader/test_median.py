"""The median of a few numbers."""

import numpy as np
import pytest

from digitlens.reader.median import median


@pytest.mark.parametrize("values", [[3.0], [5, 1], [9, 1, 4], [2.5, 2.5, 7.0, 1.0], [1, 2, 3, 4, 100]])
def test_it_is_numpys(values):
    for kind in (np.float64, np.float32, np.int32):
        assert median(np.array(values, kind)) == np.median(np.array(values, kind))
