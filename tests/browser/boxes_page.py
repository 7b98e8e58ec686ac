"""A page with two pictures: one with a glyph and a place to look at over it, one with such a place alone."""

import numpy as np
import streamlit as st

from digitlens.html.images import image_uri
from digitlens.web.components import Face, Mark, Spot, boxes

face = Face(image_uri(np.full((100, 200), 200, np.uint8), 200), "A picture", tiny=False)
spots = [
    Spot(10, 20, 20, 50, "4", "sure", "Digit 1 of 2: 4"),
    Spot(40, 20, 20, 50, "+", "doubt", "Sign 2 of 2: +"),
]
st.text(f"chosen: {boxes('both', face, spots, 0, [Mark(35, 10, 40, 70, '1'), Mark(90, 0, 10, 100, '2')])}")
st.text(f"alone: {boxes('alone', face, [], 0, [Mark(50, 50, 25, 25, '1')])}")
