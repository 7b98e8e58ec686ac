"""How filled forms are read: laid over, fields exact, accepted and wrong, with and without sums, refused, how fast.

    python benchmarks/forms.py [laid] [fields] [refused] [speed] [--sheets N] [--kept FILE] [--misread]

All of them where none is named; N sheets of each form and way of taking it. ``--misread`` tells each field that was
misread. What `fields` counted is kept in a file, if one is named, a line a sheet: a run that was stopped goes on behind
it; the file is of one version of the program and its networks. Forms, fills and pictures are drawn by our own code, by
seed: see `blanks`, `fills` and `taken` of `digitlens.data.synth`. What `laid` measures chose the agreement that a sheet
needs.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from counted import count_cell, share_row, tell_misread
from digitlens.data.synth.blanks import BLANK_DPI, BLANKS, Blank, draw_blank
from digitlens.data.synth.cat import draw_cat
from digitlens.data.synth.fills import fill, values_for
from digitlens.data.synth.tables import draw_table
from digitlens.data.synth.taken import Photographed, photograph, scan
from digitlens.forms import Form, FormReader, Refused, SheetRow, sheets_of
from digitlens.forms.laying import PIECES_IN_PLACE, Sheet, Template
from digitlens.imaging import use_one_thread
from table import Row, row

__all__ = ["fields", "laid", "measure", "refused", "speed"]

SHEETS = 10
FIELDS = 20
KINDS = ("scan", "photo")
SUMS = ("without", "with")
Read = tuple[str, int, str]
"""A sheet that was read: how it was taken, its seed, its form."""

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"


def measure(parts: tuple[str, ...] = (), sheets: int = SHEETS, kept: Path | None = None) -> list[Row]:
    """Measure the parts named, or all."""
    known = {"laid": laid, "fields": lambda sheets: fields(sheets, kept), "refused": refused, "speed": speed}
    return [one for part in parts or known for one in known[part](sheets)]


def _taken(blank: Blank, kind: str, seed: int) -> tuple[dict[str, str], Photographed]:
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
        yield share_row(f"{kind}s laid over within 2 pixels", sum(each <= 2 for each in off), len(off))
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


def fields(sheets: int, kept: Path | None = None) -> Iterator[Row]:
    """What is read of whole sheets; each is read once, and held against its sums or not."""
    counts = _known(kept)
    with tempfile.TemporaryDirectory() as folder:
        forms = {sums: _forms(Path(folder), sums == "with") for sums in SUMS}
        reader = FormReader(forms["with"])
        for seed in range(sheets):
            for kind in KINDS:
                for name in BLANKS:
                    if (sheet := (kind, seed, name)) not in counts:
                        counts[sheet] = _read(reader, forms, sheet)
                        _keep(kept, sheet, counts[sheet])
    for kind in KINDS:
        mine = [count for (taken, seed, _), count in counts.items() if taken == kind and seed < sheets]
        for sums in SUMS:
            whole, named = sum((count[sums] for count in mine), Counter[str]()), f"{kind}s, {sums} sums"
            yield share_row(f"{named}: fields exact", whole["right"], whole["all"])
            yield share_row(f"{named}: fields accepted", whole["accepted"], whole["all"])
            yield share_row(f"{named}: accepted and wrong", whole["wrong"], whole["accepted"])
        yield row(f"{kind}s: refused", sum(one[SUMS[0]]["refused"] for one in mine), f"of {len(mine)}")
        spent = sum(one[SUMS[0]]["ms"] for one in mine) / 1000
        yield row(f"{kind}s: CPU time a sheet", spent / len(mine), "s")


def _read(reader: FormReader, forms: Mapping[str, list[Form]], sheet: Read) -> dict[str, Counter[str]]:
    """What is counted of a sheet, with sums and without."""
    kind, seed, name = sheet
    values, taken = _taken(draw_blank(name), kind, seed)
    began = time.process_time()
    pages = [*reader.pages(taken.pixels, f"{kind} {seed} of {name}")]
    ms = round(1000 * (time.process_time() - began))
    counts = {}
    for sums, told in forms.items():
        (found,) = sheets_of(pages, told, reader.options.max_error)
        counts[sums] = _counted(found, values, f"{kind} {seed} of {name}, {sums} sums") + Counter({"ms": ms})
    return counts


def _known(kept: Path | None) -> dict[Read, dict[str, Counter[str]]]:
    """What was kept of an earlier run."""
    if kept is None or not kept.exists():
        return {}
    lines = map(json.loads, kept.read_text(encoding="utf-8").splitlines())
    return {
        (kind, seed, name): {sums: Counter(count) for sums, count in counts.items()}
        for (kind, seed, name), counts in lines
    }


def _keep(kept: Path | None, sheet: Read, counts: Mapping[str, Counter[str]]) -> None:
    """Add what was counted of a sheet to the file, if there is one."""
    if kept is not None:
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps([sheet, counts]) + "\n")


def _counted(found: SheetRow | Refused, values: dict[str, str], named: str) -> Counter[str]:
    """How many fields of a sheet are right, accepted, and both accepted and wrong."""
    counted = Counter({"all": len(values)})
    if isinstance(found, Refused):
        counted["refused"] = 1
        return counted
    for name, cell in found.cells.items():
        count_cell(counted, cell, values[name], f"{named}, {name}")
    return counted


def refused(sheets: int) -> Iterator[Row]:
    """How many pictures that are not of the form are refused: other forms, blank paper, a table, shapes, a cat."""
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
        cat, wrong = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (draw_cat(rng), other))
        for picture in (cloud, white, table, cat, wrong):
            agreement = templates[name].lay(Sheet(np.asarray(picture, np.uint8))).agreement
            count, kept = count + 1, kept + (agreement >= PIECES_IN_PLACE)
    yield share_row("pictures of something else that are refused", count - kept, count)


def speed(sheets: int) -> Iterator[Row]:
    """How long a form of 20 fields takes, A4 at 200 dots per inch, scanned flat: processor time of one thread."""
    with tempfile.TemporaryDirectory() as folder:
        form = next(form for form in _forms(Path(folder), True) if form.name == "marks")
        names = {field.name for field in form.fields[:FIELDS]}
        checks = tuple(check for check in form.checks if {*check.of, check.equals} <= names)
        reader = FormReader(replace(form, fields=form.fields[:FIELDS], checks=checks))
        spent, blank = [], draw_blank("marks")
        for seed in range(sheets + 1):
            rng = np.random.default_rng([seed, 20])
            taken = scan(
                fill(blank, values_for(blank, rng), rng), rng, scale=200 / BLANK_DPI, turn=rng.uniform(-2, 2)
            )
            began = time.process_time()
            assert all(isinstance(found, SheetRow) for found in reader.read([taken.pixels]))
            spent.append(time.process_time() - began)
        each = float(np.median(spent[1:]))
        yield row(f"a form of {FIELDS} fields: CPU time a sheet", each, "s")
        yield row(f"a form of {FIELDS} fields: sheets a second on two cores", 2 / each, "")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "parts", nargs="*", choices=["laid", "fields", "refused", "speed", []], metavar="PART"
    )
    parser.add_argument("--misread", action="store_true", help="tell each field that was misread")
    parser.add_argument("--sheets", type=int, default=SHEETS, metavar="N")
    parser.add_argument(
        "--kept", type=Path, metavar="FILE", help="of what was counted; a run goes on behind it"
    )
    chosen = parser.parse_args()
    if chosen.misread:
        tell_misread()
    use_one_thread()
    for each in measure(tuple(chosen.parts), chosen.sheets, chosen.kept):
        print(f"  {each['what']:<56} {each['value']:>12,.3f} {each['unit']}", flush=True)
