"""Writing the first TOML file of a form, from what its blank seems to have."""

import os
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from digitlens.files import atomic_write
from digitlens.forms.proposing import Proposal, marked, propose_fields
from digitlens.imaging import open_pages, to_grayscale
from digitlens.types import Box, Pixels

__all__ = ["draft_form", "named"]

DRAFT_HEAD = """\
# A form of DigitLens: what is written where. Give the fields names, and say what they hold.
#   kind     "number", "code" (digits that are no number), "date" or "tick"
#   digits   characters at most          range    [least, largest]        decimals  places behind the comma
#   comb     boxes that it is divided into                                format    of a date: "DD.MM.YYYY"
#   pattern  such as "dd-ddd", or a regular expression                    lexicon   ["A1", "B2"]

name = {name}
"""

TAIL = """
# What people check by hand chooses among the likely readings; so do "range", "luhn", "isbn", "iban", "mod11",
# "date" and "distinct".
# [[checks]]
# kind = "sum"
# of = ["field1", "field2"]
# equals = "field3"
"""


def draft_form(blank: Path, target: Path) -> tuple[list[tuple[int, Proposal]], list[Pixels]]:
    """Find the fields of a blank form, and write its TOML file, whole or not at all.

    Args:
        blank: a picture or PDF, each page a page of the form.
        target: the TOML file.

    Returns:
        The fields, each with its page, and a picture of each page with its fields marked, uint8 (H, W, 3).

    Raises:
        ImageError: the blank cannot be opened.
        OSError: the file cannot be written.
    """
    found: list[tuple[int, Proposal]] = []
    pictures: list[Pixels] = []
    with closing(open_pages(blank)) as pages:
        for number, page in enumerate(pages, 1):
            grey, first = to_grayscale(page.pixels), len(found) + 1
            proposals = propose_fields(grey)
            found += [(number, proposal) for proposal in proposals]
            pictures.append(marked(grey, named([proposal.box for proposal in proposals], first)))
    beside = os.path.relpath(blank.resolve(), target.resolve().parent).replace(os.sep, "/")
    parts = [DRAFT_HEAD.format(name=_quoted(target.stem))]
    parts += [_page(beside, number) for number in range(1, len(pictures) + 1)]
    parts += [_field(i, page, proposal) for i, (page, proposal) in enumerate(found, 1)]
    with atomic_write(target) as path:
        path.write_text("\n".join([*parts, TAIL]), encoding="utf-8")
    return found, pictures


def named(boxes: Sequence[Box], first: int = 1) -> Iterable[tuple[str, Box]]:
    """Boxes under the names that a draft gives them."""
    return [(f"field{i}", box) for i, box in enumerate(boxes, first)]


def _page(file: str, number: int) -> str:
    page = f"page = {number}\n" if number > 1 else ""
    return f"[[pages]]\nfile = {_quoted(file)}\n{page}"


def _field(number: int, page: int, proposal: Proposal) -> str:
    lines = ["[[fields]]", f'name = "field{number}"']
    if page > 1:
        lines.append(f"page = {page}")
    lines += [f"box = {proposal.box.to_list()}", f'kind = "{proposal.kind}"']
    if proposal.comb:
        lines.append(f"comb = {proposal.comb}")
    return "\n".join([*lines, ""])


def _quoted(text: str) -> str:
    """A text as TOML has it."""
    escaped = "".join(
        f"\\{c}"
        if c in '"\\'
        else c
        if c.isprintable() and not 0xD800 <= ord(c) < 0xE000
        else f"\\u{ord(c):04x}"
        for c in text
    )
    return f'"{escaped}"'
