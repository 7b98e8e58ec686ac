"""The image's recipe, as far as it can be held to something without building it."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """Instructions and their arguments, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(each.partition(" ")[0], each.partition(" ")[2]) for each in lines if each]


def test_whatever_is_copied_is_there_and_not_ignored(steps):
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        name
        for instruction, said in steps
        if instruction == "COPY" and not said.startswith("--from")
        for name in said.split()[:-1]
    }
    assert copied == let_in
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_it_installs_what_is_locked_and_then_only_this_package(steps):
    runs = " && ".join(said for instruction, said in steps if instruction == "RUN")
    first, second = re.findall(r"pip install ([^&]*)", runs)
    assert "--require-hashes --requirement /build/requirements/api.txt" in first
    assert "--no-deps --no-build-isolation /build" in second
    assert "hatchling==" in (ROOT / "requirements" / "api.txt").read_text()  # what builds it is locked too


def test_it_runs_without_rights_serves_by_default_and_tells_of_its_health(steps):
    last = dict(steps)
    assert last["USER"] == "10001"
    assert (json.loads(last["ENTRYPOINT"]), json.loads(last["CMD"])) == (["digitlens"], ["serve"])
    assert last["FROM"].endswith("-slim")
    options, _, command = last["HEALTHCHECK"].partition("CMD ")
    assert "--timeout" in options
    compile(json.loads(command)[2], "HEALTHCHECK", "exec")
    settings = dict(each.split("=", 1) for each in last["ENV"].split())
    assert settings["DIGITLENS_API_HOST"] == "0.0.0.0"
    assert settings["DIGITLENS_API_PORT"] == last["EXPOSE"] == "8000"
