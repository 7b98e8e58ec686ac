"""A page with little but the sheet, for the tests: what was drawn, how often it came, and what is read in it."""

import streamlit as st

from digitlens import Reader
from digitlens.errors import DigitLensError
from digitlens.web.canvas import draw_area

state = st.session_state
for name in ("came", "version"):
    state.setdefault(name, 0)


def count(name: str) -> None:
    state[name] += 1


st.button("Run again")
st.button("New sheet", on_click=count, args=("version",))
classified = st.checkbox("Classify it too")
drawing = None
if not st.checkbox("Put the sheet away"):
    try:
        drawing = draw_area("sheet", version=state.version, on_change=lambda: count("came"))
    except DigitLensError as error:
        st.text(f"error: {error}")
if drawing is None:
    st.text("read: nothing")
else:
    reader = Reader()
    st.text(f"read: {reader.read(drawing).text}")
    if classified:
        st.text(f"classified: {reader.classify(drawing).text}")
st.text(f"came: {state.came}")
