"""The page as Streamlit's AppTest drives it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from app_page import ROOT
from streamlit.testing.v1 import AppTest


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[AppTest]:
    """The page as ``streamlit run app.py`` runs it, started in an empty folder."""
    monkeypatch.setenv("DIGITLENS_MODELS", "")
    monkeypatch.chdir(tmp_path)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    assert not app.exception
    yield app
    assert not app.exception
