"""How tables are read: rows and columns, cells exact, accepted, and both accepted and wrong.

    python benchmarks/tables.py [drawn] [struck] [real] [--sheets N] [--first SEED] [--styles none,ruled] [--misread]

All of them where none is named. `drawn`: N tables of each style, drawn by our own code, scanned straight, scanned
askew, and photographed and bent, in turn. `struck`: ruled ones, in a fifth of whose cells another number was struck
out, the right one beside it. `real`: the columns of result forms of `real_pages`, by their transcription: what is
written, cell by cell from top to bottom (needs DIGITLENS_DATA; looked at, never tuned on). ``--misread`` tells each
cell that was misread.
"""

import argparse
import csv
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np

from counted import count_cell, misread, share_row, tell_misread
from digitlens import Reader
from digitlens.data.synth.tables import STYLES, DrawnTable, Style, bend, draw_table
from digitlens.data.synth.taken import photograph, scan
from digitlens.errors import FormError
from digitlens.imaging import use_one_thread
from table import Row, row

__all__ = ["drawn", "measure", "real", "struck"]

SHEETS = 10
STRUCK = 0.2
COLUMNS = "column of an election result form", "the same"
"""How the notes on the tables among `real_pages` begin."""


def measure(
    parts: Sequence[str] = (), sheets: int = SHEETS, first: int = 0, styles: Sequence[Style] = STYLES
) -> list[Row]:
    """Measure the parts named, or all; `real` where its data are."""
    known = {
        "drawn": lambda: drawn(sheets, first, styles),
        "struck": lambda: struck(sheets, first),
        "real": real,
    }
    wanted = parts or [part for part in known if part != "real" or "DIGITLENS_DATA" in os.environ]
    return [one for part in wanted for one in known[part]()]


def drawn(sheets: int, first: int = 0, styles: Sequence[Style] = STYLES) -> Iterator[Row]:
    """What is read of drawn tables of each style."""
    reader, whole = Reader(alphabet="digits"), Counter[str]()
    for style in styles:
        counted = Counter[str]()
        for seed in range(first, first + sheets):
            rng, plain = np.random.default_rng([seed, 7]), style == "none"
            shape = int(rng.integers(4, 10)), int(rng.integers(3, 7))
            heads, dashed = not plain and seed % 3 > 0, 0 if plain else 0.05
            table = draw_table(rng, shape=shape, style=style, heads=heads, dashed=dashed)
            counted += _read(reader, table, _taken(table.pixels, seed, rng), f"{style} {seed}")
        whole += counted
        yield from _told(style, counted, sheets)
    yield from _told("all tables", whole, sheets * len(styles))


def struck(sheets: int, first: int = 0) -> Iterator[Row]:
    """What is read of ruled tables in which figures were struck out, the correction beside."""
    reader, counted = Reader(alphabet="digits"), Counter[str]()
    for seed in range(first, first + sheets):
        rng = np.random.default_rng([seed, 8])
        table = draw_table(rng, struck=STRUCK)
        counted += _read(reader, table, _taken(table.pixels, seed, rng), f"struck {seed}")
    yield from _told("with figures struck out", counted, sheets)


def real() -> Iterator[Row]:
    """What is read of the real tables: cells that are written in, as they are transcribed from top to bottom."""
    folder, reader, counted = (
        Path(os.environ["DIGITLENS_DATA"]) / "real_pages",
        Reader(alphabet="digits"),
        Counter[str](),
    )
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        pages = [page for page in csv.DictReader(file) if page["notes"].startswith(COLUMNS)]
    for page in pages:
        told = page["label"].split("|")
        counted["all"] += len(told)
        try:
            table = reader.table(folder / page["file"])
        except FormError as error:
            misread(f"{page['file']}: {error}")
            continue
        written = [cell for _, _, cell in table.cells() if cell.text not in ("", "-")]
        read = [cell.text for cell in written]
        blocks = SequenceMatcher(None, read, told, autojunk=False).get_matching_blocks()
        right = {block.a + i for block in blocks for i in range(block.size)}
        accepted = {i for i, cell in enumerate(written) if cell.accepted}
        counted["right"] += len(right)
        counted["read"] += len(read)
        counted["accepted"] += len(accepted)
        counted["wrong"] += len(accepted - right)
        misread(f"{page['file']}: {len(right)} of {len(told)}; {'|'.join(told)} read as {'|'.join(read)}")
    yield share_row(f"{len(pages)} real tables: cells exact", counted["right"], counted["all"])
    yield row("real tables: cells read that are written in", counted["read"], "")
    yield row("real tables: accepted and wrong", counted["wrong"], f"of {counted['accepted']}")


def _told(named: str, counted: Counter[str], sheets: int) -> Iterator[Row]:
    yield share_row(f"{named}: right rows and columns", counted["shape"], sheets)
    yield share_row(f"{named}: cells exact", counted["right"], counted["all"])
    yield share_row(f"{named}: cells accepted", counted["accepted"], counted["all"])
    yield share_row(f"{named}: accepted and wrong", counted["wrong"], counted["accepted"])
    if "struck" in counted:
        yield share_row(f"{named}: cells of these exact", counted["struck right"], counted["struck"])
    yield row(f"{named}: CPU time a table", counted["ms"] / 1000 / sheets, "s")


def _taken(pixels: Any, seed: int, rng: np.random.Generator) -> Any:
    """A table as it comes: straight, askew, or photographed and bent, in turn."""
    if seed % 3 == 0:
        return pixels
    if seed % 3 == 1:
        return scan(pixels, rng, turn=float(rng.uniform(-4, 4))).pixels
    return photograph(bend(pixels, float(rng.uniform(0, 12))), rng).pixels


def _read(reader: Reader, table: DrawnTable, picture: Any, named: str) -> Counter[str]:
    """How many cells of a table are right, accepted, and both accepted and wrong.

    Of one with other rows or columns none is right, and all that is accepted is wrong.
    """
    texts = table.texts
    counted, began = Counter({"all": sum(map(len, texts))}), time.process_time()
    try:
        found = reader.table(picture)
    except FormError:
        misread(f"{named}: no table")
        return counted
    finally:
        counted["ms"] = round(1000 * (time.process_time() - began))
    rows = found.rows[int(table.heads and found.ruled) :]
    if [len(row) for row in rows] != [len(row) for row in texts]:
        counted["accepted"] = counted["wrong"] = sum(cell.accepted for _, _, cell in found.cells())
        misread(f"{named}: {found.shape}, not {len(texts) + table.heads}, {len(texts[0])}")
        return counted
    counted["shape"] = 1
    for i, (cells, told) in enumerate(zip(rows, texts, strict=True)):
        for j, (cell, text) in enumerate(zip(cells, told, strict=True)):
            if cell is not None:
                count_cell(counted, cell, text, f"{named}, row {i + 1}, column {j + 1}")
                if (i, j) in table.struck:
                    counted["struck"] += 1
                    counted["struck right"] += cell.text == text
    return counted


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=["drawn", "struck", "real", []], metavar="PART")
    parser.add_argument("--misread", action="store_true", help="tell each cell that was misread")
    parser.add_argument("--sheets", type=int, default=SHEETS, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="of the first table drawn")
    parser.add_argument("--styles", default=",".join(STYLES), help="of drawn tables, with commas between")
    chosen = parser.parse_args()
    if chosen.misread:
        tell_misread()
    use_one_thread()
    for each in measure(chosen.parts, chosen.sheets, chosen.first, chosen.styles.split(",")):
        print(f"  {each['what']:<56} {each['value']:>12,.3f} {each['unit']}", flush=True)
