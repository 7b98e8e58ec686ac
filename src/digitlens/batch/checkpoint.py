"""The checkpoint of a batch: a folder beside its table, a part for each chunk, from which the table is made."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitlens.batch.job import Result
from digitlens.errors import BatchError
from digitlens.files import atomic_write

__all__ = ["Checkpoint", "DonePart"]

_PART = re.compile(r"(\d+)-(\d+)-(\d+)-(\d+)-(\d+)\.jsonl")


@dataclass(frozen=True, slots=True)
class DonePart:
    """A finished part of a batch: one chunk, as the name of its file tells it.

    Attributes:
        number: of the chunk.
        inputs: how many it had.
        failed: how many rows are errors.
        accepted: how many rows nobody needs to look at.
        doubtful: how many rows a person should look at.
    """

    number: int
    inputs: int
    failed: int
    accepted: int
    doubtful: int

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.number:08d}-{self.inputs}-{self.failed}-{self.accepted}-{self.doubtful}.jsonl"


@dataclass(frozen=True)
class Checkpoint:
    """The folder ``.NAME.batch`` beside a table called ``NAME``.

    Each part is written whole or not at all, and the table is made of the parts in their order; so a batch may be
    ended at any moment, gone on with, and its table is the same as if it had never been.
    """

    table: Path

    @property
    def folder(self) -> Path:
        """Where the parts lie until the table is written; it is hidden, so that no batch takes it for inputs."""
        return self.table.with_name(f".{self.table.name}.batch")

    @contextmanager
    def opened(self, terms: dict[str, Any], *, restart: bool) -> Iterator[None]:
        """Begin, or go on, and let nobody else work on it meanwhile.

        Args:
            terms: what the parts depend on, as JSON has it: inputs, settings, network.
            restart: whether to throw away what was done before.

        Raises:
            BatchError: what was done before was done on other terms, or is being done by another process.
            OSError: the folder cannot be written.
        """
        self.folder.mkdir(exist_ok=True)
        with self._locked():
            manifest = self.folder / "manifest.json"
            if restart:
                for path in [manifest, *self.folder.glob("*.jsonl")]:
                    path.unlink(missing_ok=True)
            if manifest.exists():
                self._compare(json.loads(manifest.read_text(encoding="utf-8")), terms)
            else:
                with atomic_write(manifest) as temporary:
                    temporary.write_text(json.dumps(terms, indent=2) + "\n", encoding="utf-8")
            yield

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder's lock; the system lets go of it when the process ends, however it does."""
        try:
            import fcntl  # noqa: PLC0415 - Windows has none, and there two batches for one table are not found out
        except ImportError:
            yield
            return
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BatchError(
                    f"Another process is making {self.table}: wait for it, or end it."
                ) from error
            yield

    def _compare(self, before: dict[str, Any], now: dict[str, Any]) -> None:
        """Refuse to go on with what was begun on other terms."""
        differ = [name for name in now if before.get(name) != now[name]]
        if differ:
            told = "; ".join(f"{name} was {before.get(name)!r}, is {now[name]!r}" for name in differ)
            raise BatchError(
                f"{self.table} was begun and not finished, but on other terms ({told}). Give the same source and "
                "options as then to go on, or --restart to begin anew."
            )

    def parts(self) -> list[DonePart]:
        """Return the finished parts, in order."""
        found = (_PART.fullmatch(path.name) for path in self.folder.iterdir())
        return sorted(
            (DonePart(*map(int, match.groups())) for match in found if match), key=lambda part: part.number
        )

    def add(self, result: Result) -> None:
        """Keep a result.

        Raises:
            OSError: the disk is full, or cannot be written.
        """
        part = DonePart(result.number, result.inputs, result.failed, result.accepted, result.doubtful)
        with atomic_write(self.folder / part.file) as temporary:
            temporary.write_bytes(result.rows)

    def finish(self, write: Callable[[Path, Iterator[bytes]], None]) -> None:
        """Make the table of the parts, and take them away.

        Args:
            write: makes a table, in a file that it is given, of the rows of the parts in their order.

        Raises:
            OSError: the disk is full, or cannot be written.
        """
        made = (
            self.folder / self.table.name
        )  # in here, so that nothing stays beside the table if this is killed
        write(made, ((self.folder / part.file).read_bytes() for part in self.parts()))
        made.replace(self.table)
        shutil.rmtree(self.folder)
