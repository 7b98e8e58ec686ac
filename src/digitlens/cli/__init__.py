"""The command line. Each command lives in its own module, imported when it runs."""

from digitlens.cli.main import main

__all__ = ["main"]
