"""The rules of a lap for NumPy arrays, from the one source of them that there is.

`physics` and `drawn` choose with conditional expressions, ``max`` and ``min``, which know
single numbers alone; all else in them works element by element already. So their syntax tree is
compiled once more, with ``np.where``, ``np.maximum`` and ``np.minimum`` in their place.
"""

from __future__ import annotations

import ast
import inspect
from types import CodeType, FunctionType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from predictor.simulator import drawn, physics

__all__ = ["rules"]

_ELEMENTWISE = {"_where": np.where, "_max": np.maximum, "_min": np.minimum}


class _OnArrays(ast.NodeTransformer):
    """Turns ``a if c else b`` into ``_where(c, a, b)``, and ``max`` and ``min`` alike."""

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        call = ast.Call(ast.Name("_where", ast.Load()), [node.test, node.body, node.orelse], [])
        return ast.copy_location(call, node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in ("max", "min"):
            node.func = ast.copy_location(ast.Name("_" + node.func.id, ast.Load()), node.func)
        return node


def _compile(source: ModuleType) -> dict[str, FunctionType]:
    tree = ast.fix_missing_locations(_OnArrays().visit(ast.parse(inspect.getsource(source))))
    module = compile(tree, str(source.__file__), "exec")
    names = {**vars(source), **_ELEMENTWISE}
    codes = [part for part in module.co_consts if isinstance(part, CodeType)]
    return {code.co_name: FunctionType(code, names) for code in codes}


rules: Any = SimpleNamespace(**_compile(physics), **_compile(drawn))
"""Every function of `physics` and `drawn`, on int32 and uint32 arrays that broadcast together."""
