"""Batches on a Ray cluster."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from batch_made import InProcess, bar, png
from click.testing import CliRunner

from digitlens.batch import Job, RayEngine, find_inputs, run_batch
from digitlens.batch import cluster as cluster_module
from digitlens.batch.chunks import Chunk
from digitlens.cli import main
from digitlens.errors import BatchError

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def read(tmp_path_factory) -> tuple[Path, str]:
    """A folder of what was read on a cluster, in a process of its own, and what that said."""
    root = tmp_path_factory.mktemp("cluster")
    for name in ("in", "deadly"):
        (root / name).mkdir()
    for number in range(6000):
        (root / "in" / f"{number:04}.png").write_bytes(png(bar(13 + number % 3, 200 + number % 50)))
    (root / "in" / "bad.png").write_bytes(b"no picture")
    for name, data in (("a.png", png(bar())), ("b.png", b"DEADLY"), ("c.png", png(bar(13)))):
        (root / "deadly" / name).write_bytes(data)
    places = [root / place for place in ("in", "cluster.csv", "deadly", "out.jsonl")]
    command = [sys.executable, HERE / "ray_cluster.py", *map(str, places)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    return root, run.stdout


@pytest.mark.slow
def test_a_node_is_killed_and_the_table_is_that_of_one_process(read, tmp_path):
    root, said = read
    _, after = said.split("killed a node")
    assert after.count(" of 6001") >= 3, "it was killed too late"
    run_batch(find_inputs(root / "in"), tmp_path / "local.csv", Job(single=True), engine=InProcess())
    assert (root / "cluster.csv").read_bytes() == (tmp_path / "local.csv").read_bytes()


@pytest.mark.slow
def test_an_input_that_kills_its_workers_costs_itself_alone(read):
    root, _ = read
    rows = [json.loads(line) for line in (root / "out.jsonl").read_text().splitlines()]
    assert [row["text"] for row in rows] == ["1", None, "1"]
    assert rows[1]["error"].startswith("input_failed: ")


def test_without_ray_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(
        BatchError, match=r"need ray, which is not installed: pip install \"digitlens\[ray\]\""
    ):
        list(RayEngine().results(Job(), iter([])))


def test_windows_hold_so_many_chunks_or_bytes(monkeypatch):
    monkeypatch.setattr(cluster_module, "MOST_TASK_BYTES", 1000)
    sizes = [10, 10, 10, 10, 990, 10, 5000, 10]
    chunks = (Chunk(i, ("a", "b"), (bytes(size), "path")) for i, size in enumerate(sizes))
    windows = cluster_module._windows(chunks, 3)
    assert [[chunk.number for chunk in window] for window in windows] == [[0, 1, 2], [3, 4], [5, 6], [7]]


@pytest.mark.parametrize("wrong", [["--address", "a:1"], ["--engine", "ray", "--workers", "2"]])
def test_options_of_the_other_engine_are_wrong_usage(wrong):
    result = CliRunner().invoke(main, ["batch", "in", "out.csv", *wrong])
    assert result.exit_code == 2
