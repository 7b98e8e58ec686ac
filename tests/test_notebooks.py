"""The notebooks in examples/ run from their first cell to the last, and say what they promise."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(name: str) -> tuple[dict[str, Any], list[Any]]:
    """Run the cells of a notebook; its names, and what each cell shows at its end."""
    names: dict[str, Any] = {"__name__": "__main__"}
    shown = []
    for number, cell in enumerate(json.loads((EXAMPLES / name).read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] != "code":
            continue
        *body, last = ast.parse("".join(cell["source"]), f"{name}, cell {number}").body
        ends = isinstance(last, ast.Expr)
        exec(compile(ast.Module([*body] if ends else [*body, last], []), name, "exec"), names)
        value = (
            eval(compile(ast.Expression(last.value), name, "eval"), names)
            if isinstance(last, ast.Expr)
            else None
        )
        if shows := getattr(value, "_repr_html_", None):
            assert shows().startswith("<div>")
        shown.append(value)
    return names, shown


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_are_kept_without_what_they_showed(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells if "outputs" in cell)
    assert cells[0]["source"][0].startswith("# ")


def test_a_page_is_read() -> None:
    names, shown = run("read_a_page.ipynb")
    written = "".join(map(str, names["written"]))
    found = names["reading"].text.replace(" ", "")
    assert sum(a == b for a, b in zip(found, written, strict=False)) >= 6
    assert len(names["rows"]) == len(names["reading"].glyphs)
    assert len(names["field"].text) == 8
    assert shown[-1] is names["field"]


@pytest.mark.slow
def test_a_network_learns_glyphs_of_ones_own() -> None:
    pytest.importorskip("keras")
    names, shown = run("train_on_your_own.ipynb")
    assert names["outcome"].model.is_file()
    assert names["before"].figures.count == 120
    right, count = shown[-1]
    assert right >= 0.9 * count
