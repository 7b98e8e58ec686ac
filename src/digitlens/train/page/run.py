"""One run of the page network from scenes to report: fit, export, measure, tell."""

import logging
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from digitlens.model.card import PageCard, card_path
from digitlens.train.kerasfile import save_keras
from digitlens.train.page.export import ExportedPages, export_pages
from digitlens.train.page.fit import Measured, fit_pages
from digitlens.train.page.recipe import PageRecipe
from digitlens.train.page.report import write_page_report
from digitlens.train.page.scenes import Draw, SheetScenes
from digitlens.train.page.targets import LABELS, STRIDE, UNIT
from digitlens.train.run import software
from digitlens.train.state import Progress, check_room

__all__ = ["PageJob", "PageOutcome", "page_card", "train_pages"]

log = logging.getLogger("digitlens")


@dataclass(frozen=True)
class PageJob:
    """What to train, and where to put it.

    Attributes:
        recipe: the settings.
        out: folder for the results.
        seed: of the weights, the scenes and their order.
    """

    recipe: PageRecipe
    out: Path = Path()
    seed: int = 0

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
        """What trains such a network again."""
        words = ["--recipe", self.recipe.name, "--epochs", str(self.recipe.epochs), "--seed", str(self.seed)]
        return shlex.join(["digitlens", "train", *words])


@dataclass(frozen=True)
class PageOutcome:
    """What a run came to: its card, and where the network and the report are."""

    card: PageCard
    model: Path
    report: Path


def train_pages(
    job: PageJob,
    *,
    draw: Draw | None = None,
    resume: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> PageOutcome:
    """Train, export, measure on held-back scenes, and write everything to ``job.out``.

    Args:
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
    log.info(
        "Training %s for %d epochs of %d scenes, each shown %d times.",
        recipe.name,
        recipe.epochs,
        recipe.scenes,
        recipe.views,
    )
    net, progress, measured = fit_pages(
        recipe,
        draw or SheetScenes(recipe.width, recipe.height),
        seed=job.seed,
        folder=job.checkpoint,
        best=job.best,
        resume=resume,
        callbacks=callbacks,
    )
    save_keras(net, job.model.with_suffix(".keras"))
    exported = export_pages(net, job.model, recipe.stored)
    card = page_card(job, exported, progress, measured)
    write_page_report(job.report, card, progress)
    card.save(card_path(job.model))
    return PageOutcome(card, job.model, job.report)


def page_card(job: PageJob, exported: ExportedPages, progress: Progress, measured: Measured) -> PageCard:
    """The card of a network as a run left it."""
    recipe, epochs = job.recipe, progress.epochs
    metrics: dict[str, Any] = {
        "parity": exported.difference,
        "validation": {
            "scenes": recipe.validation,
            "loss": measured.loss,
            "f1": measured.found.f1(),
            "labels": measured.found.table(),
        },
        "training": {"loss": epochs[-1].loss, "f1": epochs[-1].accuracy},
        "epochs": len(epochs),
        "steps": len(epochs) * recipe.steps,
        "seconds": round(sum(epoch.seconds for epoch in epochs)),
    }
    return PageCard(
        sha256=exported.sha256,
        labels=LABELS,
        parameters=exported.parameters,
        recipe=recipe.settings(),
        seed=job.seed,
        command=job.command,
        trained_on=f"{len(epochs) * recipe.scenes:,} drawn scenes of {recipe.width} x {recipe.height} pixels",
        metrics=metrics,
        stride=STRIDE,
        unit=UNIT,
        software=software(),
    )
