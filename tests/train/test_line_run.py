from dataclasses import replace

import numpy as np
import onnxruntime as ort
import pytest

from digitlens.imaging import STRIP_HEIGHT
from digitlens.model import LineNetwork, PageCard, available, best_labels, card_path, find
from digitlens.model.card import kind_of
from digitlens.train.courses import LINES
from digitlens.train.drawn.run import DrawnJob, train_drawn
from digitlens.train.line.recipe import LineRecipe
from digitlens.train.line.strips import Strip
from digitlens.train.page.targets import PAGE_LABELS

TINY = LineRecipe(
    name="lines",
    epochs=10,
    scenes=32,
    views=8,
    batch_size=8,
    learning_rate=1e-2,
    average=0.8,
    precision="float32",
    widths=(8, 8, 8, 8, 16),
    depth=1,
    validation=16,
    workers=0,
)


def draw(part, key):
    """A strip of upright and level bars, which are ones and minuses."""
    rng = np.random.default_rng([part == "held", *key])
    count = int(rng.integers(1, 5))
    strip = rng.normal(0.3, 0.1, (STRIP_HEIGHT, 48 * count + 40)).astype(np.float16)
    labels = rng.integers(0, 2, count)
    at = 44 + 48 * np.arange(count)
    for x, level in zip(at, labels, strict=True):
        if level:
            strip[26:31, x - 12 : x + 12] = -2
        else:
            strip[12:44, x - 3 : x + 3] = -2
    told = np.where(labels == 1, PAGE_LABELS.index("-"), PAGE_LABELS.index("1"))
    return [Strip(strip, told.astype(np.int16), at.astype(np.float32))]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A job that is done, and what it came to."""
    job = DrawnJob(TINY, tmp_path_factory.mktemp("lines"), seed=1)
    return job, train_drawn(LINES, job, draw=draw)


def test_training_teaches_to_read(trained, monkeypatch):
    job, outcome = trained
    assert outcome.card.metrics["validation"]["exact"] > 0.6
    assert outcome.card.command == "digitlens train --recipe lines --epochs 10 --seed 1"
    assert "Exact" in job.report.read_text()
    network = LineNetwork.load(job.model)
    right = 0
    for number in range(16):
        (strip,) = draw("held", [number])
        steps = network.probabilities(strip.contrast.astype(np.float32))
        assert steps.shape == (-(-strip.contrast.shape[1] // 4), len(PAGE_LABELS) + 1)
        np.testing.assert_allclose(steps.sum(axis=1), 1, atol=1e-6)
        right += best_labels(steps) == strip.labels.tolist()
    assert right > 9
    monkeypatch.setenv("DIGITLENS_MODELS", str(job.out))
    assert kind_of(job.model) == "lines"
    assert "lines" not in available()  # what reads single glyphs
    assert find("lines").stem == "lines"


def test_the_graph_takes_strips_of_any_width(trained):
    job, outcome = trained
    assert PageCard.load(card_path(job.model), "lines") == outcome.card
    session = ort.InferenceSession(job.model)
    for width in (4, 60, 1000):
        (logits,) = session.run(None, {"image": np.zeros((1, 1, STRIP_HEIGHT, width), np.float32)})
        assert np.asarray(logits).shape == (1, len(PAGE_LABELS) + 1, 1, width // 4)


def test_a_run_begins_with_the_weights_of_a_line_network_that_was_exported(trained, tmp_path):
    _, outcome = trained
    mixed = replace(TINY.again(), epochs=1, views=1, learning_rate=1e-6, precision="mixed_bfloat16")
    again = DrawnJob(mixed, tmp_path, 2, outcome.model)
    told = train_drawn(LINES, again, draw=draw)
    assert told.card.command.endswith("--seed 2 --from lines")
    before, after = (one.card.metrics["validation"] for one in (outcome, told))
    assert abs(after["exact"] - before["exact"]) <= 2 / 16  # at this rate nothing is learnt or lost
    assert abs(after["loss"] - before["loss"]) < 0.1 * before["loss"] + 0.05
