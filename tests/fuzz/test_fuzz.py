"""Some fuzzing of each target, one after another: nothing but documented errors come out."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SECONDS = 10
APART = ("sh", "-c", '"$@"; exit $?', "sh")
"""A process in between: on Linux a program begins with the peak memory of the process that starts it as its own, and
libFuzzer holds that against its limit."""
TARGETS = ["batch", "card", "idx", "image", "onnx", "pdf"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("atheris") is None and (sys.platform != "linux" or sys.version_info >= (3, 14)),
        reason="Atheris is made for Linux and for Python before 3.14.",
    ),
]


@pytest.mark.parametrize("target", TARGETS)
def test_fuzzing_finds_nothing(target, tmp_path):
    program = str(Path(__file__).with_name("fuzz.py"))
    limits = [
        f"-max_total_time={SECONDS}",
        "-timeout=60",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={tmp_path}/",
    ]
    done = subprocess.run(
        [*APART, sys.executable, program, target, str(tmp_path / "corpus"), *limits],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=4 * SECONDS + 240,
        check=False,
    )
    assert not done.returncode, done.stdout[-3000:]
    runs = re.search(r"Done (\d+) runs", done.stdout)
    assert runs, done.stdout[-3000:]
    assert int(runs[1]) > 20
