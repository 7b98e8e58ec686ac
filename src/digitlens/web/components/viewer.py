"""A picture that can be enlarged and moved, with a place on each glyph that can be chosen, and told by one key."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from digitlens.web.components.base import Decision, component, decisions_in, index_in

__all__ = ["Face", "Spot", "ViewerContent", "view"]


@dataclass(frozen=True, slots=True)
class Face:
    """A picture as it is shown.

    Attributes:
        image: a ``data:`` address.
        alt: what it shows, in words.
        tiny: whether its pixels are to be seen one by one.
        wide, high: of it in pixels, so that its place is kept for it before it is there.
        outline: corners of the sheet in a photograph, in percent of its width and height.
    """

    image: str
    alt: str
    tiny: bool
    wide: int
    high: int
    outline: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a picture that can be chosen.

    Attributes:
        id: counts the places from 0.
        x, y, w, h: its box, in percent of the picture's width and height.
        label: what stands on its tag.
        tone: ``sure``, ``doubt``, ``said`` by a person, ``gone`` as a person has it, or ``against``: nothing was read
            there, and it speaks against the whole.
        told: what a screen reader says of it.
        read: what the Enter key says is right, ``""`` for nothing.
    """

    id: int
    x: float
    y: float
    w: float
    h: float
    label: str
    tone: str
    told: str
    read: str = ""


@dataclass(frozen=True, slots=True)
class ViewerContent:
    """The contents of the viewer.

    Attributes:
        key: tells it from other pictures.
        picture: as it is shown.
        spots: its places.
        first: the one that is chosen to begin with.
        labels: that may be given by a key; none where nothing may.
        before: the number of the last decision that was heard; new ones count on from it.
    """

    key: str
    picture: Face
    spots: Sequence[Spot]
    first: int = 0
    labels: Sequence[str] = ()
    before: int = 0


def view(shown: ViewerContent, decided: Callable[[list[Decision]], None] = lambda _: None) -> int:
    """Show a picture with its places; the one chosen, ``first`` where there are none.

    Args:
        shown: what is shown.
        decided: is told every decision so far, before the page runs again because there is another; the item of each is
            the place's id.
    """
    known = {*shown.labels, *(spot.read for spot in shown.spots)}

    def hear() -> None:
        decided(decisions_in(st.session_state[shown.key].get("decisions"), known))

    data = {**asdict(shown.picture), **asdict(shown)}
    del data["picture"]
    result = component("viewer", parts=("frame",))(
        key=shown.key,
        data=data,
        default={"chosen": shown.first, "decisions": []},
        on_chosen_change=lambda: None,
        on_decisions_change=hear,
    )
    return index_in(result.chosen, len(shown.spots), shown.first)
