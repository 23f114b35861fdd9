"""Modules and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast

import pytest

from tests.rules.sources import ROOT, trees

MODULE_LINES = 400
FUNCTION_LINES = 60
EXCUSE = "# long because"


@pytest.mark.parametrize("package", ["predictor", "services", "tests"])
def test_size__no_module_is_too_long(package):
    sizes = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in trees(package)}
    assert {path: n for path, n in sizes.items() if n > MODULE_LINES} == {}


@pytest.mark.parametrize("package", ["predictor", "services"])
def test_size__a_long_function_says_why(package):
    too_long = []
    for path, tree in trees(package).items():
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            body = lines[node.lineno - 1 : node.end_lineno]
            n_code = len(body) - _docstring_lines(node)
            if n_code > FUNCTION_LINES and not any(EXCUSE in line for line in body):
                too_long.append(f"{path}:{node.lineno} {node.name} has {n_code} lines")
    assert too_long == []


@pytest.mark.parametrize("package", ["predictor", "services"])
def test_size__every_module_says_what_others_may_use(package):
    missing = [
        path
        for path, tree in trees(package).items()
        if not path.endswith(("__init__.py", "__main__.py"))
        and not any(
            isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
            for node in tree.body
        )
    ]
    assert missing == []


def _docstring_lines(node):
    first = node.body[0]
    if ast.get_docstring(node) is None:
        return 0
    return first.end_lineno - first.lineno + 1
