"""A form: its blank pages, its fields and the checks that hold among them, as a TOML file tells.

name = "meter"

[[pages]]
file = "meter.png"            # the blank page, beside this file; of a PDF also page = 2

[[fields]]
name = "reading"
box = [520, 510, 264, 55]     # left, top, width, height in pixels of the blank
kind = "number"               # or code, date, tick
comb = 6                      # boxes it is divided into

[[checks]]
kind = "sum"
of = ["q1", "q2"]
equals = "total"
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from digitlens.errors import FormError
from digitlens.files import printable
from digitlens.forms.parsing import parts_of, text_of
from digitlens.forms.parts import FormCheck, FormField, FormPage

__all__ = ["Form"]


@dataclass(frozen=True)
class Form:
    """A form.

    Attributes:
        name: of the form.
        pages: its blank pages, in order.
        fields: its fields, in the order of the table's columns.
        checks: what must hold among them.
        folder: where the files of the pages are.
    """

    name: str
    pages: tuple[FormPage, ...]
    fields: tuple[FormField, ...]
    checks: tuple[FormCheck, ...] = ()
    folder: Path = Path()

    @classmethod
    def load(cls, path: str | PathLike[str]) -> "Form":
        """Read a form from its TOML file.

        Raises:
            FormError: the file is none, or says something that cannot be; names what.
            OSError: it cannot be read.
        """
        path = Path(path)
        try:
            told = tomllib.loads(path.read_text("utf-8-sig"))
            return cls.of(told, path.parent, path.stem)
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            raise FormError(f"{printable(str(path))} is not TOML in UTF-8: {error}.") from error
        except FormError as error:
            raise FormError(f"{printable(str(path))}: {error}") from error

    @classmethod
    def of(cls, told: Mapping[str, Any], folder: Path = Path(), name: str = "form") -> "Form":
        """A form as its TOML file tells it.

        Args:
            told: the values of the file.
            folder: of the file, which the paths in it start from.
            name: the form's, where ``told`` has none.

        Raises:
            FormError: something is missing, unknown or cannot be.
        """
        if unknown := told.keys() - {"name", "pages", "fields", "checks"}:
            raise FormError(
                f"a form has no {', '.join(sorted(unknown))}: it has name, pages, fields and checks."
            )
        form = cls(
            text_of(told.get("name", name), "the form's name"),
            parts_of(FormPage, told, "page"),
            parts_of(FormField, told, "field"),
            parts_of(FormCheck, told, "check"),
            folder,
        )
        form._check()
        return form

    def _check(self) -> None:
        """Check that its parts go together."""
        if not self.pages or not self.fields:
            raise FormError("it has no [[pages]] or no [[fields]]: a form needs one of each at least.")
        names = Counter(field.name for field in self.fields)
        if twice := [name for name, count in names.items() if count > 1]:
            raise FormError(f"two fields are named {twice[0]}: give each a name of its own.")
        for field in self.fields:
            if field.page > len(self.pages):
                raise FormError(f"field {field.name} is on page {field.page} of {len(self.pages)}.")
        for number, check in enumerate(self.checks, 1):
            wanted = [*check.of, *([check.equals] if check.equals else [])]
            if missing := [name for name in wanted if name not in names]:
                raise FormError(f"check {number} is of {missing[0]}, and there is no such field.")
