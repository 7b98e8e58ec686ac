"""One training run from data to report: load, fit, export, calibrate, measure once, tell."""

import importlib
import logging
import platform
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np

from digitlens.model.calibrate import UNCALIBRATED
from digitlens.model.card import Card, card_path
from digitlens.model.registry import find
from digitlens.model.session import Network
from digitlens.train.calibration import calibrate
from digitlens.train.export import Exported, export_file
from digitlens.train.fit import fit
from digitlens.train.kerasfile import save_keras
from digitlens.train.recipes import Recipe
from digitlens.train.report import Report, write_report
from digitlens.train.sets import Sets, sets_of
from digitlens.train.start import started
from digitlens.train.state import TrainingProgress, check_room
from digitlens.train.targets import outputs
from digitlens.train.teach import Teachers

__all__ = ["Outcome", "TrainingJob", "software", "train"]

log = logging.getLogger("digitlens")


@dataclass(frozen=True)
class TrainingJob:
    """A run of training, and the folder of its results.

    Attributes:
        recipe: the settings.
        dataset: a registered name, or a file or folder that `digitlens.data.load` reads.
        out: folder for the results.
        seed: makes the run repeatable.
        extra: a folder of pictures by label to learn from besides the dataset.
        start: a ``.keras`` or ``.h5`` file whose weights to start from.
        teachers: names or ``.onnx`` files of networks to learn from besides the labels.
    """

    recipe: Recipe
    dataset: str = "mnist"
    out: Path = Path()
    seed: int = 0
    extra: Path | None = None
    start: Path | None = None
    teachers: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The stem of the results' names: ``mnist_cnn`` for MNIST."""
        place = Path(self.dataset).resolve()
        return f"{place.name.partition('.')[0] if place.is_file() else place.name}_cnn"

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
        """The command that trains the same network again."""
        words = ["digitlens", "train", *self._chosen, "--dataset", self.dataset]
        words += [] if self.extra is None else ["--extra", str(self.extra)]
        words += [] if self.start is None else ["--from", str(self.start)]
        words += [word for name in self.teachers for word in ("--teacher", name)]
        return shlex.join([*words, "--epochs", str(self.recipe.epochs), "--seed", str(self.seed)])

    @property
    def _chosen(self) -> list[str]:
        """The words that choose the recipe."""
        return ["--recipe", self.recipe.name]


@dataclass(frozen=True)
class Outcome:
    """The result of a run: its card, and where the network and the report are."""

    card: Card
    model: Path
    report: Path


def train(
    job: TrainingJob,
    *,
    sets: Sets | None = None,
    resume: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Outcome:
    """Train, export, calibrate, test once, and write everything to ``job.out``.

    Args:
        job: what to train.
        sets: the glyphs, framed; left out, what the job names.
        resume: go on from the job's checkpoint, if there is one.
        callbacks: told of every step and epoch.

    Raises:
        TrainingError: the folder cannot be written to, the data are too few, or the checkpoint to go on
            from is of another run.
        DatasetError: the data cannot be had or read.
        ModelError: a network to start from or to learn from cannot be found or used.
    """
    check_room(job.out, job.best.parent)
    teachers = _taught_by(job)
    if sets is None:
        sets = sets_of(job.dataset, job.recipe.held_back, job.extra, job.recipe.world)
    start = None if job.start is None else started(job.start, sets.training.alphabet, job.recipe)
    counts = len(sets.training), job.dataset, len(sets.validation)
    log.info("Training %s on %d glyphs of %s, validating on %d.", job.recipe.name, *counts)
    model, progress = fit(
        job.recipe,
        sets.training,
        sets.validation,
        seed=job.seed,
        folder=job.checkpoint,
        best=job.best,
        start=start,
        teachers=Teachers.load(teachers, job.recipe.trust, len(outputs(sets.training.alphabet))),
        resume=resume,
        callbacks=callbacks,
    )
    for suffix in (".h5", ".keras"):
        save_keras(model, job.model.with_suffix(suffix))
    exported = export_file(job.model.with_suffix(".keras"), job.model, job.recipe.stored)
    card = _measure(job, _draft(job, sets, exported), sets, progress)
    card.save(card_path(job.model))
    return Outcome(card, job.model, job.report)


def _taught_by(job: TrainingJob) -> list[Path]:
    """Find the networks that a run learns from; itself, as it stands, where the recipe says so."""
    networks = [find(name) for name in job.teachers]
    if job.recipe.self_taught and job.start is not None:
        networks.append(job.start.with_suffix(".onnx"))
    return networks


def _draft(job: TrainingJob, sets: Sets, exported: Exported) -> Card:
    """Return the card before anything is measured: nothing is accepted by it."""
    return Card(
        sha256=exported.sha256,
        labels=sets.test.alphabet,
        head=exported.head,
        parameters=exported.parameters,
        recipe=job.recipe.settings(),
        seed=job.seed,
        command=job.command,
        trained_on=f"{len(sets.training):,} glyphs of {sets.training.name}",
        metrics={"parity": exported.difference},
        calibration=UNCALIBRATED,
        software=software(),
    )


def _measure(job: TrainingJob, draft: Card, sets: Sets, progress: TrainingProgress) -> Card:
    """Calibrate on validation, measure all three sets, write the report; the card with all of it."""
    draft = replace(
        draft,
        metrics={**draft.metrics, "epochs": len(progress.epochs), "best_epoch": progress.best + 1},
    )
    network = Network(job.model, draft, threads=2)
    card, measured, logits = calibrate(network, sets, job.dataset, job.seed, job.recipe)
    write_report(job.report, Report(card, progress, measured, logits, sets.test))
    return card


def software() -> dict[str, str]:
    """Versions that a run depends on."""
    backend = keras.backend.backend()
    return {
        "python": platform.python_version(),
        "keras": keras.version(),
        "backend": f"{backend} {importlib.import_module(backend).__version__}",
        "numpy": np.__version__,
    }
