"""Several seeds of one job, so that a figure has a spread; none is picked by its test figure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev

import keras

from digitlens.files import atomic_write
from digitlens.model.card import Card, card_path
from digitlens.train.run import Outcome, TrainingJob, train

__all__ = ["keep_outcome", "train_runs"]


def train_runs(
    job: TrainingJob,
    runs: int,
    *,
    resume: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Outcome:
    """Train ``runs`` seeds from the job's on, each in ``OUT/seed-N``; the first is the one that is kept.

    With ``resume`` the runs that are done are not done again. The kept network's card tells every run.

    Args:
        job: the first run.
        runs: how many.
        resume: runs that are done are not done again, and the one begun goes on from its checkpoint.
        callbacks: of Keras, called besides our own.

    Raises:
        DigitLensError: as `train`.
    """
    if runs == 1:
        return train(job, resume=resume, callbacks=callbacks)
    jobs = [
        replace(job, seed=seed, out=job.out / f"seed-{seed}") for seed in range(job.seed, job.seed + runs)
    ]
    cards = [_done(each) if resume else None for each in jobs]
    for i, each in enumerate(jobs):
        if cards[i] is None:
            cards[i] = train(each, resume=resume, callbacks=callbacks).card
    found = [card.metrics["test"]["accuracy"] for card in cards if card is not None]
    summary = {
        "seeds": [each.seed for each in jobs],
        "test_accuracy": found,
        "mean": mean(found),
        "sd": stdev(found),
    }
    return keep_outcome(jobs[0], job.model, job.report, {"runs": summary})


def _done(job: TrainingJob) -> Card | None:
    """The card of a run that ended, if it is of this very job."""
    if not card_path(job.model).is_file():
        return None
    card = Card.load(card_path(job.model))
    return card if card.command == job.command else None


def keep_outcome(job: TrainingJob, model: Path, report: Path, told: Mapping[str, object]) -> Outcome:
    """Copy what a job has made to other names, the network's card last.

    Args:
        job: which is done.
        model: the new name of its network, with any suffix.
        report: the new name of its report.
        told: metrics that come into the card besides its own.
    """
    for suffix in (".h5", ".keras", ".onnx"):
        with atomic_write(model.with_suffix(suffix)) as temporary:
            temporary.write_bytes(job.model.with_suffix(suffix).read_bytes())
    with atomic_write(report) as temporary:
        temporary.write_bytes(job.report.read_bytes())
    card = Card.load(card_path(job.model))
    card = replace(card, metrics={**card.metrics, **told})
    card.save(card_path(model))
    return Outcome(card, model, report)
