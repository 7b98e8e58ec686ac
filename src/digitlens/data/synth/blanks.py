"""Printed forms drawn by our own code, filled in by hand: for tests, worked examples and measuring.

Three forms: a marks table with totals, a meter reading with comb fields, and the tally of a polling station. What is
printed, what is written and where each field lies are known to the pixel.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.data.synth.writers import write

__all__ = ["BLANKS", "Blank", "Place", "draw_blank", "fill", "values_for", "write_text"]

Pixels = NDArray[np.uint8]
Writer = Callable[[int, np.random.Generator], Pixels]

DPI = 150
"""Dots per inch that the forms are drawn at: an A4 sheet of 1240 x 1754 pixels."""

SIZE = 1240, 1754
FONT = cv2.FONT_HERSHEY_DUPLEX
PRINT = 40  # grey level of what is printed


@dataclass(frozen=True, slots=True)
class Place:
    """One field of a drawn form.

    Attributes:
        name: of the field.
        box: left, top, width and height inside its frame, pixels of the blank.
        kind: ``"number"``, ``"date"``, ``"code"`` or ``"tick"``.
        digits: how many characters it holds at most.
        comb: boxes that it is divided into; 0 for none.
    """

    name: str
    box: tuple[int, int, int, int]
    kind: str = "number"
    digits: int = 3
    comb: int = 0


@dataclass(frozen=True, eq=False)
class Blank:
    """A printed form.

    Attributes:
        name: of the form.
        pixels: uint8 (H, W), 255 where nothing is printed.
        places: its fields, from top to bottom.
    """

    name: str
    pixels: Pixels
    places: tuple[Place, ...]


class _Printer:
    """Prints rules, frames and words onto a sheet, and notes the fields."""

    def __init__(self, name: str) -> None:
        self.name, self.places = name, list[Place]()
        self.sheet: NDArray = np.full(SIZE[::-1], 255, np.uint8)

    def text(self, words: str, x: int, y: int, size: float = 0.8) -> None:
        cv2.putText(self.sheet, words, (x, y), FONT, size, PRINT, 1, cv2.LINE_AA)

    def frame(self, x: int, y: int, w: int, h: int, pen: int = 2) -> None:
        cv2.rectangle(self.sheet, (x, y), (x + w, y + h), PRINT, pen)

    def marks(self, side: int = 24, edge: int = 60) -> None:
        """Black squares in the corners, the upper left one doubled."""
        width, height = SIZE
        for x, y in (
            (edge, edge),
            (width - edge, edge),
            (edge, height - edge),
            (width - edge, height - edge),
        ):
            cv2.rectangle(self.sheet, (x - side // 2, y - side // 2), (x + side // 2, y + side // 2), 0, -1)
        cv2.rectangle(self.sheet, (edge + 20, edge - 12), (edge + 32, edge + 12), 0, -1)

    def field(self, name: str, box: tuple[int, int, int, int], kind: str = "number", digits: int = 3) -> None:
        """A framed field."""
        x, y, w, h = box
        self.frame(*box)
        self.places.append(Place(name, (x + 2, y + 2, w - 3, h - 3), kind, digits))

    def comb(self, name: str, at: tuple[int, int], count: int, kind: str = "code", side: int = 44) -> None:
        """A field of ``count`` boxes in a row."""
        (x, y), high = at, round(1.25 * side)
        for i in range(count + 1):
            cv2.line(self.sheet, (x + i * side, y), (x + i * side, y + high), PRINT, 2)
        for edge in (y, y + high):
            cv2.line(self.sheet, (x, edge), (x + count * side, edge), PRINT, 2)
        self.places.append(Place(name, (x, y, count * side, high), kind, count, count))

    def done(self) -> Blank:
        return Blank(self.name, np.asarray(self.sheet, np.uint8), tuple(self.places))


def _marks(rows: int = 8, questions: int = 4) -> Blank:
    """A table of marks: a row a pupil, a column a question, totals at the right and below."""
    printer = _Printer("marks")
    printer.text("Riverside School - Marks sheet", 110, 130, 1.3)
    printer.text("Form M2", 1000, 130, 0.7)
    printer.text("Class", 110, 220)
    printer.field("class", (200, 180, 130, 56), digits=2)
    printer.text("Date", 420, 220)
    printer.field("date", (500, 180, 330, 56), "date", 8)
    heads = [*(f"Q{i + 1}" for i in range(questions)), "Total"]
    left, top, first, wide, high = 110, 300, 300, 150, 76
    right = left + first + wide * len(heads)
    for i in range(rows + 3):
        y = top + i * high
        cv2.line(printer.sheet, (left, y), (right, y), PRINT, 2)
    for x in (left, *(left + first + i * wide for i in range(len(heads) + 1))):
        cv2.line(printer.sheet, (x, top), (x, top + (rows + 2) * high), PRINT, 2)
    printer.text("Pupil", left + 15, top + 50)
    for i, head in enumerate(heads):
        printer.text(head, left + first + i * wide + 30, top + 50)
    for row in range(rows + 1):
        y = top + (row + 1) * high
        named = f"Pupil no. {row + 1}" if row < rows else "All pupils"
        printer.text(named, left + 15, y + 50, 0.75)
        key = f"r{row + 1}" if row < rows else "all"
        for i, head in enumerate(heads):
            box = (left + first + i * wide + 2, y + 2, wide - 3, high - 3)
            printer.places.append(Place(f"{key}_{head.lower()}", box, "number", 3))
    printer.text("Each question: 0 to 20 marks. Write clearly, one number in a box.", 110, 1180, 0.65)
    printer.text("Signature of the teacher", 110, 1330)
    cv2.line(printer.sheet, (440, 1334), (1000, 1334), PRINT, 2)
    printer.text("Return to the office, room 12, before Friday.", 110, 1450, 0.65)
    return printer.done()


def _meter() -> Blank:
    """A meter reading on a card, with comb fields, tick boxes and registration marks."""
    printer = _Printer("meter")
    printer.marks()
    printer.text("NORTHERN WATER WORKS", 130, 160, 1.3)
    printer.text("Self reading of your water meter", 130, 215, 0.9)
    printer.text("Customer number", 130, 330)
    printer.comb("customer", (520, 290), 8)
    printer.text("Meter number", 130, 440)
    printer.comb("meter", (520, 400), 7)
    printer.text("Reading in cubic metres", 130, 550)
    printer.comb("reading", (520, 510), 6, "number")
    printer.text("Date of reading (DDMMYYYY)", 130, 660, 0.7)
    printer.comb("date", (520, 620), 8, "date")
    printer.text("Persons in the household", 130, 770)
    printer.field("persons", (520, 730, 110, 56), digits=2)
    for i, words in enumerate(("the meter was changed", "the address has changed", "please call me")):
        printer.text(words, 200, 900 + 70 * i, 0.75)
        printer.field(("changed", "moved", "call")[i], (130, 868 + 70 * i, 40, 40), "tick", 1)
    printer.text("Use a dark pen and write one digit into each box.", 130, 1180, 0.7)
    printer.text("Send this card back within 14 days. Do not fold or staple it.", 130, 1230, 0.7)
    printer.frame(110, 1300, 1000, 220, 1)
    printer.text("For office use only", 130, 1340, 0.6)
    return printer.done()


def _tally(rows: int = 9) -> Blank:
    """The result of a polling station: a row a party, a total, the station's code above."""
    printer = _Printer("tally")
    cv2.rectangle(printer.sheet, (110, 80), (1130, 150), PRINT, -1)
    cv2.putText(printer.sheet, "STATEMENT OF RESULT", (340, 130), FONT, 1.3, 255, 2, cv2.LINE_AA)
    printer.text("Station", 110, 240)
    printer.comb("station", (240, 195), 6)
    printer.text("Registered voters", 590, 240, 0.75)
    printer.field("registered", (850, 195, 280, 60), digits=4)
    printer.text("Party", 130, 330)
    printer.text("Votes in figures", 800, 330)
    for row in range(rows):
        y = 350 + row * 84
        printer.text(f"{row + 1}.  {'ABCDEFGHIJK'[row] * 3} Party of the {row + 3} rivers", 130, y + 54, 0.75)
        printer.frame(110, y, 1020, 84, 1)
        printer.field(f"party{row + 1}", (790, y + 8, 240, 68), digits=3)
    y = 350 + rows * 84 + 30
    printer.text("Total of valid votes", 130, y + 46)
    printer.field("total", (790, y, 240, 70), digits=4)
    printer.text("Presiding officer", 110, y + 200)
    cv2.line(printer.sheet, (350, y + 204), (800, y + 204), PRINT, 2)
    printer.text("EC 8 A", 1000, 1680, 0.6)
    return printer.done()


BLANKS: Mapping[str, Callable[[], Blank]] = {"marks": _marks, "meter": _meter, "tally": _tally}
"""The forms that can be drawn."""


def draw_blank(name: str) -> Blank:
    """Draw one of the forms of ``BLANKS``."""
    return BLANKS[name]()


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


def write_text(
    ink: NDArray, text: str, box: tuple[float, float, float, float], rng: np.random.Generator, writer: Writer
) -> None:
    """Write characters side by side into a box, about its middle, as large as they fit.

    Args:
        ink: what is written on the sheet so far, float32 (H, W), 0 to 1; is written onto.
        text: digits and ``. , - /``.
        box: left, top, width and height.
        rng: where chance comes from.
        writer: as `fill` takes it.
    """
    x, y, w, h = box
    height = h * rng.uniform(0.55, 0.72)
    images = [_character(character, height, rng, writer) for character in text]
    if not images:
        return
    gap = height * rng.uniform(0.1, 0.25)
    wide = sum(image.shape[1] for image in images) + gap * (len(images) - 1)
    shrink = min(1.0, 0.9 * w / wide)
    left = x + (w - shrink * wide) * (0.5 if len(text) == 1 else rng.uniform(0.25, 0.75))
    base = y + h / 2 + shrink * height / 2 + rng.normal(0, 0.03) * h
    for image, character in zip(images, text, strict=True):
        size = [
            max(1, round(side * shrink * f))
            for side, f in zip(image.shape, (rng.uniform(0.92, 1.08), 1), strict=True)
        ]
        small = np.asarray(cv2.resize(image, (size[1], size[0]), interpolation=cv2.INTER_AREA), np.uint8)
        lift = 0.35 * height * shrink if character == "-" else 0
        _stamp(ink, small, round(left), round(base - size[0] - lift + rng.normal(0, 0.02) * h))
        left += size[1] + gap * shrink


def _character(character: str, height: float, rng: np.random.Generator, writer: Writer) -> Pixels:
    """One digit or sign, cut to its ink, a digit ``height`` pixels high."""
    side = round(height)
    if character.isdecimal():
        drawing = writer(int(character), rng)
        x, y, w, h = cv2.boundingRect((drawing >= 64).astype(np.uint8))
        cut = drawing[y : y + h, x : x + w]
        how = cv2.INTER_AREA if side < h else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(cut, (max(2, round(w * side / h)), side), interpolation=how), np.uint8)
    pen = max(2, side // 9)
    if character == "-":
        return np.full((pen, side // 2), 255, np.uint8)
    if character == "/":
        sign: NDArray = np.zeros((side, side // 2), np.uint8)
        return np.asarray(cv2.line(sign, (side // 2 - 1, 0), (0, side - 1), 255, pen, cv2.LINE_AA), np.uint8)
    return np.full((pen + 1 if character == "." else 2 * pen, pen + 1), 255, np.uint8)


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


def _stamp(ink: NDArray, image: Pixels, x: int, y: int) -> None:
    """Lay a drawing over the sheet; what lies beyond its edges is cut off."""
    high, wide = image.shape
    top, left = max(0, -y), max(0, -x)
    there = ink[max(0, y) : y + high, max(0, x) : x + wide]
    part = image[top : top + there.shape[0], left : left + there.shape[1]]
    np.maximum(there, part.astype(np.float32) / np.float32(255), out=there)
