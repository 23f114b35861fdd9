"""Fixtures and settings that every test may use."""

import signal
from pathlib import Path

import pytest
from hypothesis import settings

# Machines are shared and compile kernels on first use: a deadline would only flake.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

# A shell that runs the tests in the background has Ctrl+C ignored, and every process started from
# them would inherit that: those that are sent one would go on for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Importing and compiling the sampler takes a minute: all of these go to one process.
_SAMPLER = (
    "tests/bayes/test_diagnostics.py::",
    "tests/bayes/test_fit.py::",
    "tests/bayes/test_model.py::",
    "tests/daemon/test_sampled.py::",
    "tests/backtesting/test_backtest_sampled.py::",
    "tests/graph/test_sampled_part.py::",
)
_REFERENCE = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def _processes_that_tests_start():
    """Have a warning be an error in them, too, and what one has compiled be there for the next."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONWARNINGS", "error")
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


@pytest.fixture(scope="session")
def reference_data():
    """The folder of real data beside the repository; skips where it is absent."""
    if not (_REFERENCE / "README.md").is_file():
        pytest.skip(f"no reference data at {_REFERENCE}")
    return _REFERENCE


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give every test file to one process, and those that compile the sampler to the same.

    Of xdist's own ways, ``--dist loadgroup`` would do, but marks do not reach xdist 3.8 under
    pytest 9.2, which does not read the ids that it writes.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - there only with -n

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return "sampler" if nodeid.startswith(_SAMPLER) else nodeid.split("::", 1)[0]

    return ByFile(config, log)
