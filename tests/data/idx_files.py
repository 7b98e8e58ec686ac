"""IDX files made for tests."""

import struct

import numpy as np
from numpy.typing import NDArray


def idx_bytes(values: NDArray[np.uint8]) -> bytes:
    """The IDX file that holds ``values``."""
    return bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()
