"""Content written where a number may stand: figures, sums, dates, money, words, corrections."""

import numpy as np

from digitlens.data.synth.sheets.chance import among, chance, logarithmic, whole_number
from digitlens.data.synth.sheets.config import SheetConfig

__all__ = ["Token", "cell", "digits", "entry", "letter"]

DRAWN_MARKS = ("arrow", "tick", "hook", "brace", "root")

Token = tuple[str, ...]
"""Symbols that stand together, as `writing.shape` knows them; between tokens there are gaps."""


def entry(config: SheetConfig, rng: np.random.Generator) -> list[Token]:
    """Draw one entry of a line: a number, or several tokens that belong to each other."""
    kind = among(rng, config.content.kinds)
    if kind in ("sum", "brackets", "equation"):
        return _sum(kind, config, rng)
    if kind == "spaced":
        return [(figure,) for figure in digits(rng, whole_number(rng, (2, 9)))]
    if kind == "letters":
        letters = tuple(letter(config, rng) for _ in range(whole_number(rng, config.content.letters_apart)))
        return [letters] if chance(rng, 0.5) else [(one,) for one in letters]
    if kind == "label":
        word: Token = ("word" if chance(rng, 0.5) else "print", *([":"] if chance(rng, 0.6) else []))
        return [word, tuple(digits(rng, whole_number(rng, (1, 6))))]
    return [_one(kind, config, rng)]


def cell(kind: str, config: SheetConfig, rng: np.random.Generator) -> Token:
    """Draw what stands in the cell of a table.

    Args:
        kind: a name in ``[content.cells]`` of ``sheets.toml``.
        config: how long numbers are, and which letters there are.
        rng: where chance comes from.

    Returns:
        Its symbols, none in an empty cell.
    """
    if kind == "digit":
        return tuple(digits(rng, 1))
    if kind == "number":
        return tuple(digits(rng, whole_number(rng, (1, 4))))
    if kind == "letter":
        return (letter(config, rng),)
    return {"empty": (), "dash": ("dash",)}.get(kind) or (() if kind == "empty" else _one(kind, config, rng))


def digits(rng: np.random.Generator, count: int) -> list[str]:
    """Draw so many digits; money and years make zeros more common."""
    found = [str(figure) for figure in rng.integers(10, size=count)]
    if count > 1 and rng.random() < 0.12:
        tail = int(rng.integers(1, min(count, 4)))
        found[-tail:] = "0" * tail
    return found


def _one(kind: str, config: SheetConfig, rng: np.random.Generator) -> Token:
    """One token of a kind."""
    if kind == "drawing":
        return (DRAWN_MARKS[int(rng.integers(len(DRAWN_MARKS)))],)
    if kind in ("word", "print", "struck", "overwritten", "scribble"):
        return (kind,)
    if kind == "date":
        return tuple(_date(rng))
    whole = "".join(digits(rng, round(logarithmic(rng, config.content.digits))))
    if kind == "integer":
        return tuple(whole)
    tail = ".,"[int(rng.integers(2))] + "".join(digits(rng, 2))
    return tuple(
        {
            "decimal": f"{whole[:4]}{tail[: int(rng.integers(2, 4))]}",
            "time": f"{rng.integers(24)}:{tail[1:]}",
            "money": _money(whole[:4], "$€£"[int(rng.integers(3))], tail, rng),
            "percent": f"{whole[:3]}{tail[: 2 * int(rng.random() < 0.3)]}%",
            "negative": f"-{whole[:4]}{tail if rng.random() < 0.3 else ''}",
            "fraction": f"{whole[:2]}/{tail[1:]}",
        }.get(kind, whole)
    )


def _money(whole: str, currency: str, cents: str, rng: np.random.Generator) -> str:
    cents = cents if rng.random() < 0.7 else ""
    return currency + whole + cents if rng.random() < 0.6 else whole + cents + currency


def _date(rng: np.random.Generator) -> str:
    day, month, year = int(rng.integers(1, 32)), int(rng.integers(1, 13)), int(rng.integers(1950, 2031))
    between = ("/", "/", ".", "-")[int(rng.integers(4))]
    wide = "02d" if rng.random() < 0.5 else "d"
    parts = [f"{day:{wide}}", f"{month:{wide}}", str(year) if rng.random() < 0.6 else str(year)[2:]]
    return between.join(parts[:: -1 if rng.random() < 0.2 else 1])


def _sum(kind: str, config: SheetConfig, rng: np.random.Generator) -> list[Token]:
    """Operands and operators, tight or spread out."""
    symbols: list[str] = []
    for place in range(1 + whole_number(rng, config.content.operators)):
        if place:
            symbols.append("+-×÷+-×="[int(rng.integers(8))])
        if kind == "brackets" and rng.random() < 0.5:
            inner = [*digits(rng, 1), "+-×÷"[int(rng.integers(4))], *digits(rng, 1)]
            symbols += ["(", *inner, ")"]
            continue
        if kind != "equation" or rng.random() < 0.75:
            symbols += digits(rng, int(rng.choice((1, 1, 2, 2, 3, 4))))
        if kind == "equation" and rng.random() < 0.7:
            symbols.append(letter(config, rng))
    if rng.random() < 0.3:
        symbols.append("=")
        symbols += digits(rng, int(rng.integers(1, 4))) if rng.random() < 0.7 else []
    if chance(rng, config.content.tight_sum):
        return [tuple(symbols)]
    return _spread(symbols)


def _spread(symbols: list[str]) -> list[Token]:
    """Figures together, each operator by itself."""
    tokens: list[Token] = []
    for symbol in symbols:
        if tokens and symbol not in "+-×÷=" and tokens[-1][-1] not in "+-×÷=":
            tokens[-1] = (*tokens[-1], symbol)
        else:
            tokens.append((symbol,))
    return tokens


def letter(config: SheetConfig, rng: np.random.Generator) -> str:
    """Draw a letter that stands alone among figures."""
    if rng.random() < 0.25:
        return "curly x" if rng.random() < 0.6 else "z"
    return config.content.letters[int(rng.integers(len(config.content.letters)))]
