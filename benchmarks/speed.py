"""How much processor time reading takes in this checkout, and beside it in another one, in turns.

    git worktree add ../before 2cec036
    python benchmarks/speed.py ../before [glyphs] [pages] [api] [start] [--rounds 3] [--count 2000]

All four where none is named. Each round runs both checkouts one after the other, in processes of their own, on the same
files: MNIST's test digits as PNG; a drawn photo of 30 digits at 1 and at 12 megapixels, and the memory that reading it
takes at most; one PNG of 28x28 a request to the API with 64 clients; and `digitlens classify` of it, from the start of
the process to its end. What is told is the median over the rounds, and the median of the ratios within each round.
Needs DIGITLENS_DATA. Whatever else the machine does, processor time is hardly changed by it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple, TypeAlias

import cv2
from PIL import Image

from digitlens.data import load
from digitlens.data.samples import draw
from pages import PHOTO_SIZE, photo
from server import CONNECTIONS, multipart, ours

__all__ = ["Compared", "measure"]

HERE = Path(__file__).parents[1]

GLYPHS = """
import json, sys, time
import numpy as np
from PIL import Image
from digitlens.batch.job import Job, work
from digitlens.batch.chunks import Chunk
files = sys.argv[1:]
images = np.stack([np.asarray(Image.open(file)) for file in files])
job = Job(single=True)
reader = job.warm_reader()
chunks = [Chunk(i, tuple(files[i : i + 512]), tuple(files[i : i + 512])) for i in range(0, len(files), 512)]
parts = {
    "the network alone": lambda: [reader.network.logits(images[i : i + 128]) for i in range(0, len(images), 128)],
    "classify_many of arrays": lambda: [*reader.classify_many(images)],
    "batch --single of PNG files": lambda: [work(reader, job, chunk) for chunk in chunks],
}
if hasattr(reader, "classify_columns"):
    parts["classify_columns of arrays"] = lambda: [*reader.classify_columns(images)]
found = {}
for name, part in parts.items():
    began = time.process_time()
    part()
    found[f"{name}: microseconds a glyph"] = 1e6 * (time.process_time() - began) / len(images)
print(json.dumps(found))
"""

PAGE = """
import json, re, sys, time
from statistics import median
from digitlens import Reader
name, file = sys.argv[1:]
reader, spent = Reader(), []
reader.read(file)
for _ in range(3):
    began = time.process_time()
    reader.read(file)
    spent.append(time.process_time() - began)
found = {f"{name}, read whole: milliseconds": 1e3 * median(spent)}
with open("/proc/self/status") as status:
    found[f"{name}: megabytes at most"] = int(re.search(r"VmHWM:\\s*(\\d+)", status.read())[1]) / 1024
print(json.dumps(found))
"""

START = """
import json, resource, subprocess, sys
for _ in range(6):  # the first writes bytecode
    before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    subprocess.run([sys.executable, "-m", "digitlens", "classify", sys.argv[1]], check=True, stdout=subprocess.DEVNULL)
    spent = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before
print(json.dumps({"digitlens classify, start to end: milliseconds": 1e3 * spent}))
"""

Spent: TypeAlias = dict[str, float]
"""What something took in one checkout, by what is told of it."""


class Compared(NamedTuple):
    """One line: what is told, the other checkout, this one, and how many times less this one takes."""

    what: str
    before: float
    now: float
    ratio: float


def measure(before: Path, parts: Sequence[str] = (), rounds: int = 3, count: int = 2000) -> list[Compared]:
    """What each part takes in another checkout and in this one."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for part in parts or PARTS:
            for spend in PARTS[part](Path(folder), count):
                found += _compared([(spend(before), spend(HERE)) for _ in range(rounds)])
    return found


def _compared(rounds: Sequence[tuple[Spent, Spent]]) -> list[Compared]:
    rows = []
    for what in rounds[0][1]:
        beside = what if what in rounds[0][0] else "classify_many of arrays: microseconds a glyph"
        pairs = [(then[beside], now[what]) for then, now in rounds]
        then, now = (median(pair[i] for pair in pairs) for i in (0, 1))
        rows.append(Compared(what, then, now, median(one / other for one, other in pairs)))
    return rows


def _glyphs(folder: Path, count: int) -> "list[Spend]":
    """Single glyphs, as arrays and as files."""
    files = []
    for number, image in enumerate(load("mnist", "test").images[:count]):
        files.append(str(folder / f"{number}.png"))
        Image.fromarray(image).save(files[-1])
    return [partial(_told, GLYPHS, files)]


def _pages(folder: Path, _: int) -> "list[Spend]":
    """A photo of a page in two sizes."""
    pixels = photo()[1]
    found = []
    for name, scale in (("1 megapixel", 1 / 12), ("12 megapixels", 1)):
        size = tuple(round(side * scale**0.5) for side in PHOTO_SIZE)
        file = folder / f"{size[0]}.jpg"
        scaled = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(file), scaled[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
        found.append(partial(_told, PAGE, [name, str(file)]))
    return found


def _api(_: Path, __: int) -> "list[Spend]":
    """Requests to a server that is started for the round."""
    sent = multipart("/v1/classify", draw("mnist"))

    def spent(checkout: Path) -> Spent:
        with ours(environment=_environment(checkout)) as server:
            words = ("--seconds", "5", "--connections", str(CONNECTIONS))
            server(sent, *words)
            return {"API, 28x28: microseconds a request": 1e3 * server(sent, *words)["cpu_ms"]}

    return [spent]


def _start(folder: Path, _: int) -> "list[Spend]":
    """The command from its start to its end."""
    (folder / "one.png").write_bytes(draw("mnist"))
    return [partial(_told, START, [str(folder / "one.png")])]


Spend: TypeAlias = Callable[[Path], Spent]
"""Measures one checkout."""

PARTS: dict[str, Callable[[Path, int], list[Spend]]] = {
    "glyphs": _glyphs,
    "pages": _pages,
    "api": _api,
    "start": _start,
}


def _told(code: str, words: Sequence[str], checkout: Path) -> Spent:
    """What code says that is run with these words in a checkout."""
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, env=_environment(checkout), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _environment(checkout: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(checkout / "src"), "OMP_NUM_THREADS": "1"}


def main() -> None:
    """Measure as the command line says, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("before", type=Path, help="another checkout")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=2000)
    asked = parser.parse_args()
    print(f"{'processor time':<56} {'before':>8} {'now':>8} {'times less':>11}")
    for what, then, now, ratio in measure(asked.before, asked.parts, asked.rounds, asked.count):
        print(f"{what:<56} {then:>8.0f} {now:>8.0f} {ratio:>11.2f}")


if __name__ == "__main__":
    main()
