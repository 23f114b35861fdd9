"""The library computes: it opens nothing, asks no clock, keeps no global random state."""

from __future__ import annotations

from tests.rules.sources import calls, imports, trees

IMPORTS = {
    "asyncio", "http", "logging", "multiprocessing", "os", "pathlib", "pickle", "random",
    "secrets", "shutil", "signal", "socket", "sqlite3", "subprocess", "tempfile", "threading",
    "time", "urllib", "uuid",
}  # fmt: skip
CALLS = {"open", "print", "input", "exec", "eval", "breakpoint"}
# What remains possible without an import of its own.
METHODS = (
    "np.random.", "numpy.random.", "np.load", "np.save", "np.fromfile", "np.loadtxt",
    "np.genfromtxt", "np.memmap", "datetime.now", "datetime.utcnow", "datetime.today",
    "date.today", "io.open", "io.FileIO",
)  # fmt: skip


def test_purity__the_library_imports_nothing_that_touches_the_world():
    breaches = [
        f"{path}:{line} imports {name}"
        for path, tree in trees("predictor").items()
        for line, name in imports(tree)
        if name.split(".")[0] in IMPORTS
    ]
    assert breaches == []


def test_purity__the_library_calls_nothing_that_touches_the_world():
    breaches = [
        f"{path}:{line} calls {name}"
        for path, tree in trees("predictor").items()
        for line, name in calls(tree)
        if name in CALLS or name.startswith(METHODS)
    ]
    assert breaches == []


def test_purity__nothing_is_stored_as_pickle():
    breaches = [
        f"{path}:{line} imports {name}"
        for path, tree in (trees("predictor") | trees("services")).items()
        for line, name in imports(tree)
        if name.split(".")[0] in {"pickle", "marshal", "shelve", "joblib", "dill"}
    ]
    assert breaches == []
