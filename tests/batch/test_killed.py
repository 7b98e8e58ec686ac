"""Batches that are killed at any moment, and gone on with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from batch_made import bar, png

from made_files import zipped


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
def test_killed_at_random_moments_and_gone_on_with_it_is_the_same(tmp_path):
    (tmp_path / "in.zip").write_bytes(
        zipped({f"{number:04}.png": png(bar(13 + number % 3, 200 + number % 50)) for number in range(600)})
    )
    (tmp_path / "out").mkdir()
    command = [
        sys.executable,
        Path(__file__).with_name("killed.py"),
        tmp_path / "in.zip",
        tmp_path / "out",
        "5",
    ]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert [run["same"] for run in found["runs"]] == [True] * 5
    assert sum(run["killed"] for run in found["runs"]) >= 2
    assert any(run["kept"] > 0 for run in found["runs"])
    assert found["left"] == ["whole.jsonl"]
