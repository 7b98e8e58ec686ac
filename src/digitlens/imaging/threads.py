"""The number of threads that image processing may use."""

import cv2

__all__ = ["use_one_thread"]


def use_one_thread() -> None:
    """From now on, have OpenCV use the calling thread alone: where each core has a process of its own."""
    cv2.setNumThreads(1)
