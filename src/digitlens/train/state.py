"""The state of a run on disk: a checkpoint after every epoch, whole or not at all."""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.errors import InvalidModel, TrainingError
from digitlens.files import atomic_write
from digitlens.train.kerasfile import load_keras

__all__ = ["Checkpoints", "Epoch", "TrainingProgress", "check_room"]

DISK_ROOM = 64 * 2**20
"""Bytes a run may need: two checkpoints with optimizer state, the saved models and the report."""


@dataclass(frozen=True)
class Epoch:
    """The figures of one epoch; losses in nats, accuracies 0 to 1, seconds of wall time."""

    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    learning_rate: float
    seconds: float


@dataclass
class TrainingProgress:
    """The progress of a run; with the checkpoint of the same epoch, all that is needed to go on.

    Attributes:
        identity: what the run is: settings, seed and data; a checkpoint of another run is not gone on with.
        epochs: those done.
        best: index of the one with the lowest validation loss, -1 before the first.
    """

    identity: dict[str, Any]
    epochs: list[Epoch] = field(default_factory=list)
    best: int = -1

    def add(self, epoch: Epoch) -> bool:
        """Record an epoch; true where it is the best so far."""
        self.epochs.append(epoch)
        better = self.best < 0 or epoch.val_loss < self.epochs[self.best].val_loss
        if better:
            self.best = len(self.epochs) - 1
        return better

    def stale(self) -> int:
        """Epochs since the best."""
        return len(self.epochs) - 1 - self.best


class Checkpoints:
    """The checkpoint of a run in its own folder: a ``.keras`` with optimizer state, the losses, ``progress.json``.

    Model and losses are written first under their epoch's name, then the progress that points to them, then those
    before are removed: killed between any two of these, the folder still holds one whole checkpoint.
    """

    def __init__(self, folder: Path) -> None:
        """Use ``folder``; it is made when the first checkpoint is saved."""
        self._folder = folder
        self._progress = folder / "progress.json"

    def save(self, model: keras.Model, progress: TrainingProgress, losses: NDArray[np.float32]) -> None:
        """Write model, progress and losses, each file whole.

        Args:
            model: with the state of its optimizer.
            progress: of the run so far.
            losses: of each training glyph when last shown, nats, (N,).
        """
        current = self._model(progress)
        with atomic_write(current) as temporary:
            model.save(temporary)
        with atomic_write(current.with_suffix(".npy")) as temporary, temporary.open("wb") as file:
            np.save(file, losses)
        with atomic_write(self._progress) as temporary:
            temporary.write_text(json.dumps(asdict(progress), indent=1), encoding="utf-8")
        for other in self._folder.glob("epoch-*"):
            if other.stem != current.stem:
                other.unlink()

    def load(
        self, identity: dict[str, Any]
    ) -> tuple[keras.Model, TrainingProgress, NDArray[np.float32]] | None:
        """The model, progress and losses, (N,), to go on from; None where there is no checkpoint.

        Raises:
            TrainingError: the checkpoint is of another run, or cannot be read.
        """
        if not self._progress.is_file():
            return None
        try:
            values = json.loads(self._progress.read_text(encoding="utf-8"))
            found = TrainingProgress(
                values["identity"], [Epoch(**e) for e in values["epochs"]], values["best"]
            )
            plain = json.loads(json.dumps(identity))
            if found.identity != plain:
                changed = sorted(k for k in plain if found.identity.get(k) != plain[k])
                raise TrainingError(
                    f"The checkpoint in {self._folder} is of another run: {', '.join(changed)} differ. "
                    "Give the same settings to go on with it, or leave out --resume to start anew."
                )
            model = self._model(found)
            return load_keras(model, compiled=True), found, np.load(model.with_suffix(".npy"))
        except (InvalidModel, OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(
                f"The checkpoint in {self._folder} cannot be read ({error}). Leave out --resume to start anew."
            ) from error

    def clear(self) -> None:
        """Remove the checkpoint, if there is one."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _model(self, progress: TrainingProgress) -> Path:
        return self._folder / f"epoch-{len(progress.epochs):03d}.keras"


def check_room(*folders: Path) -> None:
    """Make sure before training starts that what it will write can be written.

    Raises:
        TrainingError: a folder cannot be made or written to, or the disk has too little room.
    """
    for folder in folders:
        try:
            with atomic_write(folder / "room.tmp") as probe:
                probe.write_bytes(b"room")
            (folder / "room.tmp").unlink()
        except OSError as error:
            raise TrainingError(
                f"Cannot write to {folder.absolute()}: {error.strerror}. Choose another folder with --out."
            ) from error
        if (free := shutil.disk_usage(folder).free) < DISK_ROOM:
            raise TrainingError(
                f"The disk of {folder.absolute()} has {free / 2**20:.0f} MB free; a run needs "
                f"{DISK_ROOM / 2**20:.0f} MB. Make room, or choose another folder with --out."
            )
