"""Names of folders for labels, that no disk takes for another's: digits and capitals as they are, others told."""

import re
import sys
from string import ascii_lowercase, ascii_uppercase, digits

__all__ = ["folder_of", "label_of"]

_AS_THEY_ARE = {*digits, *ascii_uppercase}
_LOWER = "lower_"  # many disks take A and a for the same name
_CODE = re.compile(r"U\+([0-9A-F]{4,6})")


def folder_of(label: str) -> str:
    """The name of the folder for a label, one character.

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
