"""Where numba's CUDA comes in: scalar functions compiled for a GPU, to the bits of the CPU's.

Import it only from inside a function. With ``NUMBA_ENABLE_CUDASIM=1`` in the environment
numba runs kernels as plain Python, which is how they are tested without a GPU; what is
compiled for the CPU may call these functions then, as `scalar_races` does.
"""

from __future__ import annotations
import __future__

import ast
import inspect
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from numba import config, cuda, extending, int32

__all__ = ["SIMULATED", "cuda", "device", "int32", "unfused", "with_arithmetic"]

SIMULATED = bool(config.ENABLE_CUDASIM)

if not SIMULATED:
    from numba.cuda import dispatcher

    # A forecast of one event is small for a GPU; its user cannot help that.
    dispatcher.config.CUDA_LOW_OCCUPANCY_WARNINGS = 0


def device(function: Callable[..., Any]) -> Any:  # noqa: ANN401 - a compiled function
    """Compile a function for the GPU, to be inlined; numba's simulator runs it as it is."""
    if SIMULATED:
        return extending.register_jitable(error_model="numpy")(function)
    return cuda.jit(device=True, forceinline=True)(function)


def unfused(function: Callable[..., Any]) -> Any:  # noqa: ANN401
    """Compile a function of float32 for the GPU so that it rounds as the CPU does.

    A GPU's compiler turns ``a * b + c`` into one operation, rounded once, and numba has no
    option against that; products of ``__fmul_rn`` are never fused. Roots that round
    correctly have a name of their own too.
    """
    if SIMULATED:
        return device(function)
    from numba.cuda import libdevice  # noqa: PLC0415 - not in the simulator

    return device(with_arithmetic(function, libdevice.fmul_rn, libdevice.fsqrt_rn, abs))


def with_arithmetic(
    function: Callable[..., Any],
    product: Callable[..., Any],
    root: Callable[..., Any],
    size: Callable[..., Any],
) -> Callable[..., Any]:
    """Give a function anew, with other functions for ``a * b``, ``np.sqrt`` and ``np.abs``.

    So there is one source of the arithmetic for both compilers.
    """
    source = "\n" * (function.__code__.co_firstlineno - 1) + inspect.getsource(function)
    tree = ast.fix_missing_locations(_Renamed().visit(ast.parse(source)))
    names = {**function.__globals__, _PRODUCT: product, "_sqrt": root, "_abs": size}
    flags = __future__.annotations.compiler_flag
    module = compile(tree, function.__code__.co_filename, "exec", flags)
    code = next(part for part in module.co_consts if isinstance(part, CodeType))
    return FunctionType(code, names, function.__name__)


_PRODUCT = "_product"


class _Renamed(ast.NodeTransformer):
    """Turns ``a * b`` into ``_product(a, b)``, and ``np.sqrt`` into ``_sqrt``."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Mult):
            return node
        call = ast.Call(ast.Name(_PRODUCT, ast.Load()), [node.left, node.right], [])
        return ast.copy_location(call, node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "np":
            return ast.copy_location(ast.Name("_" + node.attr, ast.Load()), node)
        return node
