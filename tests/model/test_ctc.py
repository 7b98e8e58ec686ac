import itertools

import numpy as np
import pytest

from digitlens.model import best_labels, label_likelihoods, log_likelihood
from digitlens.model.ctc import LEAST_LIKELY

NONE = 3


def _of_all_alignments(probabilities, text):
    """The probability by its definition: the sum over all paths that collapse to the text."""
    total = 0.0
    for path in itertools.product(range(NONE + 1), repeat=len(probabilities)):
        said = [k for i, k in enumerate(path) if (i == 0 or path[i - 1] != k) and k != NONE]
        if said == list(text):
            total += float(np.prod(probabilities[range(len(path)), path]))
    return np.log(total) if total else LEAST_LIKELY


@pytest.fixture(params=range(3))
def steps(request):
    """Probabilities of five steps."""
    return np.random.default_rng(request.param).dirichlet(np.full(NONE + 1, 0.5), 5)


@pytest.mark.parametrize("text", [[], [2], [0, 1], [1, 1], [0, 2, 0], [1, 1, 1]])
def test_a_text_is_as_likely_as_all_its_alignments_together(steps, text):
    assert log_likelihood(steps, text) == pytest.approx(_of_all_alignments(steps, text), abs=1e-9)


@pytest.mark.parametrize("text", [[2], [0, 1], [1, 1], [0, 2, 0]])
def test_each_label_in_each_place_is_as_likely_as_the_text_with_it(steps, text):
    found = label_likelihoods(steps, text)
    for place, label in itertools.product(range(len(text)), range(NONE)):
        other = [*text[:place], label, *text[place + 1 :]]
        assert found[place, label] == pytest.approx(_of_all_alignments(steps, other), abs=1e-6)


def test_what_cannot_be_is_told_by_a_number():
    two = np.full((2, NONE + 1), 0.25)
    assert log_likelihood(two, [1, 1]) == LEAST_LIKELY  # it would take a step of none between them
    assert log_likelihood(two, [0, 1, 2]) == LEAST_LIKELY


def test_long_lines_do_not_run_out_of_numbers():
    steps = np.random.default_rng(1).dirichlet(np.full(NONE + 1, 0.1), 3000)
    text = best_labels(steps)
    assert len(text) > 500
    likely = log_likelihood(steps, text)
    assert np.isfinite(likely)
    assert label_likelihoods(steps[:400], best_labels(steps[:400]))[0].max() > LEAST_LIKELY


def test_repetitions_and_none_are_left_out_of_the_best_alignment():
    steps = np.eye(NONE + 1)[[NONE, 0, 0, NONE, 0, 2, 2, NONE]]
    assert best_labels(steps) == [0, 0, 2]
