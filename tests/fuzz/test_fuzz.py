"""A minute of fuzzing for each target, side by side: nothing but documented errors come out."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SECONDS = 60
TARGETS = ["batch", "card", "idx", "image", "onnx", "pdf"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("atheris") is None and (sys.platform != "linux" or sys.version_info >= (3, 14)),
        reason="Atheris is made for Linux and for Python before 3.14.",
    ),
]


def test_a_minute_of_fuzzing_finds_nothing(tmp_path):
    program = str(Path(__file__).with_name("fuzz.py"))
    running = {}
    for target in TARGETS:
        limits = [
            f"-max_total_time={SECONDS}",
            "-timeout=60",
            "-rss_limit_mb=2048",
            f"-artifact_prefix={tmp_path}/{target}-",
        ]
        log = (tmp_path / f"{target}.log").open("wb")
        command = [sys.executable, program, target, str(tmp_path / target), *limits]
        running[target] = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, "TMPDIR": str(tmp_path)}
        )
        log.close()
    for target, process in running.items():
        failed = process.wait(timeout=4 * SECONDS + 240)
        said = (tmp_path / f"{target}.log").read_text(errors="replace")
        assert not failed, f"{target}: {said[-3000:]}"
        runs = re.search(r"Done (\d+) runs", said)
        assert runs, said[-3000:]
        assert int(runs[1]) > 20, target
