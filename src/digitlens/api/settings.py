"""The settings of a server: one dataclass, filled from options, the environment and defaults, in this order."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from digitlens.errors import InvalidSetting
from digitlens.imaging import MAX_PAGES
from digitlens.model import DEFAULT_MODEL, PRECISIONS

__all__ = ["VARIABLE_PREFIX", "Settings"]

VARIABLE_PREFIX = "DIGITLENS_API_"
"""The prefix of the environment variables: ``max_body`` is ``DIGITLENS_API_MAX_BODY``."""

LEAST_KEY = 16
"""Characters that a key has at least."""


def _setting(default: Any, about: str, least: float | None = None, most: float | None = None) -> Any:
    return field(default=default, metadata={"about": about, "least": least, "most": most})


@dataclass(frozen=True)
class Settings:
    """The settings of a server; each is an option of ``digitlens serve`` and a variable of the environment.

    Attributes:
        keys: the keys of which a client has to show one; without any, everybody is served. They come from
            ``key_file`` or ``DIGITLENS_API_KEY``, never from the command line, which other users can read.

    Raises:
        InvalidSetting: a number is out of its bounds, or a key is too short.
    """

    host: str = _setting("127.0.0.1", "Address to listen at; 0.0.0.0 lets other machines in.")
    port: int = _setting(8000, "Port to listen at; 0 takes a free one.", 0, 65535)
    workers: int = _setting(1, "Processes that read, each with a network of its own.", 1, 256)
    threads: int = _setting(1, "Threads of each that read.", 1, 64)
    model: str = _setting(DEFAULT_MODEL, "The network that reads where a request names none.")
    device: str = _setting("cpu", "What networks run on, cpu or cuda; a GPU that is not there is an error.")
    precision: str = _setting(
        "auto", "What networks compute in, auto, float or int8: see digitlens read --help."
    )
    max_body: int = _setting(32 * 2**20, "Bytes of a request.", 1, 2**31)
    max_held: int = _setting(256 * 2**20, "Bytes of all requests that are held.", 1, 2**40)
    max_files: int = _setting(64, "Pictures of a request.", 1, 10_000)
    max_pages: int = _setting(50, "Pages of a document.", 1, MAX_PAGES)
    max_pixels: int = _setting(32_000_000, "Pixels of a picture.", 784, 128_000_000)
    queue: int = _setting(256, "Requests that may wait to be read, if there is time for so many.", 1, 100_000)
    time: float = _setting(30.0, "Seconds from a request's head to its answer.", 0.01, 3600)
    header_time: float = _setting(10.0, "Seconds that a client has to send a request's head.", 0.01, 3600)
    gather: int = _setting(32, "Waiting pictures that are read in one call of the network; 1: none.", 1, 1024)
    forms: str = _setting("", "Folder of the forms, TOML files with their blanks, whose sheets may be sent.")
    key_file: str = _setting("", "File with the keys, one a line, of which clients have to show one.")
    keys: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for each in fields(self):
            least, most, value = (
                each.metadata.get("least"),
                each.metadata.get("most"),
                getattr(self, each.name),
            )
            if least is not None and not least <= value <= most:
                raise InvalidSetting(f"{each.name} is {value}; it must be {least:,} to {most:,}.")
        if self.precision not in PRECISIONS:
            raise InvalidSetting(
                f"precision is {self.precision!r}; it must be one of {', '.join(PRECISIONS)}."
            )
        if any(len(key) < LEAST_KEY for key in self.keys):
            raise InvalidSetting(f"A key has fewer than {LEAST_KEY} characters, which can be guessed.")

    @classmethod
    def load(cls, given: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> "Settings":
        """Take each setting from those given, else from the environment, else its default.

        Args:
            given: values by the names of the attributes; None where an option was left out.
            environment: variables by name.

        Raises:
            InvalidSetting: a value is not of its kind or out of its bounds, or the file of keys cannot be used.
        """
        values = {name: value for name, value in given.items() if value is not None}
        for each in fields(cls):
            if each.metadata and each.name not in values and (said := environment.get(_variable(each.name))):
                values[each.name] = _parsed(each.name, said, type(each.default))
        keys = [environment.get(f"{VARIABLE_PREFIX}KEY", "")]
        if values.get("key_file"):
            keys += _lines(Path(values["key_file"]))
        return cls(**values, keys=tuple(filter(None, (key.strip() for key in keys))))


def _variable(name: str) -> str:
    return f"{VARIABLE_PREFIX}{name.upper()}"


def _parsed(name: str, said: str, kind: type) -> Any:
    try:
        return kind(said)
    except ValueError:
        raise InvalidSetting(f"{_variable(name)} is {said!r}; it must be a number.") from None


def _lines(path: Path) -> list[str]:
    """The lines of the file of keys; an empty file would let everybody in, so it is an error."""
    try:
        found = path.read_text(encoding="utf-8").split()
    except (OSError, ValueError) as error:
        raise InvalidSetting(f"The keys cannot be read from {path}: {error}.") from error
    if not found:
        raise InvalidSetting(f"{path} holds no key: write one a line, or leave the setting out.")
    return found
