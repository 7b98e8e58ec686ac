"""The safety net itself: a skip fails where it must, and no test reaches another machine."""

import gc
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

MODULES = {
    "test_skips.py": """
import pytest

def test_call(): pytest.skip("no reason")

@pytest.mark.skip
def test_mark(): pass

def test_fixture(data_dir): pass

@pytest.mark.xfail
def test_expected_failure(): assert 0
""",
    "test_missing.py": "import pytest\npytest.importorskip('no_such_module')\n",
}
ELSEWHERE = "192.0.2.1"  # reserved for documentation by RFC 5737: nobody's address


def closing_line(tests: Path, **environment: str) -> str:
    """How pytest's run of ``MODULES`` under our conftest ends, with no DIGITLENS_ setting but those given."""
    shutil.copy(Path(__file__).with_name("conftest.py"), tests)
    for name, text in MODULES.items():
        (tests / name).write_text(text)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DIGITLENS_")}
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--continue-on-collection-errors",
            "--rootdir",
            str(tests),
            str(tests),
        ],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout.splitlines()[-1]


def test_garbage_is_collected_but_not_searched_for_in_what_was_imported() -> None:
    assert gc.isenabled()
    assert gc.get_freeze_count() > 10_000


def test_a_skip_passes_on_a_users_machine(tmp_path: Path) -> None:
    assert " 4 skipped, 1 xfailed in" in closing_line(tmp_path)


def test_a_skip_fails_in_ci(tmp_path: Path) -> None:
    assert " 1 failed, 1 xfailed, 3 errors in" in closing_line(tmp_path, DIGITLENS_STRICT="1")


@pytest.mark.parametrize("host", [ELSEWHERE, "digits.example"])
def test_another_machine_is_out_of_reach(host: str) -> None:
    with pytest.raises(pytest.fail.Exception, match=f"tried to reach {host}"):
        socket.create_connection((host, 80), timeout=5)
    with pytest.raises(pytest.fail.Exception), socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        datagrams.connect((ELSEWHERE, 53))


def test_this_machine_is_within_reach() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1])) as client,
        server.accept()[0] as peer,
    ):
        client.sendall(b"7")
        assert peer.recv(1) == b"7"


def test_homes_are_temporary_and_settings_are_gone() -> None:
    assert Path.home().name.startswith("digitlens-tests-")
    assert Path(os.environ["DIGITLENS_HOME"]).is_dir()
    assert [name for name in os.environ if name.startswith("DIGITLENS_")] == ["DIGITLENS_HOME"]
