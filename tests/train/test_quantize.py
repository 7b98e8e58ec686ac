"""Networks in eight bits: that they are smaller, read alike, and are not written where they don't."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from digitlens.data.samples import SAMPLES, draw
from digitlens.errors import ExportMismatch
from digitlens.imaging import frame
from digitlens.model import Network, card_path, find
from digitlens.train import quantize as module
from digitlens.train.quantize import quantize


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    """The samples, each shifted to nine places: real glyphs without a dataset."""
    glyphs = [frame(open_sample(name)).image for name in SAMPLES]
    places = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    return np.stack([np.roll(glyph, place, axis=(0, 1)) for glyph in glyphs for place in places])


def open_sample(name: str) -> np.ndarray:
    from digitlens.imaging import open_picture  # noqa: PLC0415

    return open_picture(draw(name)).pixels


def test_eight_bits_are_smaller_and_read_alike(frames, tmp_path):
    floats = Network.load(find("classic"))
    card = quantize(floats, tmp_path / "small.onnx", frames)
    small = Network.load(tmp_path / "small.onnx")
    assert card.metrics["agreement_with_floats"] == 1.0
    assert small.path.stat().st_size < 0.8 * floats.path.stat().st_size  # what explains stays in floats
    assert small.card.metrics["agreement_with_floats"] == 1.0
    assert small.card.version != floats.card.version
    difference = np.abs(small.logits(frames) - floats.logits(frames))
    assert 0 < difference.mean() < 0.5  # not the same, but near: the logits of classic run from -10 to 20


def test_what_reads_otherwise_is_not_written(frames, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_agreement", lambda *_: 0.998)
    with pytest.raises(ExportMismatch, match=r"reads 0\.20% of the glyphs otherwise; at most 0\.1%"):
        quantize(Network.load(find("classic")), tmp_path / "small.onnx", frames)
    assert not (tmp_path / "small.onnx").exists()
    assert not card_path(tmp_path / "small.onnx").exists()


def test_a_disk_that_is_full_for_the_card_keeps_the_network_away_too(frames, tmp_path, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left on device") as raised:
        quantize(Network.load(find("classic")), tmp_path / "small.onnx", frames)
    assert Path(raised.value.filename) == tmp_path / "small.card.json"
    assert list(tmp_path.iterdir()) == []
