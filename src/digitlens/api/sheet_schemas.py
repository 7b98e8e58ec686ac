"""The requests and answers where tables and filled forms are read, typed."""

from typing import Annotated, Literal

from pydantic import Field

from digitlens.api.request_schemas import Chosen, Common, Degrees, Image
from digitlens.api.schemas import Corners, Exact, Failure, Ranked, Share

__all__ = [
    "Cell",
    "FilledSheet",
    "FormField",
    "FormKind",
    "FormOptions",
    "FormRequest",
    "Forms",
    "Sheets",
    "Table",
    "TableOptions",
    "TableRequest",
    "Tables",
]


class TableOptions(Chosen):
    """Options for tables."""

    rotate: Degrees = None
    sums: Annotated[
        Literal["rows", "columns", "both"] | None,
        Field(
            description="rows: the last column holds the sums of the others; columns: the last row does; or both: they "
            "choose among the likely readings"
        ),
    ] = None


class FormOptions(Common):
    """Options for filled sheets of forms."""

    form: Annotated[
        str | None,
        Field(description="a name from GET /v1/forms; null: whichever of them a sheet is"),
    ] = None


class TableRequest(TableOptions):
    """Sheets with tables, as JSON."""

    images: Annotated[list[Image], Field(min_length=1)]


class FormRequest(FormOptions):
    """Filled sheets of forms, as JSON."""

    images: Annotated[list[Image], Field(min_length=1)]


class Cell(Exact):
    """A cell of a table, or a field of a form."""

    text: Annotated[
        str, Field(description="empty where nothing is written; - for a dash; x for a box ticked")
    ]
    confidence: Annotated[Share, Field(description="how surely all of it is right")]
    accepted: Annotated[bool, Field(description="false where a person should look")]
    reason: Annotated[
        str | None,
        Field(
            description="why: unsure, not_a_digit, incomplete, several, missing_page, or a check that does not hold"
        ),
    ]
    box: Corners | None
    top: Annotated[list[Ranked], Field(description="the best readings with their probabilities")]


class Table(Exact):
    """The table of one page."""

    file: str | None
    page: Annotated[int, Field(ge=1)]
    ruled: Annotated[bool, Field(description="false where numbers were put into columns by where they stand")]
    heads: Annotated[int, Field(ge=0, description="of its first rows, those of words; their cells are empty")]
    accepted: bool
    rows: Annotated[
        list[list[Cell | None]],
        Field(description="null where a cell that goes over several covers the place"),
    ]
    joined: Annotated[
        list[list[int]], Field(description="[row, column, rows, columns] of each cell that goes over several")
    ]
    doubts: Annotated[list[str], Field(description="what the sums say")]


class Tables(Exact):
    """The table of each page, in order; some pages may have none that can be made out."""

    readings: list[Table | Failure]


class FilledSheet(Exact):
    """The values of the fields of one sheet."""

    form: Annotated[str, Field(description="which form it is")]
    files: Annotated[
        list[str | None], Field(description="of its pages, in the form's order; null for a missing one")
    ]
    accepted: bool
    agreement: Annotated[Share, Field(description="how much of the form's print was found in its place")]
    fields: dict[str, Cell]
    doubts: Annotated[list[str], Field(description="what the checks say")]


class Sheets(Exact):
    """The sheets in the order of their pages, and the pages that are refused."""

    readings: list[FilledSheet | Failure]


class FormField(Exact):
    """A field of a form."""

    name: str
    kind: Literal["number", "code", "date", "tick"]
    page: Annotated[int, Field(ge=1)]


class FormKind(Exact):
    """A form."""

    name: str
    pages: Annotated[int, Field(ge=1)]
    fields: list[FormField]


class Forms(Exact):
    """The forms whose sheets are read here."""

    forms: list[FormKind]
