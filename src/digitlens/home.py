"""Where DigitLens keeps things on this machine: in ``DIGITLENS_HOME``, or where the platform has such things."""

import os
import sys
from pathlib import Path

__all__ = ["cache_home", "data_home"]


def cache_home() -> Path:
    """The folder for what can be had again, such as downloads."""
    return _home("XDG_CACHE_HOME", ".cache", "Library/Caches")


def data_home() -> Path:
    """The folder for what exists nowhere else, such as what a person decided."""
    return _home("XDG_DATA_HOME", ".local/share", "Library/Application Support")


def _home(variable: str, unix: str, mac: str) -> Path:
    if home := os.environ.get("DIGITLENS_HOME"):
        return Path(home)
    if sys.platform == "win32":
        folder = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        folder = Path.home() / mac
    else:
        folder = os.environ.get(variable) or Path.home() / unix
    return Path(folder) / "digitlens"
