"""The tray: rows come back as they went in, the doubtful first for the page, in order for the downloads."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from digitlens.batch import PageRow, rows_of
from digitlens.errors import UnreadableImage
from digitlens.types import Reading
from digitlens.web.tray import Tray

ROW = PageRow("a.png", 1, "3", 0.9, True, None, None, "robust@0")


def test_the_unread_come_first_then_the_unsure_then_the_least_sure() -> None:
    rows = [
        replace(ROW, file="sure"),
        replace(ROW, file="less sure", confidence=0.7),
        replace(ROW, file="unsure", confidence=0.95, accepted=False, reason="unsure"),
        replace(ROW, file="blank", confidence=None, accepted=False, reason="blank", text=""),
        *rows_of(Reading("broken", "robust@0", error=UnreadableImage("no picture"))),
    ]
    tray = Tray()
    tray.add("page", rows)
    assert [row.file for row in tray.doubtful_first(9)] == ["broken", "blank", "unsure", "less sure", "sure"]
    assert [row.file for row in tray.doubtful_first(2, 2)] == ["unsure", "less sure"]
    assert list(tray.rows("page")) == rows


@given(
    st.lists(
        st.builds(
            PageRow,
            file=st.text(),
            page=st.integers(1, 99),
            text=st.none() | st.text(),
            confidence=st.none() | st.floats(0, 1),
            accepted=st.booleans(),
            reason=st.sampled_from([None, "blank", "unsure"]),
            error=st.none() | st.text(),
            model=st.just("robust@0"),
        ),
        max_size=12,
    )
)
def test_rows_come_back_as_they_went_in(rows: list[PageRow]) -> None:
    tray = Tray()
    tray.add("page", rows)
    assert list(tray.rows("page")) == rows
    assert tray.count() == len(rows)
    assert list(tray.rows("glyph")) == []


def test_more_rows_than_are_in_memory_at_a_time_come_in_order() -> None:
    tray = Tray()
    rows = [replace(ROW, page=page) for page in range(1, 1202)]
    tray.add("page", rows)
    assert list(tray.rows("page")) == rows
