"""How filled forms and tables are read: laid over, fields exact, accepted and wrong, with and without sums, refused.

    python benchmarks/forms.py [laid] [fields] [refused] [tables] [--sheets N]

All four where none is named. Forms, fills and pictures are drawn by our own code, by seed: see
`digitlens.data.synth.blanks`, `taken` and `tables`. The figures of `laid` chose the agreement that a sheet needs.
"""

import argparse
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from digitlens import Reader
from digitlens.data.synth.blanks import BLANKS, Blank, draw_blank, fill, values_for
from digitlens.data.synth.tables import STYLES, bend, draw_table
from digitlens.data.synth.taken import Taken, photograph, scan
from digitlens.errors import FormError
from digitlens.forms import Form, FormReader, SheetRow
from digitlens.forms.laying import LEAST_AGREEMENT, Sheet, Template
from table import Row, row

__all__ = ["fields", "laid", "measure", "refused", "tables"]

SHEETS = 10
KINDS = ("scan", "photo")
EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"


def measure(parts: tuple[str, ...] = (), sheets: int = SHEETS) -> list[Row]:
    """Measure the parts named, or all."""
    known = {"laid": laid, "fields": fields, "refused": refused, "tables": tables}
    return [one for part in parts or known for one in known[part](sheets)]


def _taken(blank: Blank, kind: str, seed: int) -> tuple[dict[str, str], Taken]:
    """A fill of a form, as a flat scan or as a photograph."""
    rng = np.random.default_rng([seed, len(blank.name), ord(blank.name[0])])
    values = values_for(blank, rng)
    sheet = fill(blank, values, rng)
    upside_down = bool(rng.random() < 1 / 3)
    if kind == "photo":
        return values, photograph(sheet, rng, upside_down=upside_down)
    scale = float(rng.choice([1.0, 2.0]))
    return values, scan(sheet, rng, scale=scale, turn=float(rng.uniform(-5, 5)), upside_down=upside_down)


def laid(sheets: int) -> Iterator[Row]:
    """How exactly sheets are laid over their own blank, and how well over others."""
    blanks = {name: draw_blank(name) for name in BLANKS}
    templates = {name: Template(blank.pixels) for name, blank in blanks.items()}
    for kind in KINDS:
        off, own, other = [], [], []
        for seed in range(sheets):
            for name, blank in blanks.items():
                _, taken = _taken(blank, kind, seed)
                sheet = Sheet(np.asarray(cv2.cvtColor(taken.pixels, cv2.COLOR_RGB2GRAY), np.uint8))
                for tried, template in templates.items():
                    found = template.lay(sheet)
                    (own if tried == name else other).append(found.agreement)
                    if tried == name:
                        off.append(_off(blank, found.view, taken.view))
        yield row(f"{kind}s laid over within 2 pixels", 100 * float(np.mean(np.array(off) <= 2)), "%")
        yield row(f"{kind}s: farthest field corner, median", float(np.median(off)), "pixels")
        yield row(f"{kind}s: farthest field corner, worst", float(np.max(off)), "pixels")
        yield row(f"{kind}s: lowest agreement with the form", min(own), "share")
        yield row(f"{kind}s: highest agreement with another", max(other), "share")


def _off(blank: Blank, found: np.ndarray, true: np.ndarray) -> float:
    """The largest distance by which a field's corner is off, pixels of the blank."""
    boxes = np.array([place.box for place in blank.places], float)
    corners = np.vstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])
    back = np.column_stack([corners, np.ones(len(corners))]) @ (np.linalg.inv(true) @ found).T
    return float(np.hypot(*(back[:, :2] / back[:, 2:] - corners).T).max())


def _forms(folder: Path, checks: bool) -> list[Form]:
    """The forms of the documentation, with their checks or without."""
    found = []
    for name in BLANKS:
        Image.fromarray(draw_blank(name).pixels).save(folder / f"{name}.png")
        shutil.copy(EXAMPLES / f"{name}.toml", folder)
        form = Form.load(folder / f"{name}.toml")
        found.append(form if checks else replace(form, checks=()))
    return found


def fields(sheets: int) -> Iterator[Row]:
    """What is read of whole sheets, with sums and without."""
    with tempfile.TemporaryDirectory() as folder:
        readers = {sums: FormReader(_forms(Path(folder), sums)) for sums in (False, True)}
        for kind in KINDS:
            for sums, reader in readers.items():
                counted, spent = Counter[str](), 0.0
                for seed in range(sheets):
                    for name in BLANKS:
                        values, taken = _taken(draw_blank(name), kind, seed)
                        began = time.process_time()
                        (found,) = reader.read([taken.pixels])
                        spent += time.process_time() - began
                        counted += _counted(found, values)
                named = f"{kind}s, {'with' if sums else 'without'} sums"
                yield row(f"{named}: fields exact", 100 * counted["right"] / counted["all"], "%")
                yield row(f"{named}: fields accepted", 100 * counted["accepted"] / counted["all"], "%")
                yield row(f"{named}: accepted and wrong", counted["wrong"], f"of {counted['accepted']}")
                yield row(f"{named}: CPU time a sheet", spent / sheets / len(BLANKS), "s")


def _counted(found: Any, values: dict[str, str]) -> Counter[str]:
    """How many fields of a sheet are right, accepted, and both accepted and wrong."""
    counted = Counter({"all": len(values)})
    if isinstance(found, SheetRow):
        for name, cell in found.cells.items():
            counted["right"] += cell.text == values[name]
            counted["accepted"] += cell.accepted
            counted["wrong"] += cell.accepted and cell.text != values[name]
    return counted


def refused(sheets: int) -> Iterator[Row]:
    """How many pictures that are not of the form are refused: of other forms, of blank paper, of shapes."""
    names, count, kept = [*BLANKS], 0, 0
    templates = {name: Template(draw_blank(name).pixels) for name in names}
    for seed in range(sheets):
        rng = np.random.default_rng([seed, 99])
        noise = rng.integers(0, 255, (1100, 900), np.uint8)
        cloud = cv2.GaussianBlur(noise, (0, 0), 8).astype(np.float32)
        cloud = 255 * (cloud - cloud.min()) / np.ptp(cloud)
        white = np.clip(rng.normal(240, 3, (1754, 1240)), 0, 255).astype(np.uint8)
        table = cv2.cvtColor(draw_table(rng).pixels, cv2.COLOR_RGB2GRAY)
        name = names[seed % len(names)]
        other = _taken(draw_blank(names[(seed + 1) % len(names)]), KINDS[seed % 2], seed)[1].pixels
        for picture in (cloud, white, table, cv2.cvtColor(other, cv2.COLOR_RGB2GRAY)):
            agreement = templates[name].lay(Sheet(np.asarray(picture, np.uint8))).agreement
            count, kept = count + 1, kept + (agreement >= LEAST_AGREEMENT)
    yield row("pictures of something else that are refused", 100 * (count - kept) / count, f"% of {count}")


def tables(sheets: int) -> Iterator[Row]:
    """What is read of drawn tables of each style: scanned straight, askew, and photographed and bent."""
    reader = Reader(alphabet="digits")
    for style in STYLES:
        counted = Counter[str]()
        for seed in range(sheets):
            rng = np.random.default_rng([seed, 7])
            plain = style == "none"
            shape = int(rng.integers(4, 10)), int(rng.integers(3, 7))
            drawn = draw_table(
                rng, shape=shape, style=style, heads=not plain and seed % 3 > 0, dashed=0 if plain else 0.05
            )
            counted += _table(drawn.texts, drawn.heads, _sheet(drawn.pixels, seed, rng), reader)
        yield row(f"{style}: tables with the right rows and columns", 100 * counted["shape"] / sheets, "%")
        yield row(f"{style}: cells exact", 100 * counted["right"] / counted["all"], f"% of {counted['all']}")
        yield row(f"{style}: cells accepted", 100 * counted["accepted"] / counted["all"], "%")
        yield row(f"{style}: accepted and wrong", counted["wrong"], f"of {counted['accepted']}")


def _sheet(pixels: Any, seed: int, rng: np.random.Generator) -> Any:
    """A table as it comes: straight, askew, or photographed and bent, in turn."""
    if seed % 3 == 0:
        return pixels
    if seed % 3 == 1:
        return scan(pixels, rng, turn=float(rng.uniform(-4, 4))).pixels
    return photograph(bend(pixels, float(rng.uniform(0, 12))), rng).pixels


def _table(texts: tuple[tuple[str, ...], ...], heads: bool, picture: Any, reader: Reader) -> Counter[str]:
    """How many cells of a table are right, accepted, and both accepted and wrong."""
    counted = Counter({"all": sum(map(len, texts))})
    try:
        found = reader.table(picture)
    except FormError:
        return counted
    rows = found.rows[int(heads and found.ruled) :]
    if [len(row) for row in rows] != [len(row) for row in texts]:
        return counted
    counted["shape"] = 1
    for cell, text in zip(sum(rows, ()), sum(texts, ()), strict=True):
        counted["right"] += cell is not None and cell.text == text
        counted["accepted"] += cell is not None and cell.accepted
        counted["wrong"] += cell is not None and cell.accepted and cell.text != text
    return counted


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "parts", nargs="*", choices=["laid", "fields", "refused", "tables", []], metavar="PART"
    )
    parser.add_argument("--sheets", type=int, default=SHEETS, metavar="N")
    chosen = parser.parse_args()
    for each in measure(tuple(chosen.parts), chosen.sheets):
        print(f"  {each['what']:<56} {each['value']:>12,.3f} {each['unit']}", flush=True)
