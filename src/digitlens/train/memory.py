"""Keep memory that TensorFlow frees within the process: its next step wants as much again."""

import ctypes
import sys

__all__ = ["keep_freed_memory"]

# Of glibc's malloc.h, the parameters of mallopt(3).
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3

HEAP_KEPT = 2**30
"""Bytes: smaller pieces come from the heap, and a heap with less free than this is not given back."""


def keep_freed_memory() -> bool:
    """Have malloc keep what is freed, where it is glibc's; whether it is.

    Otherwise every large array of a step is mapped anew and filled with zeros by the system: half of the processor's
    time where a page network was trained on two cores.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if mallopt is None:
        return False
    settings = ((M_MMAP_THRESHOLD, HEAP_KEPT), (M_TRIM_THRESHOLD, HEAP_KEPT), (M_TOP_PAD, HEAP_KEPT // 8))
    taken = [bool(mallopt(parameter, value)) for parameter, value in settings]
    return all(taken)
