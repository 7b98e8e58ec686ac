"""Starting the page: its settings, what it never imports, and what it says when it cannot start."""

import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from digitlens.cli.app import command
from digitlens.errors import DigitLensError
from digitlens.imaging import MAX_BYTES
from digitlens.web import serve

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "src" / "digitlens" / "web" / ".streamlit" / "config.toml"


def test_the_checkout_and_the_package_have_the_same_settings() -> None:
    assert (ROOT / ".streamlit" / "config.toml").read_bytes() == SETTINGS.read_bytes()


def test_the_settings_keep_to_this_machine() -> None:
    settings = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    assert settings["browser"] == {"gatherUsageStats": False}
    assert settings["server"]["address"] == "localhost"
    assert settings["server"]["maxUploadSize"] == MAX_BYTES >> 20
    assert settings["client"]["showErrorDetails"] == "none"


def test_app_py_needs_no_installed_package_and_imports_neither_keras_nor_tensorflow(tmp_path: Path) -> None:
    code = """
import sys
sys.path[:] = [folder for folder in sys.path if folder != sys.argv[2]]
from streamlit.testing.v1 import AppTest
page = AppTest.from_file(sys.argv[1], default_timeout=120).run()
page.button(key="sample-pen").click().run()
assert not page.exception
assert any("This is a 3." in element.proto.body for element in page.get("html"))
print(sorted({"keras", "tensorflow", "jax", "onnx"} & set(sys.modules)))
"""
    run = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "app.py"), str(ROOT / "src")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert run.stdout == "[]\n", run.stderr


def test_a_port_that_is_taken_is_told_in_a_sentence() -> None:
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DigitLensError, match=rf"cannot listen at localhost, port {port}.*another --port"):
            serve.serve("localhost", port, browser=False)


def test_the_next_free_port_is_taken_and_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[list[str]] = []
    monkeypatch.setattr(serve.cli, "main", lambda args, standalone_mode: told.append(args))
    caplog.set_level("INFO", "digitlens")
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(serve, "PORTS", range(port, min(port + 50, 65536)))
        serve.serve("localhost", None, browser=False)
    (chosen,) = (int(given.partition("=")[2]) for given in told[0] if given.startswith("--server.port="))
    assert port < chosen < port + 50
    assert f"http://localhost:{chosen}" in caplog.text


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], ["--server.address=localhost", "--server.headless=false"]),
        (["--no-browser"], ["--server.address=localhost", "--server.headless=true"]),
        (["--host", "0.0.0.0"], ["--server.address=0.0.0.0", "--server.headless=false"]),
    ],
)
def test_the_command_tells_streamlit_what_was_asked(
    arguments: list[str], options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[list[str]] = []
    monkeypatch.setattr(serve.cli, "main", lambda args, standalone_mode: told.append(args))
    assert CliRunner().invoke(command, arguments).exit_code == 0
    ((run, page, *given),) = told
    assert (run, Path(page).is_file()) == ("run", True)
    assert set(options) < set(given)
    assert "--logger.hideWelcomeMessage=true" in given  # it would ask the network for this machine's address


def test_help_has_an_example_and_a_wrong_port_is_wrong_usage() -> None:
    assert "digitlens app --port 9000" in CliRunner().invoke(command, ["--help"]).output
    assert CliRunner().invoke(command, ["--port", "70000"]).exit_code == 2
