"""The command line, in this process and as one of its own."""

import json
import subprocess
import sys
from typing import Any

from click.testing import CliRunner, Result

from digitlens.cli import main


def cli(*words: str, **options: Any) -> "subprocess.CompletedProcess[bytes]":
    """Run ``digitlens`` with these words; ``options`` are those of ``subprocess.run``."""
    command = [sys.executable, "-m", "digitlens", *words]
    return subprocess.run(command, capture_output=True, timeout=120, check=False, **options)


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    """Run ``digitlens`` in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def json_lines(result: Result) -> list[dict]:
    """The objects that a command told, one a line."""
    return [json.loads(line) for line in result.stdout.splitlines()]
