"""A sheet with its table beside it, whose cells are looked at and typed."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from digitlens.web.components.base import Decision, component, edits_in
from digitlens.web.components.viewer import Face

__all__ = ["CellSpot", "TableView", "table_view"]


@dataclass(frozen=True, slots=True)
class CellSpot:
    """A cell of the table.

    Attributes:
        row, column: from 0.
        x, y, w, h: its box on the sheet, in percent of its width and height; all 0 where it has none.
        text: what it says.
        tone: ``sure``, ``doubt``, or ``said`` by a person.
        told: which it is, and how sure, in a sentence.
        others: what else it may say, the likeliest first.
    """

    row: int
    column: int
    x: float
    y: float
    w: float
    h: float
    text: str
    tone: str
    told: str
    others: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TableView:
    """A sheet and its table.

    Attributes:
        key: tells it from others.
        picture: of the sheet.
        cells: row by row.
        rows: how many there are.
        heads: what each column is called.
        before: the number of the last decision that was heard; new ones count on from it.
        undoable: whether anything was typed.
    """

    key: str
    picture: Face
    cells: Sequence[CellSpot]
    rows: int
    heads: Sequence[str]
    before: int
    undoable: bool


def table_view(shown: TableView, decided: Callable[[list[Decision]], None]) -> None:
    """Show a sheet and its table; ``decided`` is told every text typed so far, whose item is the cell's index."""

    def hear() -> None:
        decided(edits_in(st.session_state[shown.key].get("decisions"), len(shown.cells)))

    data = {**asdict(shown.picture), **asdict(shown)}
    del data["picture"]
    component("table", parts=("frame",))(
        key=shown.key, data=data, default={"decisions": []}, on_decisions_change=hear
    )
