"""What the page network's outputs mean, told by a network that gives what it is told to."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from digitlens.model.pages import MULTIPLE, SIZE_UNIT, STRIDE, Detections, PageNetwork

LABELS = 3


@dataclass(frozen=True)
class Peak:
    """A peak at a cell (row, column) of one label, its offset in cells and its box's sides in pixels."""

    cell: tuple[int, int]
    label: int
    heat: float
    offset: tuple[float, float] = (0.0, 0.0)
    sides: tuple[float, float] = (SIZE_UNIT, SIZE_UNIT)


@dataclass(frozen=True)
class Told(PageNetwork):
    """A network that gives these peaks, and remembers what went in."""

    peaks: tuple[Peak, ...] = ()
    seen: list = field(default_factory=list)

    def run(self, image, *names):
        self.seen.append(image)
        shape = image.shape[2] // STRIDE, image.shape[3] // STRIDE
        outputs = {
            "peaks": np.zeros((1, LABELS, *shape), np.float32),
            "heat": np.full((1, LABELS, *shape), 0.01, np.float32),
            "geometry": np.zeros((1, 4, *shape), np.float32),
        }
        for peak in self.peaks:
            row, column = peak.cell
            for name in ("peaks", "heat"):
                outputs[name][0, peak.label, row, column] = peak.heat
            outputs["geometry"][0, :, row, column] = (*peak.offset, *np.log(np.array(peak.sides) / SIZE_UNIT))
        return [outputs[name] for name in names]


def told(*peaks: Peak) -> Told:
    card: object = None
    return Told(Path("pages.onnx"), card, peaks=peaks)  # type: ignore[arg-type]


def test_a_peak_is_a_box_in_pixels_of_the_picture():
    network = told(Peak((5, 10), 1, 0.9, (0.25, -0.5), (20.0, 36.0)))
    found = network.detect(np.zeros((64, 96), np.float32), 0.5)
    middle = STRIDE * (10.5 + 0.25), STRIDE * (5.5 - 0.5)
    np.testing.assert_allclose(found.boxes, [[middle[0] - 10, middle[1] - 18, 20, 36]], atol=1e-4)
    np.testing.assert_allclose(found.heat, [[0.01, 0.9, 0.01]], atol=1e-6)
    assert found.scores.tolist() == pytest.approx([0.9])


def test_faint_peaks_are_left_out():
    network = told(Peak((1, 1), 0, 0.29), Peak((3, 3), 2, 0.31), Peak((6, 6), 1, 0.8))
    found = network.detect(np.zeros((32, 32), np.float32), 0.3)
    assert sorted(found.scores.tolist()) == pytest.approx([0.31, 0.8])
    assert len(network.detect(np.zeros((32, 32), np.float32), 0.9)) == 0


@pytest.mark.parametrize("size", [(1, 1), (32, 32), (33, 64), (70, 100)])
def test_what_goes_in_is_padded_with_paper_to_whole_cells_of_the_coarsest_stage(size):
    network, contrast = told(), np.full(size, 0.5, np.float32)
    network.detect(contrast, 0.5)
    (image,) = network.seen
    height, width = size
    assert image.shape == (1, 1, -(-height // MULTIPLE) * MULTIPLE, -(-width // MULTIPLE) * MULTIPLE)
    assert (image[0, 0, :height, :width] == 0.5).all()
    assert image.sum() == 0.5 * height * width


def test_what_is_found_on_the_padding_is_left_out():
    network = told(Peak((2, 2), 0, 0.9), Peak((2, 14), 0, 0.9), Peak((14, 2), 0, 0.9))
    found = network.detect(np.zeros((33, 33), np.float32), 0.5)
    np.testing.assert_allclose(found.boxes[:, :2] + found.boxes[:, 2:] / 2, [[10, 10]])


def test_sizes_beyond_reason_stay_finite():
    found = told(Peak((2, 2), 0, 0.9, sides=(1e30, 1e-30))).detect(np.zeros((32, 32), np.float32), 0.5)
    assert np.isfinite(found.boxes).all()
    assert found.boxes[0, 2] == pytest.approx(SIZE_UNIT * np.exp(5.0), rel=1e-4)
    assert found.boxes[0, 3] == pytest.approx(SIZE_UNIT * np.exp(-4.0), rel=1e-4)


def test_detections_are_chosen_scaled_and_joined():
    one = Detections(np.array([[1, 2, 3, 4], [5, 6, 7, 8]], np.float32), np.eye(2, 3, dtype=np.float32))
    assert one.rows(np.array([1])).boxes.tolist() == [[5, 6, 7, 8]]
    assert one.rows(np.array([True, False])).heat.tolist() == [[1, 0, 0]]
    assert one.scaled(0.5).boxes.tolist() == [[0.5, 1, 1.5, 2], [2.5, 3, 3.5, 4]]
    joined = Detections.joined([one, one.scaled(2)])
    assert len(joined) == 4
    assert joined.boxes[3].tolist() == [10, 12, 14, 16]
    assert one.rows(np.zeros(2, bool)).scores.tolist() == []
