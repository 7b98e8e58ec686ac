"""What was read in the app waits to be kept, and is lost by no touch of the page."""

import pytest
import streamlit as st

from digitlens.web import queue


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were kept, in their order; three wait."""
    names: list[str] = []
    monkeypatch.setattr(queue, "keep_doubtful", lambda _picture, _readings, name: names.append(name))
    monkeypatch.setattr(st, "session_state", {})
    for name in "abc":
        queue.later(b"", [], name)
    return names


def test_what_waits_is_kept_in_order_and_once(kept: list[str]) -> None:
    queue.keep_waiting()
    queue.keep_waiting()
    assert kept == ["a", "b", "c"]


def test_a_run_of_the_page_that_begins_while_another_keeps_takes_nothing_from_it(
    kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streamlit begins the next run of a page while the last one, interrupted, is still at work."""
    keep = queue.keep_doubtful

    def interrupted(picture: bytes, readings: list[object], name: str) -> None:
        monkeypatch.setattr(queue, "keep_doubtful", keep)
        queue.keep_waiting()
        keep(picture, [], name)

    monkeypatch.setattr(queue, "keep_doubtful", interrupted)
    queue.keep_waiting()
    assert set(kept) == {"a", "b", "c"}
    before = [*kept]
    queue.keep_waiting()
    assert kept == before


def test_what_could_not_be_reached_waits_for_the_next_run(
    kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = queue.keep_doubtful

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(queue, "keep_doubtful", stopped)
    with pytest.raises(KeyboardInterrupt):
        queue.keep_waiting()
    monkeypatch.setattr(queue, "keep_doubtful", keep)
    queue.keep_waiting()
    assert kept == ["a", "b", "c"]
