"""The files around the code: nothing is there that must not be, and nothing contradicts the rest."""

import hashlib
import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import digitlens

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {
    "api": {"api", "pdf"},
    "app": {"app", "pdf"},
    "docs": {"docs"},
    "train": {"app", "pdf", "train"},
    "dev": {"api", "app", "heic", "pdf", "train", "dev"},
}
MEGABYTE = 1_000_000
REGISTRIES = [
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("anaconda", "org"),
]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """Every file that is, or would be, in the repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("This is not a git checkout, so nothing tells which files belong to the repository.")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in names.split("\0") if (path := ROOT / name).is_file()]


def lock_file(name: str) -> Path:
    """The lock file of that name: ``requirements/NAME.txt``."""
    return ROOT / "requirements" / f"{name}.txt"


def locked(name: str) -> dict[str, list[Requirement]]:
    """What a lock file pins, by canonical name; a package is pinned once for each marker."""
    pins: dict[str, list[Requirement]] = {}
    lines = lock_file(name).read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line[0] not in "# ":
            pin = Requirement(line.removesuffix("\\"))
            pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


def test_no_file_is_large(files: list[Path]) -> None:
    assert [path.name for path in files if path.stat().st_size > 4 * MEGABYTE] == []


def test_no_file_names_a_package_registry(files: list[Path]) -> None:
    hosts = re.compile(b"|".join(re.escape(".".join(host).encode()) for host in REGISTRIES))
    assert [path.name for path in files if hosts.search(path.read_bytes())] == []


@pytest.mark.data
def test_no_file_comes_from_a_dataset(files: list[Path], data_dir: Path) -> None:
    ours = {path.stat().st_size: path for path in files}
    suspects = [path for path in data_dir.rglob("*") if path.is_file() and path.stat().st_size in ours]
    digests = {hashlib.sha256(path.read_bytes()).digest() for path in suspects}
    assert [path.name for path in files if hashlib.sha256(path.read_bytes()).digest() in digests] == []


def test_versions_agree() -> None:
    newest = re.search(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert newest[1] in ("Unreleased", PROJECT["version"])
    assert digitlens.__version__ == PROJECT["version"]
    assert f"\nversion: {PROJECT['version']}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("environment", "addresses"),
    [
        ({}, []),
        (
            {"GITHUB_SERVER_URL": "https://example.com", "GITHUB_REPOSITORY": "a/b"},
            ["https://example.com/a/b", "https://example.com/a/b/issues"],
        ),
    ],
)
def test_a_build_names_the_repository_that_builds_it(
    environment: dict[str, str], addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    urls = ProjectMetadata(str(ROOT), PluginManager()).core.urls
    assert [urls[name] for name in ("Homepage", "Issues") if name in urls] == addresses


@pytest.mark.parametrize(("name", "extras"), LOCKS.items())
def test_a_lock_file_pins_what_the_project_requires(name: str, extras: set[str]) -> None:
    required = [*PROJECT["dependencies"]]
    required += [line for extra in extras for line in PROJECT["optional-dependencies"][extra]]
    pins = locked(name)
    for requirement in map(Requirement, required):
        if requirement.name == PROJECT["name"]:
            continue
        versions = [next(iter(pin.specifier)).version for pin in pins[canonicalize_name(requirement.name)]]
        assert all(requirement.specifier.contains(version) for version in versions), (
            f"{requirement}: make lock"
        )


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_is_exact_and_hashed(name: str) -> None:
    for pin in chain.from_iterable(locked(name).values()):
        assert [one.operator for one in pin.specifier] == ["=="], pin
        assert pin.url is None
    text = lock_file(name).read_text(encoding="utf-8")
    unhashed = re.findall(r"^[^\s#].*(?<!\\)$", text, re.MULTILINE)
    assert unhashed == []


def test_each_lock_file_is_known_and_the_usual_name_leads_to_one() -> None:
    assert {path.stem for path in (ROOT / "requirements").glob("*")} == LOCKS.keys()
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-r requirements/train.txt"]


def test_lock_files_agree() -> None:
    everything = locked("dev")
    for name in LOCKS.keys() - {"dev"}:
        different = {
            package: pins
            for package, pins in locked(name).items()
            if {pin.specifier for pin in pins} != {pin.specifier for pin in everything.get(package, pins)}
        }
        assert different == {}, name


@pytest.mark.parametrize("name", ["api", "app", "docs"])
def test_what_serves_and_documents_needs_no_tensorflow(name: str) -> None:
    heavy = {"keras", "onnx", "tensorflow", "tensorflow-cpu"}
    assert heavy.isdisjoint(locked(name))
