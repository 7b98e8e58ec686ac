"""How fields are read, dates and postcodes, with their pattern and without; and words of letters alike in both cases.

    python benchmarks/fields.py [--fields N]

It needs DIGITLENS_DATA. The glyphs are those of EMNIST-characters' test part, which no network has learnt; a small
letter is drawn as low as one is written, and signs are strokes. Without a pattern a field is read in the alphabet and
with the signs that it has. Of words it counts the letters whose case is right, of those that are the right letter:
on the line, and each glyph alone.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from digitlens import Reader
from digitlens.data import Dataset, load
from table import Row, row

__all__ = ["measure"]

SEED = 0
HEIGHT = 48
"""Pixels of a capital."""

LOW = "acemnorsuvwxz"
"""Letters that are drawn at `LOW_HEIGHT` of a capital."""
LOW_HEIGHT = 0.62

SIGNS = {
    ".": ((0.0, 0.95), (0.02, 0.98)),
    "-": ((0.0, 0.55), (0.35, 0.52)),
    "/": ((0.0, 1.15), (0.5, -0.15)),
}
"""Strokes of signs, first and last point, across and down from the top of a capital, in its heights."""


@dataclass(frozen=True)
class Kind:
    """A kind of field: its pattern, the alphabet it is read in without, and how one is made up."""

    pattern: str
    alphabet: str
    write: Callable[[np.random.Generator], str]


def _date(rng: np.random.Generator, form: str) -> str:
    year, month, day = rng.integers(1900, 2100), rng.integers(1, 13), rng.integers(1, 29)
    return form.format(y=year, m=month, d=day)


def _of(rng: np.random.Generator, form: str) -> str:
    """A text of capitals for L and digits for d."""
    alphabets = {"L": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "d": "0123456789"}
    return "".join(str(rng.choice([*alphabets[place]])) for place in form)


KINDS = {
    "dates 2024-05-12": Kind(
        r"(19|20)\d\d-(0[1-9]|1[0-2])-([0-2][1-9]|[1-3]0|31)",
        "0123456789-",
        lambda rng: _date(rng, "{y}-{m:02}-{d:02}"),
    ),
    "dates 12.05.2024": Kind(
        r"([0-2][1-9]|[1-3]0|31)\.(0[1-9]|1[0-2])\.(19|20)\d\d",
        "0123456789.",
        lambda rng: _date(rng, "{d:02}.{m:02}.{y}"),
    ),
    "postcodes K1A0B1": Kind("LdLdLd", "alnum", lambda rng: _of(rng, "LdLdLd")),
    "postcodes SW14AB": Kind("LLddLL", "alnum", lambda rng: _of(rng, "LLddLL")),
}


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fields", type=int, default=300, help="fields of each kind, and words")
    for each in measure(parser.parse_args().fields):
        print(f"{each['what']:<64} {each['value']:>10.2f} {each['unit']}")


def measure(count: int = 300) -> list[Row]:
    """Fields of each kind and words, ``count`` of each."""
    return [*_fields(count), *_cases(count)]


def _fields(count: int) -> list[Row]:
    """For each kind of field, those read wrong without and with the pattern, in percent."""
    rows = []
    for name, kind in KINDS.items():
        plain, held = Reader(alphabet=kind.alphabet), Reader(pattern=kind.pattern)
        wrong = np.zeros(2)
        for number in range(count):
            rng = np.random.default_rng([SEED, number])
            text = kind.write(rng)
            picture = draw(text, rng)
            wrong += [
                reader.read(picture, rotate=0).text.replace(" ", "") != text for reader in (plain, held)
            ]
        rows += [
            row(f"{name}, {count} fields: wrong as read plainly", 100 * wrong[0] / count, "%"),
            row(f"{name}, {count} fields: wrong as read by pattern", 100 * wrong[1] / count, "%"),
        ]
    return rows


ALIKE = "cosuvwxz"
"""Letters written alike in both cases."""


def _cases(count: int) -> list[Row]:
    """How often the case is right of letters alike in both, on lines such as ``Hvosx`` and alone, in percent."""
    reader = Reader(alphabet="letters")
    letters, line, alone = 0, 0, 0
    for number in range(count):
        rng = np.random.default_rng([SEED, number])
        first, *rest = (str(rng.choice([*ALIKE])) for _ in range(5))
        text = str(rng.choice([*"ABDEFHLNRT"])) + first.upper() + "".join(rest)
        glyphs = reader.read(draw(text, rng), rotate=0).glyphs
        if len(glyphs) != len(text):
            continue
        for glyph, wanted in list(zip(glyphs, text, strict=True))[1:]:
            single = reader.classify(glyph.frame).text if glyph.frame is not None else ""
            if glyph.label.lower() == single.lower() == wanted.lower():
                letters, line, alone = letters + 1, line + (glyph.label == wanted), alone + (single == wanted)
    return [
        row(f"{letters:,} letters alike in both cases: right case alone", 100 * alone / letters, "%"),
        row(f"{letters:,} letters alike in both cases: right case on the line", 100 * line / letters, "%"),
    ]


def draw(text: str, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A field as a form has it: dark on light, the glyphs apart, their heights within a tenth."""
    paper = np.full((2 * HEIGHT, 2 * HEIGHT + 3 * HEIGHT * len(text)), 235, np.uint8)
    x, base = HEIGHT // 2, HEIGHT // 2 + HEIGHT
    for character in text:
        if character in SIGNS:
            points = [(x + round(a * HEIGHT), base + round((b - 1) * HEIGHT)) for a, b in SIGNS[character]]
            cv2.line(paper, points[0], points[1], 60, 4, cv2.LINE_AA)
            x = points[1][0] + HEIGHT // 4
            continue
        glyphs = _glyphs()[character]
        glyph = glyphs[rng.integers(len(glyphs))]
        high = round(HEIGHT * (LOW_HEIGHT if character in LOW else 1) * rng.uniform(0.9, 1.1))
        wide = max(4, round(high * glyph.shape[1] / glyph.shape[0]))
        ink = cv2.resize(glyph, (wide, high), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
        place = paper[base - high : base, x : x + wide]
        place[...] = np.minimum(place, 235 - 175 * np.clip(ink, 0, 1)).astype(np.uint8)
        x += wide + round(HEIGHT * rng.uniform(0.15, 0.35))
    noise = rng.normal(0, 4, paper.shape)
    return np.clip(paper[:, : x + HEIGHT // 2] + noise[:, : x + HEIGHT // 2], 0, 255).astype(np.uint8)


@cache
def _glyphs() -> dict[str, list[NDArray[np.uint8]]]:
    """Held-out glyphs by label, cut to their ink."""
    held: Dataset = load("emnist-characters", "test")
    found: dict[str, list[NDArray[np.uint8]]] = {label: [] for label in held.alphabet}
    for image, label in zip(held.images, held.labels.tolist(), strict=True):
        x, y, w, h = cv2.boundingRect((image >= 64).astype(np.uint8))
        found[held.alphabet[label]].append(image[y : y + h, x : x + w])
    return found


if __name__ == "__main__":
    main()
