"""What kinds of models there are is written down once: in the table, and nowhere else."""

from __future__ import annotations

import ast

import pytest

from predictor.learn.model_kinds import KINDS
from tests.rules.sources import trees

TABLE = "predictor/learn/model_kinds.py"
NAMES = {name for kind in KINDS.values() for name in (kind.name, kind.model)}


def literals(tree):
    """Give line and text of every name of a kind that is a string; `__all__` names functions."""
    exported = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for part in ast.walk(node)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in exported and node.value in NAMES
    ]


@pytest.mark.parametrize("package", ["predictor", "services", "benchmarks"])
def test_model_kinds__are_named_in_the_table_alone(package):
    found = {path: literals(tree) for path, tree in trees(package).items() if path != TABLE}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_model_kinds__a_name_beside_the_table_is_found():
    code = '__all__ = ["race_outcome"]\nif kind == "ranker":\n    pass\n'
    assert literals(ast.parse(code)) == [(2, "ranker")]


def test_model_kinds__the_table_itself_names_each_kind_once():
    named = [text for _, text in literals(trees("predictor")[TABLE])]
    assert sorted(named) == sorted(NAMES)
