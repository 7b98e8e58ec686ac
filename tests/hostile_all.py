"""The whole hostile set against everything that reads: outcomes, time and memory.

    python tests/hostile_all.py [reader] [cli] [batch] [api] [--files N] [--requests N] [--seed N]

All four where none is named. Time is that of the processor, so that what else runs on the machine does not count; it
includes the processes that render PDFs. A hang is more than 5 s for one file, a crash ends the run.
"""

import argparse
import asyncio
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from click.testing import CliRunner

from digitlens import Reader
from digitlens.api.app import create_app
from digitlens.api.inprocess import call
from digitlens.api.settings import Settings
from digitlens.batch.inputs import is_picture_name
from digitlens.cli import main as digitlens
from digitlens.types import Reading
from digitlens.types.rows import encodable
from hostile_files import Hostile, hostile_files

__all__ = ["PARTS"]

HANG = 5.0
PAGES = 20
PART = "what-parts-them"
AT_ONCE = 200  # files named to one command


def main() -> None:
    """Throw the parts that are named, print; the exit code is 1 where something was not as it should be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    wrong = 0.0
    for part in chosen.parts or PARTS:
        count = chosen.requests if part == "api" else chosen.files
        for each in PARTS[part](count, chosen.seed):
            print(each, flush=True)
            wrong += each.value if each.unit == "wrong" else 0
    sys.exit(1 if wrong else 0)


@dataclass(frozen=True)
class Figure:
    """One line of what was measured."""

    what: str
    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.what:<64} {self.value:>10.2f} {self.unit}"


def reader(count: int, seed: int) -> Iterator[Figure]:
    """Read each file, and classify it."""
    ours, spent, found, wrong = Reader(), list[float](), Counter[str](), 0
    for file in hostile_files(count, seed, heavy=True):
        began = _clock()
        codes = {_code(each) for each in islice(ours.read_many([file.data], errors="yield"), PAGES)}
        codes |= {_code(each) for each in ours.classify_many([file.data], errors="yield")}
        spent.append(_clock() - began)
        found.update(code or "read" for code in codes)
        wrong += _told(file, codes, spent[-1])
    yield from _figures("reader", count, found, spent, wrong)


def _code(reading: Reading) -> str:
    return reading.error.code if reading.error else ""


def cli(count: int, seed: int) -> Iterator[Figure]:
    """Name the files to ``digitlens read --json``, hundreds at once, under names that mean harm too."""
    spent, found, wrong = list[float](), Counter[str](), 0
    waiting = hostile_files(count, seed)
    while files := list(islice(waiting, AT_ONCE)):
        with tempfile.TemporaryDirectory() as folder:
            paths = {str(Path(folder, file.name)): file for file in files}
            for path, file in paths.items():
                Path(path).write_bytes(file.data)
            began = _clock()
            result = CliRunner().invoke(digitlens, ["read", "--json", "--", *paths])
            spent.append((_clock() - began) / len(files))
        told: dict[str, set[str]] = {}
        for line in result.stdout.splitlines():
            said = json.loads(line)
            told.setdefault(said["file"], set()).add(said.get("error", {}).get("code", ""))
        wrong += (result.exit_code != 1) + sum(
            _told(file, told.get(path, set()), 0) for path, file in paths.items()
        )
        found.update(code or "read" for codes in told.values() for code in codes)
    yield from _figures("cli", count, found, spent, wrong)


def batch(count: int, seed: int) -> Iterator[Figure]:
    """Have ``digitlens batch`` read a folder of the files, every page of each."""
    with tempfile.TemporaryDirectory() as name:
        folder, table, told = Path(name, "in"), Path(name, "out.jsonl"), dict[str, set[str]]()
        files = {
            folder / file.name: file for file in hostile_files(count, seed) if is_picture_name(file.name)
        }
        folder.mkdir()
        for path, file in files.items():
            path.write_bytes(file.data)
        began = _clock()
        result = CliRunner().invoke(digitlens, ["batch", str(folder), str(table)])
        spent = (_clock() - began) / len(files)
        for line in table.read_bytes().splitlines():
            row = json.loads(line)
            told.setdefault(row["file"], set()).add((row["error"] or "").partition(":")[0])
    wrong = (result.exit_code != 1) + (len(told) != len(files))
    wrong += sum(_told(file, told.get(encodable(str(path)), set()), 0) for path, file in files.items())
    found = Counter(code or "read" for codes in told.values() for code in codes)
    yield from _figures("batch", len(files), found, [spent], wrong)


def api(count: int, seed: int) -> Iterator[Figure]:
    """Send the files and damaged bodies to the API, in this process, a request at a time."""
    spent, found, wrong = list[float](), Counter[str](), 0
    for file, status, seconds in asyncio.run(_answered(count, seed)):
        spent.append(seconds)
        found[str(status)] += 1
        if status >= 500 or seconds > HANG:
            wrong += 1
            print(f"{file.what}: {status} in {seconds:.1f} s", file=sys.stderr)
    yield from _figures("api", count, found, spent, wrong)


async def _answered(count: int, seed: int) -> list[tuple[Hostile, int, float]]:
    """Each file, the status that it got, and the seconds that it took."""
    rng, app, answered = random.Random(seed), create_app(Settings()), []
    async with app.router.lifespan_context(app):
        for number, file in enumerate(hostile_files(count, seed)):
            head = f'--{PART}\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
            body = head.encode() + file.data + f"\r\n--{PART}--\r\n".encode()
            if number % 5 == 4:
                body = _damaged(body, rng)
            began = _clock()
            path = ("/v1/read", "/v1/classify")[number % 2]
            answer = await call(
                app, "POST", path, body, {"content-type": f"multipart/form-data; boundary={PART}"}
            )
            answered.append((replace(file, data=b""), answer.status, _clock() - began))
    return answered


PARTS: dict[str, Callable[[int, int], Iterator[Figure]]] = {
    "reader": reader,
    "cli": cli,
    "batch": batch,
    "api": api,
}


def _damaged(body: bytes, rng: random.Random) -> bytes:
    damaged = bytearray(body)
    for _ in range(rng.randrange(1, 6)):
        damaged[rng.randrange(min(len(damaged), 300))] = rng.randrange(256)
    return bytes(damaged[: rng.randrange(len(damaged))] if rng.random() < 0.3 else damaged)


def _clock() -> float:
    """Seconds of the processor that this process and those it has ended have had."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def _told(file: Hostile, codes: set[str], seconds: float) -> bool:
    """Whether something is wrong; then it is told."""
    wrong = not codes or not codes <= file.outcomes or seconds > HANG
    if wrong:
        print(f"{file.what}: {sorted(codes)} in {seconds:.1f} s", file=sys.stderr)
    return wrong


def _figures(part: str, count: int, found: Counter[str], spent: list[float], wrong: int) -> Iterator[Figure]:
    peaks = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    yield Figure(f"{part}: of {count:,}, not as they should be", wrong, "wrong")
    for what, times in found.most_common():
        yield Figure(f"{part}: {what}", times, "times")
    yield Figure(f"{part}: the slowest", max(spent), "s")
    yield Figure(f"{part}: memory at its highest", next(peaks), "MB")
    yield Figure(f"{part}: ... of a process that renders PDFs", next(peaks), "MB")


if __name__ == "__main__":
    main()
