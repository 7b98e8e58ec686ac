"""One training run from data to report: load, fit, export, calibrate, measure once, tell."""

import importlib
import logging
import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np

from digitlens.data.synth import not_digits
from digitlens.imaging import frame_all
from digitlens.model.calibrate import UNCALIBRATED, fit_calibration
from digitlens.model.card import Card, card_path
from digitlens.model.metrics import figures
from digitlens.model.session import Network
from digitlens.train.export import export_file
from digitlens.train.fit import fit
from digitlens.train.kerasfile import load_keras, save_keras
from digitlens.train.recipes import Recipe
from digitlens.train.report import Report, write_report
from digitlens.train.sets import Sets, sets_of
from digitlens.train.state import Progress, check_room

__all__ = ["Job", "Outcome", "train"]

log = logging.getLogger("digitlens")


@dataclass(frozen=True)
class Job:
    """What to train, and where to put it.

    Attributes:
        recipe: the settings.
        dataset: a registered name, or a folder of pictures by label.
        out: folder for the results.
        seed: makes the run repeatable.
        extra: a folder of pictures by label to learn from besides the dataset.
        start: a ``.keras`` or ``.h5`` file whose weights to start from.
    """

    recipe: Recipe
    dataset: str = "mnist"
    out: Path = Path()
    seed: int = 0
    extra: Path | None = None
    start: Path | None = None

    @property
    def stem(self) -> str:
        """What the results are named after: ``mnist_cnn`` for MNIST."""
        return f"{Path(self.dataset).resolve().name}_cnn"

    @property
    def model(self) -> Path:
        """The finished network as ONNX; its Keras files and card stand beside it."""
        return self.out / f"{self.stem}_model.onnx"

    @property
    def best(self) -> Path:
        """The Keras network of the best epoch so far."""
        return self.out / "models" / f"{self.stem}_best.h5"

    @property
    def checkpoint(self) -> Path:
        """The folder that holds what a killed run goes on from."""
        return self.out / "models" / f"{self.stem}_checkpoint"

    @property
    def report(self) -> Path:
        """The page that tells how it went."""
        return self.out / f"{self.stem}_report.html"

    @property
    def command(self) -> str:
        """What trains the same network again."""
        words = [f"digitlens train --recipe {self.recipe.name} --dataset {self.dataset}"]
        words += [f"--extra {self.extra}"] * (self.extra is not None)
        words += [f"--from {self.start}"] * (self.start is not None)
        return " ".join([*words, f"--epochs {self.recipe.epochs} --seed {self.seed}"])


@dataclass(frozen=True)
class Outcome:
    """What a run came to: its card, and where the network and the report are."""

    card: Card
    model: Path
    report: Path


def train(job: Job, *, resume: bool = False, callbacks: Sequence[keras.callbacks.Callback] = ()) -> Outcome:
    """Train, export, calibrate, test once, and write everything to ``job.out``.

    Raises:
        TrainingError: the folder cannot be written to, the data are too few, or the checkpoint to go on
            from is of another run.
        DatasetError: the data cannot be had or read.
    """
    check_room(job.out, job.best.parent)
    start = None if job.start is None else load_keras(job.start)
    sets = sets_of(job.dataset, job.recipe.held_back, job.extra)
    log.info(
        "Training %s on %d glyphs of %s, validating on %d.",
        job.recipe.name,
        len(sets.training),
        job.dataset,
        len(sets.validation),
    )
    model, progress = fit(
        job.recipe,
        sets.training,
        sets.validation,
        seed=job.seed,
        folder=job.checkpoint,
        best=job.best,
        start=start,
        resume=resume,
        callbacks=callbacks,
    )
    for suffix in (".h5", ".keras"):
        save_keras(model, job.model.with_suffix(suffix))
    exported = export_file(job.model.with_suffix(".keras"), job.model)
    draft = Card(
        sha256=exported.sha256,
        labels=sets.training.alphabet,
        head=exported.head,
        parameters=exported.parameters,
        recipe=job.recipe.settings(),
        seed=job.seed,
        command=job.command,
        trained_on=f"{len(sets.training):,} glyphs of {sets.training.name}",
        metrics={"parity": exported.difference},
        calibration=UNCALIBRATED,
        software=_software(),
    )
    card = _measure(job, draft, sets, progress)
    card.save(card_path(job.model))
    return Outcome(card, job.model, job.report)


def _measure(job: Job, draft: Card, sets: Sets, progress: Progress) -> Card:
    """Calibrate on validation, measure all three sets, write the report; the card with all of it."""
    network = Network(job.model, draft, threads=2)
    logits = {name: network.logits_of(glyphs.images) for name, glyphs in vars(sets).items()}
    drawn = not_digits(len(sets.validation), job.seed, sets.validation.images)
    others = network.logits_of(frame_all(drawn))
    calibration = fit_calibration(logits["validation"], sets.validation.labels, others)
    measured = {
        name: figures(calibration, logits[name], glyphs.labels, draft.labels)
        for name, glyphs in vars(sets).items()
    }
    metrics = {
        **draft.metrics,
        "training": measured["training"].summary(),
        "validation": measured["validation"].summary(),
        "test": {"dataset": job.dataset, **measured["test"].to_dict()},
        "epochs": len(progress.epochs),
        "best_epoch": progress.best + 1,
    }
    card = replace(draft, calibration=calibration, metrics=metrics)
    write_report(job.report, Report(card, progress, measured, logits["test"], sets.test))
    return card


def _software() -> dict[str, str]:
    """Versions that a run depends on."""
    backend = keras.backend.backend()
    return {
        "python": platform.python_version(),
        "keras": keras.version(),
        "backend": f"{backend} {importlib.import_module(backend).__version__}",
        "numpy": np.__version__,
    }
