"""The command line as a process of its own."""

import subprocess
import sys
from typing import Any


def cli(*words: str, **options: Any) -> "subprocess.CompletedProcess[bytes]":
    """Run ``digitlens`` with these words; ``options`` are those of ``subprocess.run``."""
    command = [sys.executable, "-m", "digitlens", *words]
    return subprocess.run(command, capture_output=True, timeout=120, check=False, **options)
