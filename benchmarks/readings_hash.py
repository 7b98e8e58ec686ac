"""Whether a change leaves every reading as it was: a SHA-256 of all that is read of pictures made by people.

    python benchmarks/readings_hash.py [FOLDER ...] [--model MODEL] [-o READINGS.jsonl]

Of DIGITLENS_DATA's real_single each picture is classified, of any other folder (real_multi, unless said) it is read.
The JSON of each reading counts whole but for its time; weights compute in floats, for integers differ by processor.
With ``-o`` the readings are kept as JSON Lines, so that two runs can be compared line by line.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from digitlens import Reader
from digitlens.data import labelled_pictures
from digitlens.model import DEFAULT_MODEL

__all__ = ["fingerprint", "readings"]

FOLDERS = ("real_single", "real_multi")


def readings(folder: str, model: str = DEFAULT_MODEL) -> Iterator[str]:
    """The reading of each page of each picture of a folder of DIGITLENS_DATA, as a line of JSON without its time."""
    reader = Reader(model, precision="float")
    single = folder == "real_single"
    for picture in labelled_pictures(Path(os.environ["DIGITLENS_DATA"]) / folder):
        many = reader.classify_many if single else reader.read_many
        for reading in many([picture.file], errors="yield"):
            told = reading.to_dict() | {"file": picture.file.name}
            told.pop("ms", None)
            yield json.dumps(told, sort_keys=True, ensure_ascii=False)


def fingerprint(lines: Iterator[str]) -> tuple[str, list[str]]:
    """The SHA-256 of lines, in hexadecimal, and the lines."""
    kept = list(lines)
    return hashlib.sha256("\n".join(kept).encode()).hexdigest(), kept


def main() -> None:
    """Print the number of readings of each folder and their SHA-256."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", default=FOLDERS, metavar="FOLDER")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE")
    given = parser.parse_args()
    kept: list[str] = []
    for folder in given.folders:
        digest, lines = fingerprint(readings(folder, given.model))
        sys.stdout.write(f"{folder}: {len(lines)} readings, {digest}\n")
        sys.stdout.flush()
        kept.extend(lines)
    if given.output:
        given.output.write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
