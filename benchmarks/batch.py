"""Batches: inputs a second, processor time and memory of all processes together, and what being killed costs.

    python benchmarks/batch.py [--glyphs N] [--files N] [--photos N] [--kills N]

The glyphs are MNIST's, written as PNG; the photos are those of ``real_multi``, scaled to a megapixel. As many
workers as there are cores. On a shared machine, the processor time an input takes is the figure to hold on to: cores
divided by it is what they do when they have nothing else to do.
"""

import argparse
import filecmp
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from math import sqrt
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from digitlens.data import load
from digitlens.imaging import open_picture
from digitlens.model import DEFAULT_MODEL, Network, find
from digitlens.train.quantize import quantize
from table import Row, row

__all__ = ["measure"]

FEW = 1_000
"""Inputs with whose memory that of many is compared."""

GROUP = 10_000
"""Rows of a row group, as tables of pictures have them."""

SEED = 6


@dataclass(frozen=True)
class Spent:
    """What a batch took: seconds by the clock and of the processors, and megabytes."""

    seconds: float
    processor: float
    memory: float


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--glyphs", type=int, default=200_000)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--photos", type=int, default=120)
    parser.add_argument("--kills", type=int, default=20)
    for each in measure(**vars(parser.parse_args())):
        print(f"  {each['what']:<66} {each['value']:>12,.3f} {each['unit']}")


def measure(glyphs: int = 200_000, files: int = 20_000, photos: int = 120, kills: int = 20) -> list[Row]:
    """Everything; a part is left out where its number is 0."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [
            *(_glyphs(folder, glyphs) if glyphs else []),
            *(_files(folder, files) if files else []),
            *(_photos(folder, photos) if photos else []),
            *(_killed(folder, kills) if kills else []),
        ]


def _glyphs(folder: Path, count: int) -> list[Row]:
    """Glyphs of a Parquet table, with the default network and its eight-bit twin."""
    images = load("mnist", "train").images
    few, many = _table(folder, images, FEW), _table(folder, images, count)
    small = folder / "int8.onnx"
    quantize(Network.load(find(DEFAULT_MODEL)), small, images[:4_000])
    little = _batch(few, folder / "few.parquet", "--single")
    found = []
    for said, model in (("", DEFAULT_MODEL), (", eight bits", str(small))):
        spent = _batch(many, folder / "many.parquet", "--single", "--model", model)
        found += _rates(f"{count:,} glyphs in Parquet{said}", count, spent)
        found.append(row("  memory of all processes", spent.memory, "MB"))
        found.append(row(f"  against {FEW:,} glyphs", spent.memory / little.memory, "times"))
    return found


def _files(folder: Path, count: int) -> list[Row]:
    """Glyphs that are files of their own."""
    source = folder / "png"
    source.mkdir()
    for number, data in enumerate(_encoded(load("mnist", "train").images, count)):
        (source / f"{number:06}.png").write_bytes(data)
    return _rates(f"{count:,} PNG files", count, _batch(source, folder / "files.csv", "--single"))


def _photos(folder: Path, count: int) -> list[Row]:
    """Photos of several digits, read whole."""
    source = folder / "photos"
    source.mkdir()
    taken = sorted(path for path in _real("real_multi") if path.suffix in (".jpg", ".jpeg", ".png"))
    for number, path in enumerate(islice(cycle(taken), count)):
        picture = Image.fromarray(open_picture(path).pixels)
        scale = sqrt(1e6 / (picture.width * picture.height))
        size = round(picture.width * scale), round(picture.height * scale)
        picture.resize(size).save(source / f"{number:04}.jpg", quality=90)
    spent = _batch(source, folder / "photos.csv")
    return [
        *_rates(f"{count:,} photos of a megapixel, read whole", count, spent),
        row("  memory", spent.memory, "MB"),
    ]


def _killed(folder: Path, times: int) -> list[Row]:
    """Batches that are killed at random moments and gone on with: how many end as if they had not been."""
    source = _table(folder, load("mnist", "train").images, 8 * FEW)
    whole, again = folder / "whole.csv", folder / "again.csv"
    seconds = _batch(source, whole, "--single").seconds
    chance, same, moments = random.Random(SEED), 0, 0
    for _ in range(times):
        again.unlink(missing_ok=True)
        process = subprocess.Popen(_command(source, again, "--single"), stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, seconds))
        process.send_signal(signal.SIGKILL)
        moments += process.wait() == -signal.SIGKILL
        _batch(source, again, "--single")
        same += filecmp.cmp(whole, again, shallow=False)
    return [
        row(f"killed (-9) at {times} random moments: still at work then", moments, "times"),
        row("  table the same, byte by byte, after going on", same, "times"),
    ]


def _rates(what: str, count: int, spent: Spent) -> list[Row]:
    return [
        row(what, count / spent.seconds, "a second"),
        row("  processor time of each", 1e3 * spent.processor / count, "ms"),
    ]


def _real(name: str) -> Iterator[Path]:
    return (Path(os.environ["DIGITLENS_DATA"]) / name).iterdir()


def _encoded(images: np.ndarray, count: int) -> Iterator[bytes]:
    return (cv2.imencode(".png", image)[1].tobytes() for image in islice(cycle(images), count))


def _table(folder: Path, images: np.ndarray, count: int) -> Path:
    """A Parquet table of so many pictures."""
    path, pictures = folder / f"{count}.parquet", _encoded(images, count)
    with pq.ParquetWriter(path, pa.schema([("image", pa.binary())])) as writer:
        while group := list(islice(pictures, GROUP)):
            writer.write_table(pa.table({"image": group}))
    return path


def _command(source: Path, target: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "digitlens", "batch", str(source), str(target), *options]


def _batch(source: Path, target: Path, *options: str) -> Spent:
    """Run the command and watch it."""
    before, began, memory = _processor_time(), time.perf_counter(), 0.0
    command = _command(source, target, *options)
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            memory = max(memory, sum(map(_resident, _family(process.pid))))
            time.sleep(0.1)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Spent(time.perf_counter() - began, _processor_time() - before, memory)


def _processor_time() -> float:
    """Seconds of processor that all ended children took, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(process: int) -> Iterator[int]:
    """A process and all that it has started."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found = children.read_text().split()
        except OSError:  # it has ended
            continue
        for child in found:
            yield from _family(int(child))


def _resident(process: int) -> float:
    """Megabytes that a process holds now; what it shares with others is counted for each."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
