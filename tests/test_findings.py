"""The findings cannot run here, where nothing is downloaded; that each keeps to its form can be checked."""

import importlib
import re
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

FINDINGS = Path(__file__).parents[1] / "findings"
SCRIPTS = sorted(path for path in FINDINGS.glob("*.sh") if path.name != "setup.sh")
PARTS = ("Seen with", "Expected", "Happens", "Why", "Hits", "Here")


def test_the_table_names_every_finding() -> None:
    named = re.findall(
        r"^\| \[(\w+)\]\((\w+)\.sh\)", (FINDINGS / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert [name for name, _ in named] == [path.stem for path in SCRIPTS]
    assert all(name == file for name, file in named)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_finding_keeps_to_its_form(script: Path) -> None:
    text = script.read_text("utf-8")
    head = text.split("\nsource ")[0]
    assert text.startswith("#!/usr/bin/env bash\n# ")
    assert re.findall(r"^# ([A-Z]\w+(?: with)?) {2,}\S", head, re.MULTILINE) == list(PARTS)
    assert 'source "$(dirname "$0")/setup.sh"' in text
    installs = re.findall(r"^ *(?:python|node)_with ((?:[^\n]|\\\n)+?) <<'", text, re.MULTILINE)
    packages = [package.strip('"') for line in installs for package in line.replace("\\\n", " ").split()]
    loops = re.findall(r"^for (\w+) in (.+); do$", text, re.MULTILINE)  # each package with its versions
    for name, values in loops:
        packages = [package.replace(f"${name}", value) for package in packages for value in values.split()]
    assert packages
    assert all(re.fullmatch(r"(@?[\w./-]+)(==|@)\d[\w.]*", package) for package in packages), packages
    assert "digitlens" not in "".join(re.findall(r"^(?:import|from) .*$", text, re.MULTILINE))
    assert "check(" in text or "process.exit(1)" in text
    for module in re.findall(r"(?:imaging|data|benchmarks|model|docs)/[\w/]+\.(?:py|md)", head):
        assert any((FINDINGS.parent / base / module).is_file() for base in ("", "src/digitlens")), module


@pytest.mark.parametrize("now", [1, 2])
def test_a_finding_fails_where_the_behaviour_has_changed(now: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(FINDINGS)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    check = importlib.import_module("seen").check
    with nullcontext() if now == 1 else pytest.raises(SystemExit, match="CHANGED: 1 was seen"):
        check("one", now, 1)
