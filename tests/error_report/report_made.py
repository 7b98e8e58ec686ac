"""Galleries of pictures whose readings are made up: all that can come out."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image

from digitlens.error_report import write_error_report
from digitlens.errors import UnreadableImage
from digitlens.types import Box, Glyph, Line, Reading, Step
from html_tree import words

STEPS = (
    Step("picture", "Turned upright.", np.full((600, 900), 90, np.uint8)),
    Step("framed", "What the network sees.", np.full((28, 28), 7, np.uint8)),
)


def glyph(label: str, confidence: float = 0.999, reason: Any = None) -> Glyph:
    """A glyph; one that is no digit is most like ``label`` all the same."""
    others = {"4": (1 - confidence) * 0.75, "6": (1 - confidence) * 0.25}
    shown = "" if reason == "not_a_digit" else label
    return Glyph(
        shown, confidence, 0.4, Box(2, 2, 6, 9), reason is None, reason, {label: confidence, **others}
    )


def reading(*lines: list[Glyph]) -> Reading:
    """What was read: the glyphs of each line."""
    return Reading(None, "m@1", lines=tuple(Line(tuple(line), line[0].box) for line in lines), steps=STEPS)


class Canned:
    """A reader that reads what is given for each file's name, and notes how it was asked."""

    def __init__(self, readings: dict[str, Reading]) -> None:
        self.network: Any = SimpleNamespace(card=SimpleNamespace(labels=tuple("0123456789")), name="m@1")
        self.readings, self.asked = readings, Counter()

    def read(self, source):
        self.asked["read"] += 1
        found = self.readings[source.name]
        if found.error is not None:
            raise found.error
        return found

    def classify_many(self, pictures, *, errors, batch_size):
        assert errors == "yield"
        assert batch_size <= 128
        for picture in pictures:
            self.asked["classify"] += 1
            yield self.readings[picture.name]


def folder_of(tmp_path, labels: dict[str, str]):
    """A folder with an index and a grey picture of 30x20 for each label, but for those named ``gone``."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    lines = "".join(f'{name},"{label}",seen on {name}\n' for name, label in labels.items())
    (folder / "index.csv").write_text(f"file,label,notes\n{lines}", encoding="utf-8")
    for name in labels:
        if not name.startswith("gone"):
            Image.fromarray(np.full((20, 30), 200, np.uint8)).save(folder / name, "PNG")
    return folder


LABELS = {
    "right.png": "40|71",
    "wrong.png": "15",
    "surer.png": "33",
    "unsure.png": "7.5",
    "blank.png": "8",
    "none.png": "9",
    "gone.png": "1",
}
READINGS = {
    "right.png": reading([glyph("4"), glyph("0")], [glyph("7"), glyph("1")]),
    "wrong.png": reading([glyph("1"), glyph("3", 0.95)]),
    "surer.png": reading([glyph("3"), glyph("8", 0.99)]),
    "unsure.png": reading([glyph("7"), glyph("5", 0.6, "unsure")]),
    "blank.png": reading(),
    "none.png": reading([glyph("9", 0.8, "not_a_digit")]),
    "gone.png": Reading(None, "m@1", error=UnreadableImage("gone.png does not exist")),
}


def made(tmp_path, **changes):
    """The counts and the text of a gallery of all that can come out."""
    folder, page = folder_of(tmp_path, LABELS), tmp_path / "out.html"
    reader: Any = Canned(READINGS)
    counts = write_error_report(folder, page, reader, **changes)
    return counts, page.read_text(encoding="utf-8"), reader


def names(section):
    return [words(heading) for heading in section.iter("h3")]


def exhibit(page, name):
    return next(item for item in page.iter("li") if item.get("class") == "exhibit" and name in words(item))
