"""The documentation keeps its word: its examples run, its pages are in the navigation, its links lead somewhere."""

import importlib.util
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import digitlens
from digitlens.data.samples import SAMPLES, draw

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that examples run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def example(name: str) -> Callable[[Sequence[str]], int]:
    """The function ``main`` of a script in ``examples/``."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", ROOT / "examples" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


def test_every_public_name_has_an_example_and_a_place_in_the_reference() -> None:
    page = (DOCS / "api.md").read_text("utf-8")
    code = "\n".join(BLOCK.findall(page))
    for name in digitlens.__all__:
        assert re.search(rf"\b{name}\b", code), f"docs/api.md has no example of {name}"
        assert name == "__version__" or f"::: digitlens.{name}\n" in page, (
            f"docs/api.md lacks ::: digitlens.{name}"
        )


@pytest.mark.parametrize("page", ["api.md", "tutorial.md"])
def test_the_examples_of_a_page_run_one_after_another(
    page: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, object] = {}
    for block in BLOCK.findall((DOCS / page).read_text("utf-8")):
        exec(compile(block, page, "exec"), names)
    assert capsys.readouterr().out.startswith("3")


def test_pictures_are_classified(capsys: pytest.CaptureFixture[str]) -> None:
    assert example("classify_pictures")([]) == 0
    lines = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines.keys() == SAMPLES.keys()
    assert lines["pen"].startswith("3 (")
    assert lines["blank"] == "look at it: blank"
    assert example("classify_pictures")(["no such file"]) == 1


def test_a_page_is_read_and_drawn(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert example("read_page")([]) == 0
    assert capsys.readouterr().out.startswith(("37 ", "3 7 "))
    with Image.open(desk / "drawn.png") as drawn:
        red, green, _ = np.asarray(drawn).astype(int).transpose(2, 0, 1)
    assert (abs(red - green) > 100).any()


def test_a_digit_is_explained(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert example("explain_digit")([]) == 0
    assert capsys.readouterr().out.startswith("read as '7'; '1' has ")
    with Image.open(desk / "why.png") as drawn:
        assert drawn.size == (672, 224)


def test_a_folder_becomes_a_table(desk: Path) -> None:
    for name in ("pen", "blank"):
        (desk / f"{name}.jpg").write_bytes(draw(name))
    (desk / "broken.png").write_bytes(b"nothing")
    assert example("folder_to_csv")([str(desk), "read.csv"]) == 0
    rows = [line.replace('"', "").split(",") for line in (desk / "read.csv").read_text("utf-8").splitlines()]
    assert [row[:2] for row in rows] == [
        ["file", "text"],
        ["blank.jpg", ""],
        ["broken.png", ""],
        ["pen.jpg", "3"],
    ]
    assert "broken.png is not an image" in rows[2][3]


def test_a_lower_error_rate_accepts_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert example("error_budget")([]) == 0
    accepted = [int(count) for count in re.findall(r": (\d+) of", capsys.readouterr().out)]
    assert len(accepted) == 3
    assert accepted == sorted(accepted, reverse=True)
    assert accepted[0] > accepted[-1]


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")[2]
    named = re.findall(r": (\S+\.md)$", navigation, re.MULTILINE)
    assert sorted(named) == sorted(path.name for path in DOCS.glob("*.md"))


@pytest.mark.parametrize("page", sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")]), ids=lambda path: path.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), f"{page.name} links to {target}"
        assert page.parent == ROOT or file.resolve().is_relative_to(DOCS), f"{target} leads out of the site"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            slugs = {
                re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
            }
            assert anchor in slugs, f"{page.name} links to {target}"
