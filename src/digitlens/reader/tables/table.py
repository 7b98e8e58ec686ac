"""A table that was read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from digitlens.reader.tables.cell import Cell

__all__ = ["Row", "Table", "cell_name"]

Row = tuple[Cell | None, ...]
"""The cells of a row or of a column; None where a cell that goes over several covers the place."""


@dataclass(frozen=True)
class Table:
    """A table that was read.

    Attributes:
        rows: its cells, every row as long as the others; None where a cell that goes over several rows or columns
            covers the place.
        ruled: whether it has rules.
        heads: how many of its first rows hold words: their cells are empty, and need no look.
        joined: the cells that go over several places, by row and column from 0: over how many rows and columns.
        doubts: what the sums say, a sentence each.
    """

    rows: tuple[Row, ...]
    ruled: bool
    heads: int = 0
    joined: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    @property
    def columns(self) -> tuple[Row, ...]:
        """Its cells, column by column."""
        return tuple(zip(*self.rows, strict=True))

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        """Its cells, row by row, each behind its row and column, from 0."""
        for i, row in enumerate(self.rows):
            for j, cell in enumerate(row):
                if cell is not None:
                    yield i, j, cell

    @property
    def doubtful(self) -> list[tuple[int, int, Cell]]:
        """The cells at which a person should look, the least sure first, as `cells` gives them."""
        return sorted((one for one in self.cells() if not one[2].accepted), key=lambda one: one[2].confidence)

    @property
    def accepted(self) -> bool:
        """True where there are cells, and all of them are accepted."""
        cells = [cell for _, _, cell in self.cells()]
        return bool(cells) and all(cell.accepted for cell in cells)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ruled": self.ruled,
            "heads": self.heads,
            "accepted": self.accepted,
            "rows": [[None if cell is None else cell.to_dict() for cell in row] for row in self.rows],
            "joined": [[*at, *over] for at, over in self.joined.items()],
            "doubts": [*self.doubts],
        }


def cell_name(row: int, column: int) -> str:
    """A cell as spreadsheets name it: row 0, column 2 is C1."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
