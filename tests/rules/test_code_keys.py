"""What a key holds of the code is all that a result can depend on.

Keys hold the modules that a stage reaches by imports and by names in texts, without comments and
places, see `predictor.graph.source_code`. These rules keep that true.
"""

from __future__ import annotations

import ast
import importlib
from functools import cache

from predictor.graph.plan import Stage
from services.settings.product_code import read_product_code
from tests.rules.sources import ROOT, calls, dotted, imports, trees

# Ways to other code that no import and no text names.
DYNAMIC = {"importlib", "pkgutil", "runpy", "imp", "zipimport"}
# They load modules whose names stand in their own text.
LOADERS = {"services/cli/main.py", "services/daemon/worker.py"}
# What tells of code more than it does: where it stands, how it is written, what is said of it.
OF_TEXT = {
    "__doc__", "__file__", "__cached__", "lineno", "tb_lineno", "f_lineno", "co_firstlineno",
    "co_filename", "currentframe", "_getframe", "getsource", "getsourcelines", "getsourcefile",
    "getdoc", "getcomments", "getfile", "format_exc", "format_exception", "print_exc",
}  # fmt: skip
# Numba's caches and its CUDA take functions by their source; no result holds it.
READERS = {
    "predictor/simulator/compiled_from.py",
    "predictor/simulator/cuda/device.py",
}
# An error of a parser says where in a user's file; the names are the same.
PARSERS = {"predictor/formats/json_text.py": {"lineno"}}


@cache
def stages() -> tuple[Stage, ...]:
    """Every stage that the product defines."""
    return tuple(
        # The product's own text, in the names of its module.
        eval(ast.unparse(node), dict(vars(importlib.import_module(module_of(path)))))  # noqa: S307
        for path, tree in (trees("predictor") | trees("services")).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and dotted(node.func) == Stage.__name__
    )


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def reached() -> dict[str, ast.Module]:
    """Path -> syntax tree of every module that a stage reaches."""
    names = read_product_code().reached({name for one in stages() for name in one.begins_in})
    files = trees("predictor") | trees("services")
    return {path: tree for path, tree in files.items() if module_of(path) in names}


def test_code_keys__every_stage_begins_in_modules_of_the_product():
    known = read_product_code().sources.keys()
    assert len(stages()) > 20
    assert {one.name: one.begins_in - known for one in stages() if one.begins_in - known} == {}


def test_code_keys__no_stage_reaches_the_house():
    assert [path for path in reached() if path.startswith("services/")] == []


def test_code_keys__the_library_loads_no_code_but_by_import():
    breaches = [
        f"{path}:{line} imports {name}"
        for path, tree in reached().items()
        for line, name in imports(tree)
        if name.split(".")[0] in DYNAMIC
    ]
    breaches += [
        f"{path}:{line} calls {name}"
        for path, tree in reached().items()
        for line, name in calls(tree)
        if name in {"__import__", "globals", "locals"}
        or (name == "compile" and path not in READERS)
    ]
    assert breaches == []


def test_code_keys__the_house_loads_code_by_name_in_two_places():
    found = {
        path
        for path, tree in trees("services").items()
        for _, name in calls(tree)
        if name.rpartition(".")[2] in {"import_module", "__import__", "run_module", "run_path"}
    }
    assert found == LOADERS


def test_code_keys__no_result_can_hold_how_code_is_written():
    breaches = [
        f"{path}:{node.lineno} {name}"
        for path, tree in reached().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute) and path not in READERS
        for name in [dotted(node).rpartition(".")[2]]
        if name in OF_TEXT - PARSERS.get(path, set())
    ]
    assert breaches == []


def test_code_keys__no_file_of_the_packages_is_overlooked():
    known = {".py", ".json", ".toml"}  # what a key holds
    beside = {".md", ".typed"}  # what nothing reads
    shown = {".css", ".html", ".js", ".svg", ".xz"}  # what pages are made of, and no stage reads
    found = {
        path.suffix
        for package in ("predictor", "services")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert found <= known | beside | shown
