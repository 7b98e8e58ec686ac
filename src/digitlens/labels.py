"""The names of labels: in a sentence, and as folders, whose names no disk takes for another's."""

import re
import sys
from collections.abc import Collection
from string import ascii_lowercase, ascii_uppercase, digits

__all__ = ["folder_of", "label_of", "named", "noun"]

_AS_THEY_ARE = {*digits, *ascii_uppercase}
_LOWER = "lower_"  # many disks take A and a for the same name
_CODE = re.compile(r"U\+([0-9A-F]{4,6})")


def noun(labels: Collection[str]) -> str:
    """Name the labels of an alphabet: ``digit``, ``letter`` or, where there are both, ``character``."""
    if all(label.isdecimal() for label in labels):
        return "digit"
    return "letter" if all(label.isalpha() for label in labels) else "character"


def named(label: str, labels: Collection[str]) -> str:
    """A label of an alphabet in a sentence; ``""``, for what is none of them, is ``no digit`` or whatever they are.

    >>> named("7", "0123456789"), named("", "0123456789"), named("", "0123456789ABCDEF")
    ('7', 'no digit', 'no character')
    """
    return label or f"no {noun(labels)}"


def folder_of(label: str) -> str:
    """The name of the folder for a label, one character: digits and capitals are themselves, others are told.

    >>> [folder_of(label) for label in "7Aa-"]
    ['7', 'A', 'lower_a', 'U+002D']
    """
    if label in _AS_THEY_ARE:
        return label
    return f"{_LOWER}{label}" if label in ascii_lowercase else f"U+{ord(label):04X}"


def label_of(folder: str) -> str | None:
    """The label that a folder is named for; None where its name is none of `folder_of`'s."""
    code = _CODE.fullmatch(folder)
    number = int(code[1], 16) if code else sys.maxunicode + 1
    label = chr(number) if number <= sys.maxunicode else folder.removeprefix(_LOWER)
    return label if len(label) == 1 and folder_of(label) == folder else None
