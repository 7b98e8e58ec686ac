"""A page with two pictures: one of many digits close together with a place to look at over some, one of nothing."""

import numpy as np
import streamlit as st

from digitlens.html.images import image_uri
from digitlens.web.components import Face, Spot, ViewerContent, view

grain = np.random.default_rng(1).integers(150, 250, (600, 1000), np.uint8)
face = Face(image_uri(grain, 1000), "A picture", tiny=False, wide=1000, high=600)
spots = [
    Spot(
        i,
        4 + 9 * (i % 10),
        10 + 15 * (i // 10),
        5,
        9,
        str(i % 10),
        "doubt" if i in (2, 31) else "sure",
        f"Digit {i + 1}",
    )
    for i in range(46)
]
unread = Spot(46, 10, 8, 30, 14, "1", "against", "Place 1: something was not read")
typed = st.session_state.setdefault("typed", [])


def hear(decisions) -> None:
    st.session_state["typed"] = [(each.number, each.item, each.label) for each in decisions]


chosen = view(ViewerContent("many", face, [*spots, unread], 2, "0123456789"), hear)
st.text(f"chosen: {chosen}; typed: {st.session_state['typed']}")
st.text(f"alone: {view(ViewerContent('alone', face, []))}")
