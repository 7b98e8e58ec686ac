"""The base install reads a picture: with what pyproject.toml names as dependencies, and nothing else.

The development environment has every extra, so the base install is made from it: a fresh interpreter in
which Python's own finder no longer sees any package but the base dependencies and what these require, by
their installed metadata. An import of anything else fails, and an optional one is not found, exactly as
where it was never installed; a second, real environment would cost a download and half a minute to say
the same. (CI does run this very file in a real base install too.)
"""

import json
import subprocess
import sys
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PIL import Image, ImageDraw

GATE = """
import json, sys
from importlib.machinery import PathFinder

class Gate(PathFinder):
    seen = frozenset(json.loads(sys.argv.pop(1))) | sys.stdlib_module_names

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return super().find_spec(name, path, target) if name.partition(".")[0] in cls.seen else None

sys.meta_path[sys.meta_path.index(PathFinder)] = Gate
exec(sys.argv.pop(1))
"""


def base_distributions(name: str = "digitlens") -> set[str]:
    """The distribution ``name`` and all that it requires here without any extra, by canonical name."""
    found: set[str] = {canonicalize_name(name)}
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            found |= base_distributions(requirement.name)
    return found


@cache
def base_modules() -> str:
    """The top-level modules of the base install, as JSON."""
    base = base_distributions()
    owners = packages_distributions().items()
    modules = {module for module, names in owners if base.intersection(map(canonicalize_name, names))}
    return json.dumps(sorted(modules | {"digitlens"}))


def in_base_install(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in an interpreter that sees the base install alone."""
    command = [sys.executable, "-c", GATE, base_modules(), code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A one in dark ink on a white page."""
    page = Image.new("L", (120, 160), 255)
    ImageDraw.Draw(page).line([(62, 30), (58, 130)], fill=20, width=10)
    page.save(tmp_path / "one.png")
    return tmp_path / "one.png"


def test_the_gate_hides_every_extra_and_nothing_of_the_base() -> None:
    code = """
from importlib.util import find_spec
import json
names = ["click", "cv2", "numpy", "onnxruntime", "PIL", "keras", "onnx", "pandas",
         "pillow_heif", "pypdfium2", "pytest", "requests", "streamlit", "tensorflow", "tqdm"]
print(json.dumps([name for name in names if find_spec(name)]))
try:
    import pytest
except ModuleNotFoundError as error:
    print(error)
"""
    run = in_base_install(code)
    assert run.stderr == ""
    found, message = run.stdout.splitlines()
    assert json.loads(found) == ["click", "cv2", "numpy", "onnxruntime", "PIL"]
    assert message == "No module named 'pytest'"


def test_python_reads_a_picture(picture: Path) -> None:
    code = """
import sys
from digitlens import Reader
reading = Reader().classify(sys.argv[1])
print(reading.text, reading.accepted, reading.error)
"""
    run = in_base_install(code, str(picture))
    assert run.stderr == ""
    assert run.stdout.split() == ["1", "True", "None"]


def test_the_command_line_reads_a_picture(picture: Path) -> None:
    run = in_base_install("from digitlens.cli import main; main()", "classify", "--json", str(picture))
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    assert (answer["file"], answer["text"]) == (str(picture), "1")


@pytest.mark.parametrize(
    ("command", "extra"),
    [(["train", "--dataset", "mnist"], "train"), (["app"], "app"), (["batch", ".", "out.xlsx"], "batch")],
    ids=["train", "app", "batch"],
)
def test_a_command_of_an_extra_says_what_to_install(command: list[str], extra: str) -> None:
    run = in_base_install("from digitlens.cli import main; main()", *command)
    assert run.returncode == 1
    assert f"digitlens[{extra}]" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(("start", "extra"), [(b"%PDF-1.7", "pdf"), (b"\0\0\0\x18ftypheic", "heic")])
def test_a_file_of_an_extra_says_what_to_install(start: bytes, extra: str, tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(start)
    code = "from digitlens.cli import main; main()"
    run = in_base_install(code, "classify", "--json", str(tmp_path / "page"))
    assert run.returncode == 1
    assert f"digitlens[{extra}]" in json.loads(run.stdout)["error"]["message"]
