"""Forms filled in by hand, drawn by our own code: what is written is known, and so is where."""

import datetime
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.blanks import Blank
from digitlens.data.synth.writers import Writer, write, write_text

__all__ = ["fill", "values_for"]

Pixels = NDArray[np.uint8]


def values_for(blank: Blank, rng: np.random.Generator) -> dict[str, str]:
    """Make up what someone may write into a form; dates exist, and totals add up."""
    day = datetime.date(2020, 1, 1) + datetime.timedelta(int(rng.integers(2500)))
    values = {}
    for place in blank.places:
        if place.kind == "tick":
            values[place.name] = "x" if rng.random() < 0.4 else ""
        elif place.kind == "date":
            values[place.name] = day.strftime("%d%m%Y" if place.comb else "%d.%m.%Y")
        elif place.comb:
            values[place.name] = "".join(str(rng.integers(10)) for _ in range(place.comb))
        else:
            values[place.name] = str(rng.integers(1, min(10**place.digits, 400)))
    if blank.name == "marks":
        marks = rng.integers(0, 21, (sum(place.name.endswith("_q1") for place in blank.places) - 1, 4))
        whole = np.column_stack([marks, marks.sum(axis=1)])
        whole = np.vstack([whole, whole.sum(axis=0)])
        keys = [*(f"r{i}" for i in range(1, len(whole))), "all"]
        heads = [*(f"q{i}" for i in range(1, 5)), "total"]
        values |= {
            f"{key}_{head}": str(whole[i, j]) for i, key in enumerate(keys) for j, head in enumerate(heads)
        }
    if blank.name == "tally":
        values["total"] = str(sum(int(value) for name, value in values.items() if name.startswith("party")))
    return values


def fill(
    blank: Blank, values: Mapping[str, str], rng: np.random.Generator, writer: Writer | None = None
) -> Pixels:
    """Fill a form in by hand.

    Args:
        blank: the form.
        values: what is written into each field, digits and ``. , - /``; ``"x"`` ticks a box, ``""`` leaves a field
            empty, and so does leaving it out.
        rng: where chance comes from.
        writer: writes one digit, white on black, uint8 (h, w); left out, `digitlens.data.synth.writers.write` does,
            with one pen for the sheet.

    Returns:
        uint8 (H, W, 3), RGB.
    """
    pen = int(rng.integers(3, 7))
    writer = writer or (lambda digit, rng: write(digit, rng, pen))
    ink: NDArray = np.zeros(blank.pixels.shape, np.float32)
    for place in blank.places:
        value = values.get(place.name, "")
        if place.kind == "tick":
            if value:
                _tick(ink, place.box, rng)
        elif place.comb:
            x, y, w, h = place.box
            side = w / place.comb
            for i, character in enumerate(value):
                write_text(ink, character, (x + i * side, y, side, h), rng, writer)
        else:
            write_text(ink, value, place.box, rng, writer)
    colour = np.array([(20, 20, 30), (25, 35, 110), (15, 45, 150)][rng.integers(3)], np.float32)
    sheet = np.repeat(blank.pixels[..., None], 3, axis=2).astype(np.float32)
    cover = ink[..., None] * np.float32(rng.uniform(0.75, 0.95))
    return np.rint(sheet * (1 - cover) + np.minimum(sheet, colour) * cover).astype(np.uint8)


def _tick(ink: NDArray, box: tuple[int, int, int, int], rng: np.random.Generator) -> None:
    """A cross or a hook in a box, that may run over its frame."""
    x, y, w, h = box
    drawn: NDArray = np.zeros(ink.shape, np.uint8)

    def at(across: float, down: float) -> tuple[int, int]:
        return round(x + w * (across + rng.normal(0, 0.06))), round(y + h * (down + rng.normal(0, 0.06)))

    pen = int(rng.integers(2, 5))
    if rng.random() < 0.6:
        cv2.line(drawn, at(0.1, 0.1), at(0.9, 0.9), 255, pen, cv2.LINE_AA)
        cv2.line(drawn, at(0.9, 0.1), at(0.1, 0.9), 255, pen, cv2.LINE_AA)
    else:
        corner = at(0.4, 0.85)
        cv2.line(drawn, at(0.1, 0.5), corner, 255, pen, cv2.LINE_AA)
        cv2.line(drawn, corner, at(1.05, -0.1), 255, pen, cv2.LINE_AA)
    np.maximum(ink, drawn.astype(np.float32) / np.float32(255), out=ink)
