"""Why a network says what it says: Grad-CAM, from what its graph exports, and occlusion, from asking it again.

Grad-CAM (Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization, 2017)
weighs each channel of the last feature map by the mean gradient of a class's logit with respect to it, and keeps
where the weighted sum speaks for the class. No automatic differentiation is needed: the feature map is exported
behind its batch normalisation and ReLU, what follows is a head of three forms (``digitlens.train.export``), and

- for ``average`` the gradient of logit k with respect to every place of channel c is the last kernel's [c, k], over
  the number of places (the map is then that of Zhou et al., Learning Deep Features for Discriminative
  Localization, 2016);
- for ``linear`` it is the last kernel's column k itself, place by place;
- for ``flatten`` it is the last kernel's column k, passed back through the hidden units that are above zero and the
  kernel before them, which has its batch normalisation folded in. A pool in between only says to which places of
  a channel each gradient goes, of max-pooling to the largest of its window, of average pooling to all of it in equal
  parts: the sum over the channel stays the same, and the mean needs no more. The map is exact whatever the pool.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.errors import InvalidModel
from digitlens.model.calibrate import Calibration, energy
from digitlens.model.session import Network
from digitlens.types import Gray

__all__ = ["grad_cam", "occlusion"]

OCCLUDED_SIDE = 4  # pixels, about the width of a stroke
STEP = 3  # from patch to patch: nine by nine of them meet both edges of a frame of 28

Floats = NDArray[np.float32]


def grad_cam(network: Network, frames: NDArray[np.uint8], columns: NDArray[np.integer]) -> Floats:
    """Where the last feature map speaks for a class, exactly as automatic differentiation would have it.

    Args:
        network: one whose graph exports what its head needs: every one that was exported by DigitLens.
        frames: framed glyphs, uint8 (N, 28, 28), white on black.
        columns: for each the column of its class among the logits, (N,).

    Returns:
        (N, 28, 28), each map scaled to a largest value of 1; all 0 where nothing speaks for the class. It is the
        feature map's few by few values, drawn large bilinearly.

    Raises:
        InvalidModel: the graph lacks an output that is needed, or they don't fit each other.
    """
    try:
        features, counts = _counted(network, frames, columns)
        coarse = np.maximum(np.einsum("nchw,nc->nhw", features, counts), 0)
    except ValueError as error:
        raise InvalidModel(
            f"{network.path} cannot be explained: its card says that it ends in {network.card.head!r}, and the "
            f"outputs for that don't fit each other ({error}). Export it again with `digitlens export`."
        ) from error
    size = frames.shape[2], frames.shape[1]
    maps = np.stack([cv2.resize(each, size, interpolation=cv2.INTER_LINEAR) for each in coarse])
    peaks = maps.max(axis=(1, 2), keepdims=True)
    return np.divide(maps, peaks, out=np.zeros_like(maps), where=peaks > 0)


def occlusion(network: Network, frame: Gray, column: int) -> Floats:
    """Return the drop of a class's log-odds, nats, when the ink around each pixel is taken away.

    Patches of ink are wiped to paper one after another, all in one batch (Zeiler and Fergus, Visualizing and
    Understanding Convolutional Networks, 2014), and a pixel shows the mean over the patches that cover it. What falls
    is told as log-odds of the class's calibrated probability: the probability itself stays at 0.999 whatever
    single patch is wiped from a clear glyph, and the logit alone is silent where a rival rises.

    Args:
        network: any network.
        frame: a framed glyph, uint8 (28, 28), white on black.
        column: of the class among the logits.

    Returns:
        (28, 28), nats: above 0 where the ink speaks for the class, below 0 where it speaks against, and 0 where
        there is none near.
    """
    last = len(frame) - OCCLUDED_SIDE
    views = [
        np.s_[y : y + OCCLUDED_SIDE, x : x + OCCLUDED_SIDE]
        for y in range(0, last + 1, STEP)
        for x in range(0, last + 1, STEP)
    ]
    inked = [view for view in views if frame[view].any()]  # wiping paper changes nothing
    looks = np.repeat(frame[None], 1 + len(inked), axis=0)
    for look, view in zip(looks[1:], inked, strict=True):
        look[view] = 0
    odds = _log_odds(network.card.calibration, network.logits(looks), column)
    fallen, covered = np.zeros(frame.shape, np.float32), np.zeros(frame.shape, np.float32)
    for view in views:
        covered[view] += 1
    for view, fall in zip(inked, odds[0] - odds[1:], strict=True):
        fallen[view] += fall
    return fallen / covered


def _counted(
    network: Network, frames: NDArray[np.uint8], columns: NDArray[np.integer]
) -> tuple[Floats, Floats]:
    """The last feature map (N, C, H, W), and (N, C) what each channel's sum counts in the logits of these columns."""
    if network.card.head == "average":
        features, last = network.outputs(frames, "features", "class_weights")
        return features, last[:, columns].T
    if network.card.head == "linear":
        features, last = network.outputs(frames, "features", "class_weights")
        return features, last.reshape(features.shape[1], -1, last.shape[1]).sum(axis=1)[:, columns].T
    names = ("features", "hidden", "hidden_weights", "class_weights")
    features, hidden, before, last = network.outputs(frames, *names)
    gradients = last[:, columns].T * (hidden > 0)
    places = before.reshape(
        features.shape[1], -1, before.shape[1]
    )  # rows go channel by channel, place by place
    return features, gradients @ places.sum(axis=1).T


def _log_odds(calibration: Calibration, logits: Floats, column: int) -> NDArray[np.floating]:
    """Log-odds (N,) of a class's calibrated probability among the labels; of the class for all else, of being none."""
    if calibration.other and column == logits.shape[1] - 1:
        return -calibration.digit_slope * calibration.evidence(logits) - calibration.digit_offset
    scaled = calibration.of_labels(logits) / calibration.temperature
    return scaled[:, column] - energy(np.delete(scaled, column, axis=1))
