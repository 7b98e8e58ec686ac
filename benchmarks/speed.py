"""How much processor time single glyphs take in this checkout, and beside it in another one, in turns.

    git worktree add ../before 2cec036
    python benchmarks/speed.py ../before [--rounds 3] [--count 2000]

Each round runs both checkouts one after the other, in processes of their own, on the same files: MNIST's test digits as
PNG. What is told is the median over the rounds of the processor time of a glyph, and of the ratios within each round.
Needs DIGITLENS_DATA. Whatever else the machine does, processor time is hardly changed by it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from PIL import Image

from digitlens.data import load

__all__ = ["measure"]

HERE = Path(__file__).parents[1]

MEASURED = """
import json, sys, time
import numpy as np
from PIL import Image
from digitlens.batch.job import Chunk, Job, work
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
    found[name] = 1e6 * (time.process_time() - began) / len(images)
print(json.dumps(found))
"""


def measure(before: Path, rounds: int = 3, count: int = 2000) -> list[tuple[str, float, float, float]]:
    """Microseconds of a glyph in the other checkout and in this one, and how many times less that is, by part."""
    found: list[tuple[dict[str, float], dict[str, float]]] = []
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, image in enumerate(load("mnist", "test").images[:count]):
            files.append(str(Path(folder) / f"{number}.png"))
            Image.fromarray(image).save(files[-1])
        for _ in range(rounds):
            found.append((_spent(before, files), _spent(HERE, files)))
    rows = []
    for name in found[0][1]:
        beside = name if name in found[0][0] else "classify_many of arrays"
        pairs = [(one[beside], other[name]) for one, other in found]
        then, now = (median(pair[i] for pair in pairs) for i in (0, 1))
        rows.append((name, then, now, median(one / other for one, other in pairs)))
    return rows


def _spent(checkout: Path, files: list[str]) -> dict[str, float]:
    """What each part takes in a checkout, microseconds a glyph."""
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", MEASURED, *files]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    """Measure as the command line says, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("before", type=Path, help="another checkout")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=2000)
    asked = parser.parse_args()
    print(f"{'microseconds of processor time a glyph':<40} {'before':>8} {'now':>8} {'times less':>11}")
    for name, then, now, ratio in measure(asked.before, asked.rounds, asked.count):
        print(f"{name:<40} {then:>8.0f} {now:>8.0f} {ratio:>11.2f}")


if __name__ == "__main__":
    main()
