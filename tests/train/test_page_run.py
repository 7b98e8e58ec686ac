import json
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import keras
import numpy as np
import onnxruntime as ort
import pytest
from drawn_scenes import draw

from digitlens.errors import TrainingError
from digitlens.imaging import local_contrast
from digitlens.model import PageCard, card_path
from digitlens.train.courses import PAGE_COURSE, export_checkpoint
from digitlens.train.drawn.begin import begin_from
from digitlens.train.drawn.export import averaged
from digitlens.train.drawn.fit import Run, fit_drawn
from digitlens.train.drawn.run import DrawnJob, train_drawn
from digitlens.train.kerasfile import load_keras
from digitlens.train.page.fit import page_lesson
from digitlens.train.page.net import plain_net
from digitlens.train.page.recipe import PageRecipe
from digitlens.train.page.stream import batch_of
from digitlens.train.page.targets import PAGE_LABELS

TINY = PageRecipe(
    name="pages",
    epochs=6,
    scenes=24,
    views=4,
    width=96,
    height=64,
    batch_size=8,
    learning_rate=1e-2,
    average=0.8,
    widths=(8, 8, 8, 8, 8),
    head=8,
    validation=8,
    workers=0,
)

KILLED = 3
"""Number of the epoch, from 0, in which a run was killed."""


@dataclass
class Watched:
    """Draws scenes, notes of which epochs they are, and keeps the files that a kill in the midst of one leaves."""

    folder: Path
    kept: Path
    seen: list[int] = field(default_factory=list)

    def __call__(self, part, key):
        if part == "train":
            self.seen.append(key[1])
            if self.seen.count(KILLED) == 2 and not self.kept.exists():
                shutil.copytree(self.folder, self.kept)
        return draw(part, key)


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Where the files are that a run left when it was killed."""
    return tmp_path_factory.mktemp("killed") / "checkpoint"


@pytest.fixture(scope="module")
def trained(tmp_path_factory, left):
    """A job that is done, and what it came to."""
    job = DrawnJob(TINY, tmp_path_factory.mktemp("run"), seed=1)
    return job, train_drawn(PAGE_COURSE, job, draw=Watched(job.checkpoint, left))


def test_training_lowers_the_loss_and_finds_the_strokes(trained):
    job, outcome = trained
    epochs = json.loads((job.checkpoint / "progress.json").read_text())["epochs"]
    assert epochs[-1]["val_loss"] < 0.6 * epochs[0]["val_loss"]
    assert outcome.card.metrics["validation"]["f1"] > 0.5


def test_what_a_run_leaves(trained):
    job, outcome = trained
    assert PageCard.load(card_path(job.model)) == outcome.card
    assert outcome.card.labels == PAGE_LABELS
    assert outcome.card.kind == "pages"
    assert outcome.card.command == "digitlens train --recipe pages --epochs 6 --seed 1"
    assert job.best.is_file()
    assert job.model.with_suffix(".keras").is_file()
    assert "F1" in job.report.read_text()
    session = ort.InferenceSession(job.model)
    picture = local_contrast(draw("held", [0]).pixels)[None, None]
    heat, peaks = map(np.asarray, session.run(["heat", "peaks"], {"image": picture}))
    assert heat.shape == peaks.shape == (1, 26, 16, 24)
    rows, columns = np.nonzero(peaks[0].max(axis=0) > 0.3)
    assert {PAGE_LABELS[heat[0, :, r, c].argmax()] for r, c in zip(rows, columns, strict=True)} <= {"1", "-"}


def test_a_checkpoint_is_exported_while_the_run_goes_on(trained, tmp_path):
    job, outcome = trained
    assert export_checkpoint(job.checkpoint, tmp_path / "now.onnx").sha256 == outcome.card.sha256


def test_what_is_no_checkpoint_cannot_be_exported(tmp_path):
    with pytest.raises(TrainingError, match="not the checkpoint of a network"):
        export_checkpoint(tmp_path, tmp_path / "a.onnx")


def test_a_run_goes_on_where_it_broke_off_and_ends_the_same(trained, left, tmp_path):
    job, _ = trained
    watched = Watched(left, left)
    run = Run(job.seed, left, tmp_path / "best.keras", resume=True)
    resumed, progress, _ = fit_drawn(page_lesson(job.recipe, watched), run)
    assert watched.seen == [epoch for epoch in range(KILLED, TINY.epochs) for _ in range(TINY.scenes)]
    assert len(progress.epochs) == TINY.epochs
    whole = plain_net(TINY.widths, TINY.head)
    assert len(averaged(whole, job.checkpoint)["epochs"]) == TINY.epochs
    for one, two in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_another_run_is_not_gone_on_with(trained, tmp_path):
    job, _ = trained
    with pytest.raises(TrainingError, match="seed differ"):
        fit_drawn(
            page_lesson(job.recipe, draw),
            Run(job.seed + 1, job.checkpoint, tmp_path / "a.keras", resume=True),
        )


def begun_alike(recipe: PageRecipe, model: Path) -> keras.Model:
    """A network of the recipe that begins with an exported one, and has been seen to compute the same."""
    net = plain_net(recipe.widths, recipe.head)
    begin_from(net, model, [batch_of([draw("train", [0, 0, i]) for i in range(8)])[0]])
    pictures, _ = batch_of([draw("held", [i]) for i in range(3)])
    cells = np.asarray(net.predict_on_batch(pictures)).transpose(0, 3, 1, 2)
    (heat,) = ort.InferenceSession(model).run(["heat"], {"image": pictures.transpose(0, 3, 1, 2)})
    np.testing.assert_allclose(1 / (1 + np.exp(-cells[:, : len(PAGE_LABELS)])), np.asarray(heat), atol=1e-4)
    return net


def test_a_network_of_the_same_widths_begins_as_the_one_that_was_exported(trained):
    _, outcome = trained
    begun_alike(TINY, outcome.model)


def test_a_wider_network_begins_so_too_and_learns_on(trained, tmp_path):
    _, outcome = trained
    wide = replace(TINY, widths=(8, 12, 16, 12, 9), head=12)
    net = begun_alike(wide, outcome.model)
    before = net.get_layer("cells").get_weights()[0][0, 0, TINY.head :]
    assert not before.any()
    again = DrawnJob(replace(wide.again(), epochs=1), tmp_path, 1, outcome.model)
    told = train_drawn(PAGE_COURSE, again, draw=draw)
    assert told.card.command.endswith("--seed 1 --from pages")
    assert told.card.metrics["validation"]["f1"] > 0.5  # one epoch from random weights finds nothing
    learnt = load_keras(again.model.with_suffix(".keras"))
    assert np.abs(learnt.get_layer("cells").get_weights()[0][0, 0, TINY.head :]).min() > 0


def test_a_narrower_network_cannot_begin_with_a_wider_one(trained):
    _, outcome = trained
    with pytest.raises(TrainingError, match="no wider than it"):
        begin_from(plain_net((8, 8, 8, 8, 7), 8), outcome.model, [])


def test_what_is_no_page_network_cannot_be_begun_with(tmp_path):
    (tmp_path / "a.onnx").write_bytes(b"no network")
    with pytest.raises(TrainingError, match="cannot be trained on from"):
        begin_from(plain_net(TINY.widths, TINY.head), tmp_path / "a.onnx", [])
