"""What every test stands on: a home of its own, no way out to the network, and what it needs from outside.

Two things cannot be in the repository: the datasets and a browser. Tests that need one take the fixture
``data_dir`` or ``chromium`` and are skipped where it is missing. With ``DIGITLENS_STRICT=1``, as CI sets it,
every skip is a failure.
"""

import gc
import ipaddress
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

STRICT = os.environ.get("DIGITLENS_STRICT") == "1"
DATA = os.environ.get("DIGITLENS_DATA")
CHROMIUM = os.environ.get("DIGITLENS_CHROMIUM")
ONE_THREAD: dict[str, str] = {
    f"{library}_NUM{kind}_THREADS": "1"
    for library, kind in (("OMP", ""), ("OPENBLAS", ""), ("TF", "_INTRAOP"), ("TF", "_INTEROP"))
}
"""What keeps a worker from taking the cores of the others."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

with suppress(ImportError):  # the base install is tested without hypothesis
    from hypothesis import settings

    settings.register_profile("digitlens", deadline=None, derandomize=STRICT)
    settings.load_profile("digitlens")


def pytest_configure(config: pytest.Config) -> None:
    """Give the run an empty home, before any test module is imported: Keras reads its settings at import."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each process that a test starts would compile us anew
    if (
        config.getoption("dist", "no") != "no"
    ):  # it only hands tests out: workers start with what it was given
        return
    home = tempfile.mkdtemp(prefix="digitlens-tests-")
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    for name in [*os.environ]:
        if name.startswith(("DIGITLENS_", "KERAS_", "STREAMLIT_", "XDG_")):
            del os.environ[name]
    os.environ.update(HOME=home, USERPROFILE=home, LOCALAPPDATA=home, APPDATA=home)
    if hasattr(config, "workerinput"):
        os.environ.update(ONE_THREAD)
    gc.disable()


def pytest_collection_finish() -> None:
    """Collect garbage from here on, but search nothing of what was imported: a fifth of the time of importing it."""
    gc.enable()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many workers ``-n auto`` starts: one more than there are cores, for tests that wait for a process."""
    return (os.cpu_count() or 1) + 1


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name cases alike in every process: bytes by how many they are, since archives hold the time they were made at."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Where nothing may be skipped, make a skipped test a failed one."""
    return _unskipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """The same for a module that skips itself as it is imported."""
    return _unskipped((yield))


def _unskipped(report: Any) -> Any:
    """The report, failed instead of skipped under ``DIGITLENS_STRICT``; an expected failure stays one."""
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped, and DIGITLENS_STRICT=1 forbids it: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _isolated(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A fresh ``DIGITLENS_HOME``, datasets only for tests marked ``data``, the network for ``network``.

    What stands for the program itself is put back: tests of the app leave its script there, which processes that a
    later test starts would run.
    """
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setenv("DIGITLENS_HOME", str(tmp_path_factory.mktemp("home")))
    if request.node.get_closest_marker("data"):
        monkeypatch.setenv("DIGITLENS_DATA", str(request.getfixturevalue("data_dir")))
    if not request.node.get_closest_marker("network"):
        for method in ("connect", "connect_ex"):
            monkeypatch.setattr(socket.socket, method, _guarded(getattr(socket.socket, method)))
        monkeypatch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _must_be_local(address[0])
        return connect(self, address)

    return guarded


def _guarded_lookup(getaddrinfo: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: str | bytes | None, *args: Any, **kwargs: Any) -> Any:
        if host:
            _must_be_local(host.decode() if isinstance(host, bytes) else host)
        return getaddrinfo(host, *args, **kwargs)

    return guarded


def _must_be_local(host: str) -> None:
    """Fail the test, past every ``except Exception``, where ``host`` is another machine."""
    if host == "localhost":
        return
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        if address.is_loopback or address.is_unspecified:
            return
    pytest.fail(f"This test tried to reach {host}. Tests stay on this machine unless marked `network`.")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of datasets that ``DIGITLENS_DATA`` names."""
    if not DATA:
        pytest.skip("Set DIGITLENS_DATA to the folder that holds the datasets to run this test.")
    folder = Path(DATA).resolve()
    if not folder.is_dir():
        pytest.fail(f"DIGITLENS_DATA names {folder}, which is not a folder.")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The Chromium, or Chrome, that browser tests drive: ``DIGITLENS_CHROMIUM``, or the first on the path."""
    found = CHROMIUM or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip("Install Chromium, or set DIGITLENS_CHROMIUM to its program, to run this test.")
    return Path(found)
