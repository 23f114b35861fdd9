"""A kernel in numba's cache is never older than any source that it is compiled from."""

from __future__ import annotations

import inspect
import sys

import pytest

from predictor.simulator import compiled_from
from predictor.simulator.compiled_from import number_of_sources, sources
from services.settings.product_code import read_product_code

KERNEL = "predictor.simulator.cpu.kernel"
CUDA_KERNEL = "predictor.simulator.cuda.kernel"


@pytest.fixture(params=[KERNEL, CUDA_KERNEL], scope="module")
def kernel(request):
    pytest.importorskip(request.param)
    return request.param


def test_sources__are_all_that_the_imports_of_a_kernel_reach(kernel):
    reached = {one for one in read_product_code().reached([kernel]) if one in sys.modules}
    assert set(sources(kernel)) == reached - {"predictor"}


def test_number_of_sources__changes_with_every_one_of_them(kernel, monkeypatch):
    real, edited = inspect.getsource, []
    monkeypatch.setattr(
        compiled_from.inspect,
        "getsource",
        lambda module: real(module) + "\nCHANGED = 1\n" * (module.__name__ in edited),
    )
    numbers = {number_of_sources(kernel, 7)}
    for name in sources(kernel):
        edited[:] = [name]
        numbers.add(number_of_sources(kernel, 7))
    assert len(numbers) == 1 + len(sources(kernel)) > 20


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import predictor.a, predictor.b as c", {"predictor.a", "predictor.b"}),
        ("from predictor import a, b", {"predictor.a", "predictor.b"}),
        ("from predictor.a import b", {"predictor.a", "predictor.a.b"}),
        ("from predictor.a import (\n    b,  # why\n    c,\n)", {"predictor.a", "predictor.a.b",
                                                                  "predictor.a.c"}),
        ("def f():\n    from predictor.a import b", {"predictor.a", "predictor.a.b"}),
        ("import numpy as np\nfrom os import path", set()),
    ],
)  # fmt: skip
def test_imported__reads_every_form_of_an_import(source, names):
    assert names <= compiled_from._imported(source) <= names | {"predictor.a.why"}
