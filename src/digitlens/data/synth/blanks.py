"""Printed forms drawn by our own code: for tests, worked examples and measuring.

Three forms: a marks table with totals, a meter reading with comb fields, and the tally of a polling station. What is
printed and where each field lies are known to the pixel; `digitlens.data.synth.fills` fills them in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens.renamed import refuse_renamed

__all__ = ["BLANKS", "Blank", "BlankField", "draw_blank"]

Pixels = NDArray[np.uint8]

BLANK_DPI = 150
"""Dots per inch that the forms are drawn at: an A4 sheet of 1240 x 1754 pixels."""

A4_PIXELS = 1240, 1754
FONT = cv2.FONT_HERSHEY_DUPLEX
PRINT_LEVEL = 40  # grey level of what is printed


@dataclass(frozen=True, slots=True)
class BlankField:
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
    places: tuple[BlankField, ...]


class _Printer:
    """Prints rules, frames and words onto a sheet, and notes the fields."""

    def __init__(self, name: str) -> None:
        self.name, self.places = name, list[BlankField]()
        self.sheet: NDArray = np.full(A4_PIXELS[::-1], 255, np.uint8)

    def text(self, words: str, x: int, y: int, size: float = 0.8) -> None:
        cv2.putText(self.sheet, words, (x, y), FONT, size, PRINT_LEVEL, 1, cv2.LINE_AA)

    def frame(self, x: int, y: int, w: int, h: int, pen: int = 2) -> None:
        cv2.rectangle(self.sheet, (x, y), (x + w, y + h), PRINT_LEVEL, pen)

    def marks(self, side: int = 24, edge: int = 60) -> None:
        """Black squares in the corners, the upper left one doubled."""
        width, height = A4_PIXELS
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
        self.places.append(BlankField(name, (x + 2, y + 2, w - 3, h - 3), kind, digits))

    def comb(self, name: str, at: tuple[int, int], count: int, kind: str = "code", side: int = 44) -> None:
        """A field of ``count`` boxes in a row."""
        (x, y), high = at, round(1.25 * side)
        for i in range(count + 1):
            cv2.line(self.sheet, (x + i * side, y), (x + i * side, y + high), PRINT_LEVEL, 2)
        for edge in (y, y + high):
            cv2.line(self.sheet, (x, edge), (x + count * side, edge), PRINT_LEVEL, 2)
        self.places.append(BlankField(name, (x, y, count * side, high), kind, count, count))

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
        cv2.line(printer.sheet, (left, y), (right, y), PRINT_LEVEL, 2)
    for x in (left, *(left + first + i * wide for i in range(len(heads) + 1))):
        cv2.line(printer.sheet, (x, top), (x, top + (rows + 2) * high), PRINT_LEVEL, 2)
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
            printer.places.append(BlankField(f"{key}_{head.lower()}", box, "number", 3))
    printer.text("Each question: 0 to 20 marks. Write clearly, one number in a box.", 110, 1180, 0.65)
    printer.text("Signature of the teacher", 110, 1330)
    cv2.line(printer.sheet, (440, 1334), (1000, 1334), PRINT_LEVEL, 2)
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
    cv2.rectangle(printer.sheet, (110, 80), (1130, 150), PRINT_LEVEL, -1)
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
    cv2.line(printer.sheet, (350, y + 204), (800, y + 204), PRINT_LEVEL, 2)
    printer.text("EC 8 A", 1000, 1680, 0.6)
    return printer.done()


BLANKS: Mapping[str, Callable[[], Blank]] = {"marks": _marks, "meter": _meter, "tally": _tally}
"""The forms that can be drawn."""


def draw_blank(name: str) -> Blank:
    """Draw one of the forms of ``BLANKS``."""
    return BLANKS[name]()


refuse_renamed(__name__)
