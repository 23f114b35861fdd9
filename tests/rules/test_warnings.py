"""A warning fails the test: of numbers, old names, what nobody closed, a thread that died."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import warnings

import numpy as np
import pytest

from tests.rules.sources import ROOT

PYTEST = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
FILTERS = PYTEST["ini_options"]["filterwarnings"]


@pytest.mark.parametrize(
    "category",
    [
        UserWarning,
        RuntimeWarning,
        DeprecationWarning,
        ResourceWarning,
        pytest.PytestUnraisableExceptionWarning,
        pytest.PytestUnhandledThreadExceptionWarning,
    ],
)
def test_warning__is_an_error_of_the_test(category):
    with pytest.raises(category, match="told"):
        warnings.warn("told", category, stacklevel=1)


def test_warning__of_a_mean_of_nothing_is_an_error():
    with pytest.raises(RuntimeWarning, match="empty slice"):
        np.mean(np.zeros(0))


def test_warning__is_an_error_in_a_process_that_a_test_starts():
    code = "import warnings; warnings.warn('told')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith("UserWarning: told\n")


def test_filters__begin_with_error_and_each_exception_names_message_and_module():
    first, *exceptions = FILTERS
    assert first == "error"
    for one in exceptions:
        action, *names = one.split(":")
        assert action == "ignore"
        assert [bool(name) for name in names] == [True] * 3, one
