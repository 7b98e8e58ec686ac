"""Public names that changed: the old ones are refused in a sentence that tells the new one, which is there."""

from importlib import import_module

import pytest

import digitlens
from digitlens.renamed import RENAMED

NAMES = [(old, new, version) for version, names in RENAMED.items() for old, new in names.items()]


@pytest.mark.parametrize(("old", "new", "version"), NAMES)
def test_an_old_name_tells_the_new_one(old: str, new: str, version: str) -> None:
    module, _, name = old.rpartition(".")
    sentence = f"^{old} is called {new} since version {version}.$"
    with pytest.raises(ImportError, match=sentence):
        exec(f"from {module} import {name}")
    with pytest.raises(ImportError, match=sentence):
        getattr(import_module(module), name)


@pytest.mark.parametrize("new", sorted({new for _, new, _ in NAMES}))
def test_the_new_name_is_there(new: str) -> None:
    module, _, name = new.rpartition(".")
    scope: dict[str, object] = {}
    exec(f"from {module} import {name}", scope)
    assert scope[name] is not None


@pytest.mark.parametrize("module", sorted({"digitlens", *(old.rpartition(".")[0] for old, _, _ in NAMES)}))
def test_a_name_that_never_was_is_no_attribute(module: str) -> None:
    offered = import_module(module)
    assert not hasattr(offered, "never_was")
    with pytest.raises(AttributeError, match=f"module '{module}' has no attribute 'never_was'"):
        _ = offered.never_was


def test_the_reader_is_still_imported_when_it_is_first_asked_for() -> None:
    assert digitlens.Reader.__module__ == "digitlens.reader.reader"
