"""The progress bar is one line, with a number for each figure, and messages stand on lines of their own."""

import logging
import sys

import numpy as np
import pytest

from digitlens.train.progress import ProgressBar, progress_bar


def test_the_progress_bar_shows_a_number_for_each_figure():
    bar = ProgressBar(1)
    bar.set_params({"steps": 2})
    bar.on_epoch_begin(0)
    bar.on_train_batch_end(0, {"loss": np.float32(0.5), "losses": np.zeros(64)})
    assert bar._bar is not None
    assert bar._bar.postfix == "loss=0.5"
    bar.close()


def shown(written: str) -> list[str]:
    """The lines that a terminal shows: what comes behind a carriage return is written over what was there."""
    lines = []
    for line in written.split("\n"):
        seen = ""
        for part in line.split("\r"):
            seen = part + seen[len(part) :]
        lines.append(seen.rstrip())
    return lines


def test_messages_stand_on_lines_of_their_own_above_the_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log, handler = logging.getLogger("digitlens"), logging.StreamHandler(sys.stderr)
    monkeypatch.setattr(log, "handlers", [handler])
    with progress_bar(1) as bar:
        bar.set_params({"steps": 2})
        bar.on_epoch_begin(0)
        bar.on_train_batch_end(0, {"loss": np.float32(0.5)})
        log.warning("Epoch 1 is done.")
        written = capsys.readouterr().err
    assert log.handlers == [handler]
    message, bar_line = (line for line in shown(written) if line)
    assert message == "Epoch 1 is done."
    assert bar_line.startswith("epoch 1/1:")
    assert not any(shown(capsys.readouterr().err))  # the bar is taken away at the end
