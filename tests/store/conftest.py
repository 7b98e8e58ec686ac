import pytest

from digitlens.store import Store


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "kept" / "store.db") as store:
        yield store
