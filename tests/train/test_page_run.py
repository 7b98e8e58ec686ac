import json

import numpy as np
import onnxruntime as ort
import pytest
from drawn_scenes import draw

from digitlens.errors import TrainingError
from digitlens.imaging import local_contrast
from digitlens.model import PageCard, card_path
from digitlens.train.page.export import averaged_net, export_pages
from digitlens.train.page.fit import fit_pages
from digitlens.train.page.recipe import PageRecipe
from digitlens.train.page.run import PageJob, train_pages
from digitlens.train.page.targets import LABELS

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


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A job that is done, and what it came to."""
    job = PageJob(TINY, tmp_path_factory.mktemp("run"), seed=1)
    return job, train_pages(job, draw=draw)


def test_training_lowers_the_loss_and_finds_the_strokes(trained):
    job, outcome = trained
    epochs = json.loads((job.checkpoint / "progress.json").read_text())["epochs"]
    assert epochs[-1]["val_loss"] < 0.6 * epochs[0]["val_loss"]
    assert outcome.card.metrics["validation"]["f1"] > 0.5


def test_what_a_run_leaves(trained):
    job, outcome = trained
    assert PageCard.load(card_path(job.model)) == outcome.card
    assert outcome.card.labels == LABELS
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
    assert {LABELS[heat[0, :, r, c].argmax()] for r, c in zip(rows, columns, strict=True)} <= {"1", "-"}


def test_a_checkpoint_is_exported_while_the_run_goes_on(trained, tmp_path):
    job, outcome = trained
    net, progress = averaged_net(job.checkpoint)
    assert len(progress["epochs"]) == 6
    assert export_pages(net, tmp_path / "now.onnx", "float16").sha256 == outcome.card.sha256


def test_what_is_no_checkpoint_cannot_be_exported(tmp_path):
    with pytest.raises(TrainingError, match="not the checkpoint of a page network"):
        averaged_net(tmp_path)


class Killed(Exception):
    """Stands for whatever ends a run."""


def test_a_run_goes_on_where_it_broke_off_and_ends_the_same(trained, tmp_path):
    job, _ = trained
    seen = []

    def drawn(part, key):
        if part == "train":
            if killing and key[1] == 3:
                raise Killed
            seen.append(key[1])
        return draw(part, key)

    settings = {"seed": job.seed, "folder": tmp_path / "run", "best": tmp_path / "best.keras"}
    killing = True
    with pytest.raises(Killed):
        fit_pages(job.recipe, drawn, **settings)
    killing = False
    resumed, progress, _ = fit_pages(job.recipe, drawn, **settings, resume=True)
    assert seen == sorted(seen)
    assert seen.count(2) == seen.count(3) == TINY.scenes
    assert len(progress.epochs) == TINY.epochs
    whole, _ = averaged_net(job.checkpoint)
    for one, two in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_another_run_is_not_gone_on_with(trained, tmp_path):
    job, _ = trained
    with pytest.raises(TrainingError, match="seed differ"):
        fit_pages(
            job.recipe, draw, seed=job.seed + 1, folder=job.checkpoint, best=tmp_path / "a.keras", resume=True
        )
