import numpy as np
import pytest

from digitlens.model import log_likelihood, softmax
from digitlens.train.line.loss import NO_LABEL, LineLoss
from digitlens.train.page.targets import CLASS_MAPS


def test_the_loss_is_what_the_reader_computes_a_label():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 1, (3, 1, 12, CLASS_MAPS + 1)).astype(np.float32)
    texts = [[3, 3, 7], [], [0]]  # two alike, none, one
    # the reader tells of nothing less likely than e^-60
    labels = np.full((3, 5), NO_LABEL, np.float32)
    for row, text in zip(labels, texts, strict=True):
        row[: len(text)] = text
    probabilities = softmax(logits[:, 0].astype(np.float64))
    expected = -sum(log_likelihood(p, text) for p, text in zip(probabilities, texts, strict=True)) / 4
    loss = np.asarray(LineLoss()(labels, logits))
    assert float(loss) == pytest.approx(expected, rel=1e-4)
