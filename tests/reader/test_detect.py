"""At which scales a page is looked at: told by a network that sees glyphs of some heights clearly, others faintly."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from digitlens.model import Detections, PageConfig
from digitlens.reader.detect import BORDER, Detector

CONFIG = PageConfig(
    look_side=768, shorter_side=96, glyph_height=32.0, most_enlarged=3.0, most_pixels=2_600_000
)


@dataclass
class Sighted:
    """A network that knows where the glyphs of a page are, and sees those of 12 to 110 pixels, lower ones faintly.

    What it looks at has paper put around it.

    Attributes:
        boxes: of the glyphs, pixels of the page, (N, 4).
        height: of the page, pixels.
        parts: boxes that it takes large strokes apart into, where what it looks at is higher than 110 pixels.
        scales: at which it was asked to look.
    """

    boxes: np.ndarray
    height: int
    parts: np.ndarray = field(default_factory=lambda: np.zeros((0, 4)))
    scales: list[float] = field(default_factory=list)

    def detect(self, contrast: np.ndarray, least: float) -> Detections:
        assert contrast.dtype == np.float32
        page = contrast[BORDER:-BORDER, BORDER:-BORDER]
        around = np.pad(page, BORDER, constant_values=np.median(page))
        np.testing.assert_array_equal(contrast, around)
        scale = page.shape[0] / self.height
        self.scales.append(scale)
        heights = self.boxes[:, 3] * scale
        seen = (heights >= 4) & (heights <= 110)
        clear = np.where(heights[seen] < 12, 0.35, 0.9)
        parts = self.parts if (heights > 110).any() else self.parts[:0]
        boxes = np.vstack([self.boxes[seen], parts]) * scale + np.array([BORDER, BORDER, 0, 0])
        heat = np.append(clear, [0.4] * len(parts)).astype(np.float32)
        assert least == CONFIG.least_heat
        return Detections(boxes.astype(np.float32), heat[:, None])


def row(height: float, count: int = 6) -> np.ndarray:
    """Glyphs side by side."""
    return np.array([[20 + i * height, 30, 0.6 * height, height] for i in range(count)])


def detector(network: Sighted) -> Detector:
    given: Any = network
    return Detector(given, CONFIG)


def paper(height: int, width: int) -> np.ndarray:
    return np.full((height, width), 200, np.uint8)


@pytest.mark.parametrize("height", [34, 90, 120, 180])
def test_glyphs_are_looked_at_as_high_as_the_configuration_says(height):
    network = Sighted(row(height), 600)
    found = detector(network).find(paper(600, 1536))
    assert found.scale == pytest.approx(32 / height, rel=0.01)
    assert network.scales[-1] == pytest.approx(found.scale, abs=1e-3)
    assert found.contrast.shape == (round(600 * found.scale), round(1536 * found.scale))
    np.testing.assert_allclose(found.detections.boxes, row(height), rtol=0.02)
    assert found.height == pytest.approx(height, rel=0.02)


def test_a_look_that_shows_them_so_is_the_last():
    network = Sighted(row(64), 600)
    assert detector(network).find(paper(600, 1536)).scale == 0.5
    assert network.scales == pytest.approx([0.5, 0.5 / 3], abs=1e-3)


def test_a_small_picture_is_enlarged():
    network = Sighted(row(15, 3), 40)
    assert detector(network).find(paper(40, 200)).scale == pytest.approx(2.4)
    tiny = Sighted(row(9, 2), 14)
    assert detector(tiny).find(paper(14, 60)).scale == 3.0


def test_a_page_is_enlarged_no_further_than_its_pixels_allow():
    found = detector(Sighted(row(24), 1500)).find(paper(1500, 3000))
    assert found.scale == pytest.approx((2_600_000 / 4_500_000) ** 0.5)


def test_large_strokes_are_found_whole_by_the_coarser_look():
    """The finer look takes them apart, but faintly; what it finds would have the page enlarged further."""
    parts = np.array([[x, y, 30.0, 30.0] for x in (30, 230, 430) for y in (40, 150, 260)])
    network = Sighted(np.array([[20.0, 30, 200, 300], [220, 30, 200, 300]]), 480, parts)
    found = detector(network).find(paper(480, 768))
    assert len(found.detections) == 2
    np.testing.assert_allclose(found.detections.boxes[:, 3], 300, rtol=0.02)
    assert found.height == pytest.approx(300, rel=0.02)


def test_what_is_too_large_for_the_last_look_is_kept_from_the_first():
    network = Sighted(np.vstack([row(26, 9), [[300.0, 200, 90, 108]]]), 400)
    network.boxes[:9, 2:] = 16, 20
    found = detector(network).find(paper(400, 768))
    assert found.scale == pytest.approx(1.6, rel=0.01)  # where the large one is 173 pixels high
    assert len(found.detections) == 10
    assert found.detections.boxes[:, 3].max() == pytest.approx(108, rel=0.02)


def test_blank_paper_is_looked_at_closer_once_more():
    network = Sighted(np.zeros((0, 4)), 600)
    found = detector(network).find(paper(600, 1536))
    assert (len(found.detections), found.height) == (0, 0.0)
    assert network.scales == pytest.approx([0.5, 0.5 / 3, 1.0], abs=1e-3)


def test_of_boxes_on_each_other_the_clearest_stays():
    twice = np.vstack([row(64), row(64) + np.array([2, 1, 0, 0])])
    found = detector(Sighted(twice, 600)).look(paper(600, 1536), 0.5)
    assert len(found.detections) == 6


def test_paper_is_put_around_a_page_with_ink_up_to_its_edge():
    """The paper is the page's median, not what lies at its edge; the network tells whether it was so."""
    inked = paper(600, 1536)
    inked[:40] = inked[:, :40] = 20
    found = detector(Sighted(row(64), 600)).look(inked, 0.5)
    assert found.contrast.shape == (300, 768)
    np.testing.assert_allclose(found.detections.boxes, row(64), rtol=1e-5)


def test_a_picture_of_one_glyph_is_glanced_at():
    looking = detector(Sighted(row(30), 300))
    assert looking.glance_scale(paper(300, 512)) == 0.5
    assert looking.glance_scale(paper(28, 28)) == 3.0
    assert looking.glance_scale(paper(2560, 100)) == pytest.approx(0.1)
