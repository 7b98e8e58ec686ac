"""Dependence runs one way only: who may import whom, as the design has it, read from the source with ``ast``.

Imports inside functions count like any other, and so do those for type checkers. What the command line
imports before it knows the command is held apart: it has to start fast.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"

BASE = {"errors", "files", "home", "labels", "renamed", "types", "wording"}
"""What everything may import: they know nothing of the rest, and little of each other."""

BELOW: dict[str, set[str]] = {
    "errors": set(),
    "files": set(),
    "home": set(),
    "labels": set(),
    "renamed": set(),
    "wording": set(),
    "annotate": set(),
    "html": {"wording"},
    "types": {"annotate", "errors", "html", "wording"},  # a reading can show itself
    "imaging": BASE,
    "metrics": set(),
    "model": BASE | {"metrics"},
    "data": BASE,
    "overlay": BASE,
    "reader": {"imaging", "model"},
    "": {"reader"},  # the package itself offers the reader
    "__main__": {"cli"},
    "site": {"model"},
    "store": {"reader"},
    "batch": {"data", "forms"},
    "evaluate": {"data", "reader"},
    "forms": {"reader"},
    "evaluation_report": {"data", "model"},
    "error_report": {"data", "reader"},
    "train": {"imaging", "evaluation_report"},
    "tune": {"data", "reader"},
    "api": {"", "evaluate", "batch", "forms", "html", "overlay", "store"},
    "web": {"evaluate", "batch", "forms", "evaluation_report", "overlay", "store"},
    "cli": {"", "api", "error_report", "overlay", "site", "web", "train", "tune"},
}
"""Each layer and those right below it; it may import these and whatever lies below them."""

OWNERS: dict[str, set[str]] = {
    "PIL": {
        "annotate",
        "cli",
        "data",
        "evaluate",
        "forms",
        "error_report",
        "html",
        "imaging",
        "overlay",
        "reader",
        "store",
        "train",
        "types",
        "web",
    },
    "click": {"cli"},
    "cv2": {"batch", "data", "forms", "imaging", "model", "reader", "train"},
    "fastapi": {"api"},
    "h5py": {"train"},
    "jax": {"train"},
    "keras": {"train"},
    "matplotlib": {"types"},
    "numpy": set(BELOW),
    "onnx": {"train"},
    "onnxruntime": {"model", "train"},
    "openpyxl": {"batch", "forms"},
    "pandas": {"types", "web"},
    "prometheus_client": {"api"},
    "pyarrow": {"batch", "data"},
    "pydantic": {"api"},
    "pypdfium2_raw": {"imaging"},
    "python_multipart": {"api"},
    "ray": {"batch"},
    "requests": {"data"},
    "scipy": {"data"},
    "starlette": {"api"},
    "streamlit": {"web"},
    "tensorflow": {"train"},
    "tqdm": {"data", "train"},
    "uvicorn": {"api"},
}
"""Each package we use and the layers that may import it; a new one has to be entered here."""


@dataclass(frozen=True)
class Import:
    """One import: ``module`` imports ``target``, at once when it is itself imported if ``eager``."""

    module: str
    target: str
    eager: bool
    line: int


def layer(module: str) -> str:
    """``digitlens.data.idx`` -> ``data``; ``digitlens`` itself -> the empty name."""
    return module.partition(".")[2].partition(".")[0]


@cache
def reachable(name: str) -> frozenset[str]:
    """All layers that layer ``name`` may import, itself included."""
    return frozenset({name}).union(*(reachable(below) for below in BELOW[name]))


def modules(source: Path) -> dict[str, ast.Module]:
    """Module name -> syntax tree, for every module of ``source/digitlens``."""
    trees = {}
    for path in sorted(source.glob("digitlens/**/*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        trees[".".join(parts).removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return trees


def imports(trees: dict[str, ast.Module]) -> Iterator[Import]:
    """Every import of every module; relative ones are refused, so that a target is what the source says."""
    for module, tree in trees.items():
        for node, eager in statements(tree):
            for target in targets(node, trees):
                yield Import(module, target, eager, node.lineno)


def statements(node: ast.AST, eager: bool = True) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """The import statements under ``node``, each with whether it runs when the module is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, eager
        elif isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            yield from statements(child, eager=False)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from statements(child, eager and not inside)


def targets(node: ast.Import | ast.ImportFrom, trees: dict[str, ast.Module]) -> Iterator[str]:
    """The modules that a statement imports; ``from package import module`` imports the module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    origin = "." * node.level + (node.module or "")
    inner = [f"{origin}.{alias.name}" for alias in node.names]
    yield from (name if name in trees else origin for name in inner)


def violations(source: Path) -> list[str]:
    """Every broken rule in ``source/digitlens``, one sentence each; empty when the design holds."""
    trees = modules(source)
    found = list(imports(trees))
    return [
        *(f"{layer(name)} is in no layer: enter it in BELOW" for name in trees if layer(name) not in BELOW),
        *(f"{one.module}:{one.line} {reason}" for one in found if (reason := broken(one))),
        *(f"digitlens.cli imports {name} before it knows the command" for name in eager_in_cli(trees, found)),
    ]


def broken(one: Import) -> str | None:
    """Which rule ``one`` breaks, or None."""
    here, package = layer(one.module), one.target.partition(".")[0]
    if not package:
        return f"imports {one.target} relatively"
    if package in sys.stdlib_module_names or here not in BELOW:
        return None
    if package == "digitlens":
        there = layer(one.target)
        return None if there in reachable(here) else f"({here}) imports {one.target} ({there})"
    if package not in OWNERS:
        return f"imports {package}: enter it in OWNERS, and in pyproject.toml"
    return None if here in OWNERS[package] else f"({here}) imports {package}"


def eager_in_cli(trees: dict[str, ast.Module], found: list[Import]) -> set[str]:
    """What importing ``digitlens.cli`` imports of the layers above the base, and of packages but two."""
    reached, waiting = set(), ["digitlens.cli"]
    while waiting:
        module = waiting.pop()
        if module not in reached and module in trees:
            waiting.append(module.rpartition(".")[0])
            waiting.extend(one.target for one in found if one.module == module and one.eager)
        reached.add(module)
    return {
        module
        for module in reached
        if module.partition(".")[0] not in {*sys.stdlib_module_names, "click", "numpy", ""}
        and not (module.startswith("digitlens") and layer(module) in BASE | {"", "cli"})
    }


def test_the_source_holds_the_design() -> None:
    assert violations(SOURCE) == []


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("imaging/ink.py", "from digitlens.model import find", "digitlens.imaging.ink:1 (imaging) imports"),
        ("model/session.py", "def f():\n    import digitlens.data.idx", "digitlens.model.session:2 (model)"),
        ("data/split.py", "from digitlens import imaging", "(data) imports digitlens.imaging (imaging)"),
        ("types/glyphs.py", "from digitlens.files import atomic_write", "(types) imports digitlens.files"),
        ("annotate.py", "from digitlens.types import Glyph", "(annotate) imports digitlens.types (types)"),
        ("errors.py", "from digitlens import Reader", "(errors) imports digitlens ()"),
        ("reader.py", "from digitlens.train.fit import fit", "(reader) imports digitlens.train.fit (train)"),
        (
            "reader.py",
            "class A:\n  def f(self):\n    import keras",
            "digitlens.reader:3 (reader) imports keras",
        ),
        ("evaluate.py", "import tensorflow as tf", "(evaluate) imports tensorflow"),
        ("web/app.py", "from digitlens.train import fit", "(web) imports digitlens.train (train)"),
        ("cli/show.py", "import streamlit.web.cli", "(cli) imports streamlit"),
        ("data/get.py", "try:\n    import pandas\nexcept ImportError: ...", "(data) imports pandas"),
        ("train/fit.py", "from digitlens.cli import main", "(train) imports digitlens.cli (cli)"),
        ("train/fit.py", "from . import nets", "digitlens.train.fit:1 imports . relatively"),
        ("train/fit.py", "import torch", "digitlens.train.fit:1 imports torch: enter it"),
        ("novel/new.py", "", "novel is in no layer"),
        ("cli/__init__.py", "from digitlens.reader import Reader", "digitlens.cli imports digitlens.reader"),
        (
            "cli/__init__.py",
            "import PIL.Image",
            "digitlens.cli imports PIL.Image before it knows the command",
        ),
        ("types.py", "import cv2", "(types) imports cv2"),
        ("cli/__init__.py", "import digitlens.cli.classify", "digitlens.cli imports digitlens.reader before"),
        ("__init__.py", "import digitlens.reader", "digitlens.cli imports digitlens.reader before"),
    ],
)
def test_a_wrong_import_is_found(file: str, text: str, expected: str, tmp_path: Path) -> None:
    tree = tmp_path / "digitlens"
    sound = {
        "__init__.py": "def __getattr__(name):\n    from digitlens.reader import Reader",
        "cli/__init__.py": "import click\ndef main():\n    import digitlens.cli.classify",
        "cli/classify.py": "from digitlens.reader import Reader\nfrom digitlens.train import fit",
        "imaging/__init__.py": "",
        "reader.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import digitlens.imaging",
        "train/__init__.py": "import keras, json\nfrom digitlens import imaging",
    }
    for name, content in sound.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(content)
    assert violations(tmp_path) == []
    (tree / file).parent.mkdir(exist_ok=True)
    (tree / file).write_text(text)
    assert any(expected in line for line in violations(tmp_path)), violations(tmp_path)


MOST_LINES = 250
"""Lines of a module: what is longer has parts with purposes of their own."""


def test_no_module_is_longer_than_can_be_taken_in() -> None:
    ours = (*SOURCE.glob("digitlens/**/*.py"), *SOURCE.glob("digitlens/**/*.js"))
    lines = {path.as_posix(): path.read_text("utf-8").count("\n") for path in ours if path.is_file()}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def constants(tree: ast.Module) -> set[str]:
    """The upper-case names that a module binds, those within a tuple too."""
    bound = [
        name
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in ast.walk(target)
    ]
    names = {name.id for name in bound if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
    return {name for name in names if name == name.upper() and not name.startswith("__")}


def bound_twice(trees: dict[str, ast.Module]) -> dict[str, list[str]]:
    """Each upper-case name that several modules bind, and these: what is the same is bound once and imported."""
    binding: dict[str, list[str]] = {}
    for module, tree in trees.items():
        for name in constants(tree):
            binding.setdefault(name, []).append(module)
    return {name: where for name, where in binding.items() if len(where) > 1}


def test_no_constant_has_two_values_or_two_meanings() -> None:
    assert bound_twice(modules(SOURCE)) == {}


@pytest.mark.parametrize(
    "second", ["A = 1", "A: int = 2", "B, A = 1, 2", "from x import y\nA = y", "(A) = 1"]
)
def test_a_constant_bound_by_two_modules_is_found(second: str) -> None:
    trees = {
        "a": ast.parse("A = 1\n_B = 2"),
        "b": ast.parse(second),
        "c": ast.parse("from a import A\nb = A\nA.c = 1"),
    }
    assert bound_twice(trees) == {"A": ["a", "b"]}


def test_every_public_module_says_what_it_offers() -> None:
    """Each public function and class stands in its module's ``__all__``; Ruff's RUF022 keeps it sorted.

    A module of the command line offers its command alone: click knows the subcommands.
    """
    for module, tree in modules(SOURCE).items():
        public = {
            node.name
            for node in tree.body
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
        }
        if layer(module) == "cli":
            public = {"command"} & public
        assert public <= offered(tree), f"{module}.__all__ lacks {sorted(public - offered(tree))}"


def test_docstrings_name_a_thing_or_say_what_it_does() -> None:
    """PEP 257: a function's docstring begins with a verb, another's with a noun, so that a list of them can be read."""
    begun = [
        f"{module}:{line} {first}"
        for module, tree in modules(SOURCE).items()
        for line, text in docstrings(tree)
        if (first := text.split(maxsplit=1)[0]) in NO_BEGINNING
    ]
    assert begun == []


@pytest.mark.parametrize(
    "source",
    [
        '"""What it is."""',
        'class A:\n    """How it is."""',
        'class A:\n    x: int = 1\n    """Whether it is."""',
        'def f():\n    def g():\n        """What it is."""',
        'X = 1\n"""\nHow it is."""',
        'async def f():\n    """Whether it is."""',
    ],
)
def test_a_docstring_that_begins_with_a_question_is_found(source: str) -> None:
    [(_, text)] = docstrings(ast.parse(source))
    assert text.split()[0] in NO_BEGINNING


NO_BEGINNING = {"What", "Whether", "How"}


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of each docstring: of modules, classes and functions, and those below a name that is bound."""
    for node in ast.walk(tree):
        body: list[ast.stmt] = (
            getattr(node, "body", []) if not isinstance(node, ast.Lambda | ast.IfExp) else []
        )
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for before, here in zip((None, *body), body, strict=False):
            if documented if before is None else isinstance(before, ast.Assign | ast.AnnAssign):
                match here:
                    case ast.Expr(value=ast.Constant(value=str(text))):
                        yield here.lineno, text


MOST_UNEXPLAINED = 2
"""Parameters that the summary of a function can say all about; of more, each is told below ``Args:``."""

TOLD_AT_THE_HEAD = {
    f"digitlens.data.synth.{name}" for name in ("scenes", "shapes", "sheets.layouts", "sheets.scene")
}
"""Modules of many drawings that all take the same: it is told once, in the docstring of the module."""


def test_parameters_of_public_functions_are_explained() -> None:
    """Ruff's D417 holds that a section ``Args:`` leaves none of them out."""
    silent = [
        f"{module}:{line} {name}"
        for module, tree in modules(SOURCE).items()
        if module not in TOLD_AT_THE_HEAD and not any(part.startswith("_") for part in module.split("."))
        for line, name in unexplained(tree)
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('def f(a, b, c):\n    """Add."""', ["f"]),
        ("def f(a, b, c): ...", ["f"]),
        ('async def f(a, /, b, *, c=1):\n    """Add."""', ["f"]),
        ('class A:\n    def f(self, a, b, c):\n        """Add Args: none."""', ["f"]),
        (
            'class A:\n    class B:\n        @classmethod\n        def f(cls, a, b, c):\n            """Add."""',
            ["f"],
        ),
        ('@cache\ndef f(a, b, c):\n    """Add."""', ["f"]),
        ('if True:\n    def f(a, b, c):\n        """Add."""', ["f"]),
        ('def f(a, b, c):\n    """Add.\n\n    Args:\n        a: one.\n    """', []),
        ('class A:\n    def f(self, a, b):\n        """Add."""', []),
        ('def f(a, b, *more, **others):\n    """Add."""', []),
        ('def _f(a, b, c):\n    """Add."""', []),
        ('class _A:\n    def f(self, a, b, c):\n        """Add."""', []),
        ('def f():\n    """Make one."""\n    def g(a, b, c): ...', []),
        ('@click.command(name="f")\ndef f(a, b, c):\n    """Add."""', []),
        ('@group.command("f")\n@option\ndef f(a, b, c):\n    """Add."""', []),
    ],
)
def test_a_function_whose_parameters_nobody_explains_is_found(source: str, names: list[str]) -> None:
    assert [name for _, name in unexplained(ast.parse(source))] == names


def unexplained(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each public function with many parameters by name and no section ``Args:``.

    Commands are left out: click shows their docstrings to people, and the help of each option beside.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            told = (ast.get_docstring(child) or "").splitlines()
            if is_public(child) and len(parameters(child)) > MOST_UNEXPLAINED and "Args:" not in told:
                yield child.lineno, child.name
        elif not isinstance(child, ast.ClassDef) or is_public(child):
            yield from unexplained(child)


def is_public(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """True if a name is for others, and no command of the command line."""
    commands = [each for each in node.decorator_list if isinstance(each, ast.Call)]
    return not node.name.startswith("_") and not any(
        isinstance(each.func, ast.Attribute) and each.func.attr == "command" for each in commands
    )


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """The names of a function's parameters, but for the object or class that it is of."""
    given = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
    return [each.arg for each in given if each.arg not in ("self", "cls")]


def offered(tree: ast.Module) -> set[str]:
    """The names in ``__all__``; empty without one."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()
