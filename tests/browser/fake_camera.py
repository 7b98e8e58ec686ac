"""A film that Chromium takes for what its camera sees: something that moves, then a page held still, over and over."""

from pathlib import Path

import cv2
import numpy as np

__all__ = ["film"]

SIZE = 640, 480
FRAMES_A_SECOND = 30  # as Chromium plays such a film


def film(page: bytes, path: Path, moving: float, still: float) -> Path:
    """Write a film, a JPEG a frame (``.mjpeg``), for ``--use-file-for-fake-video-capture``; it is played over and over.

    Args:
        page: the picture of a page, as a file; it is scaled to fit, grey paper around it.
        path: where to write it.
        moving: seconds in which a dark pattern moves, with which the film begins.
        still: seconds in which the page is held still.
    """
    found = cv2.imdecode(np.frombuffer(page, np.uint8), cv2.IMREAD_COLOR)
    assert found is not None
    width, height = SIZE
    scale = min(width / found.shape[1], height / found.shape[0])
    seen = cv2.resize(found, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    scene = np.full((height, width, 3), 200, np.uint8)
    top, left = (height - seen.shape[0]) // 2, (width - seen.shape[1]) // 2
    scene[top : top + seen.shape[0], left : left + seen.shape[1]] = seen
    pattern = np.where(np.indices((height, width)).sum(axis=0) // 80 % 2, 90, 20).astype(np.uint8)
    frames = [np.roll(pattern, 11 * i, axis=1) for i in range(round(moving * FRAMES_A_SECOND))]
    held = _jpeg(scene) * round(still * FRAMES_A_SECOND)
    path.write_bytes(b"".join(_jpeg(frame) for frame in frames) + held)
    return path


def _jpeg(frame: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
