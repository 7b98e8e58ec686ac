"""Read a folder of pictures into a CSV, in the memory of a few of them.

python examples/folder_to_csv.py scans/ read.csv     # `digitlens batch` does this too, faster, and can be stopped
"""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from digitlens import Reader


def main(arguments: Sequence[str]) -> int:
    """Write a row a picture: its name, the text as text, whether it is accepted, and what is wrong."""
    folder, table = map(Path, arguments)
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".png", ".jpg", ".jpeg"))
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_STRINGS if sys.version_info >= (3, 12) else csv.QUOTE_ALL)
        writer.writerow(["file", "text", "accepted", "error"])
        for path, reading in zip(paths, Reader().read_many(paths, errors="yield"), strict=True):
            writer.writerow([path.name, reading.text, reading.accepted, str(reading.error or "")])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
