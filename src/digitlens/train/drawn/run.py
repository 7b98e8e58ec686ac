"""One run on drawn scenes, from scenes to report: fit, export, measure, tell."""

import logging
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import keras

from digitlens.model.card import Kind, PageCard, card_path
from digitlens.train.drawn.export import Answers, DrawnExport, export_drawn
from digitlens.train.drawn.fit import Lesson, Measured, Run, fit_drawn
from digitlens.train.drawn.pool import Draw
from digitlens.train.drawn.recipe import DrawnRecipe
from digitlens.train.drawn.report import write_drawn_report
from digitlens.train.kerasfile import save_keras
from digitlens.train.run import software
from digitlens.train.state import TrainingProgress, check_room

__all__ = ["Course", "DrawnJob", "DrawnOutcome", "train_drawn"]

log = logging.getLogger("digitlens")


@dataclass(frozen=True)
class DrawnJob:
    """A run of training on drawn scenes, and the folder of its results.

    Attributes:
        recipe: the settings.
        out: folder for the results.
        seed: of the weights, the scenes and their order.
        start: ONNX file of a network of the kind to train on from; None to begin anew.
    """

    recipe: DrawnRecipe
    out: Path = Path()
    seed: int = 0
    start: Path | None = None

    @property
    def model(self) -> Path:
        """The finished network as ONNX; its Keras file and card stand beside it."""
        return self.out / f"{self.recipe.name}.onnx"

    @property
    def best(self) -> Path:
        """The Keras network of the best epoch so far, as averaged."""
        return self.out / "models" / f"{self.recipe.name}_best.keras"

    @property
    def checkpoint(self) -> Path:
        """The folder that holds what a killed run goes on from."""
        return self.out / "models" / f"{self.recipe.name}_checkpoint"

    @property
    def report(self) -> Path:
        """The page that tells how it went."""
        return self.out / f"{self.recipe.name}_report.html"

    @property
    def command(self) -> str:
        """The command that trains such a network again."""
        words = ["--recipe", self.recipe.name, "--epochs", str(self.recipe.epochs), "--seed", str(self.seed)]
        if self.start is not None:
            words += ["--from", self.start.stem]
        return shlex.join(["digitlens", "train", *words])


@dataclass(frozen=True)
class DrawnOutcome:
    """The result of a run: its card, and where the network and the report are."""

    card: PageCard
    model: Path
    report: Path


Teach: TypeAlias = Callable[[DrawnJob, Draw[Any] | None], Lesson[Any]]
"""Gives the lesson of a job; what draws its scenes, or None for the generator of sheets."""


@dataclass(frozen=True)
class Course:
    """One kind of network that is trained on drawn scenes.

    Attributes:
        kind: what it reads.
        score: what its score is called.
        labels: of its answers.
        lesson: what is learnt.
        answers: of the exported graph.
        told: further fields of the card.
    """

    kind: Kind
    score: str
    labels: tuple[str, ...]
    lesson: Teach
    answers: Answers
    told: dict[str, Any] = field(default_factory=dict)


def train_drawn(
    course: Course,
    job: DrawnJob,
    *,
    draw: Draw[Any] | None = None,
    resume: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> DrawnOutcome:
    """Train, export, measure on held-back scenes, and write everything to ``job.out``.

    Args:
        course: the kind of network.
        job: what to train.
        draw: draws the scenes; left out, the generator of sheets.
        resume: go on from the job's checkpoint, if there is one.
        callbacks: told of every step and epoch.

    Raises:
        TrainingError: the folder cannot be written to, or the checkpoint to go on from is of another run.
        DatasetError: the glyphs that sheets are made of cannot be had.
        ExportMismatch: the exported graph does not compute what Keras does.
    """
    recipe = job.recipe
    check_room(job.out, job.best.parent)
    told = recipe.name, recipe.epochs, recipe.scenes, recipe.views
    log.info("Training %s for %d epochs of %d scenes, each shown %d times.", *told)
    start = job.start.name if job.start else None
    run = Run(job.seed, job.checkpoint, job.best, resume, start)
    net, progress, measured = fit_drawn(course.lesson(job, draw), run, callbacks)
    save_keras(net, job.model.with_suffix(".keras"))
    exported = export_drawn(net, job.model, course.answers, recipe.stored)
    card = _card(course, job, exported, progress, measured)
    write_drawn_report(job.report, card, progress, course.score)
    card.save(card_path(job.model))
    return DrawnOutcome(card, job.model, job.report)


def _metrics(
    score: str, recipe: DrawnRecipe, progress: TrainingProgress, measured: Measured
) -> dict[str, Any]:
    """The figures of a run for its card, those of ``score`` under its name."""
    epochs = progress.epochs
    figures = {"loss": measured.loss, score: measured.score, "labels": measured.labels}
    return {
        "validation": {"scenes": recipe.validation, **figures},
        "training": {"loss": epochs[-1].loss, score: epochs[-1].accuracy},
        "epochs": len(epochs),
        "seconds": round(sum(epoch.seconds for epoch in epochs)),
    }


def _card(
    course: Course, job: DrawnJob, exported: DrawnExport, progress: TrainingProgress, measured: Measured
) -> PageCard:
    """The card of a network as a run left it."""
    recipe = job.recipe
    return PageCard(
        sha256=exported.sha256,
        labels=course.labels,
        parameters=exported.parameters,
        recipe=recipe.settings(),
        seed=job.seed,
        command=job.command,
        trained_on=f"{len(progress.epochs) * recipe.scenes:,} drawn scenes of {recipe.width} x {recipe.height} pixels",
        metrics={"parity": exported.difference, **_metrics(course.score.lower(), recipe, progress, measured)},
        software=software(),
        kind=course.kind,
        **course.told,
    )
