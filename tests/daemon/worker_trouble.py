"""Trouble for the worker alone: code that it runs while a file is there.

The product has no hooks for tests. Python imports ``sitecustomize`` from its path before
any program starts, and that is where a worker gets its trouble.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.rules.sources import ROOT

_SITE = """
import sys
if "services.daemon.worker" in sys.orig_argv:
    from pathlib import Path
    from services.forecasting import build
    trouble = Path({trouble!r})
    sound = build.BuildSteps.settle
    def settle(self, plan, upstream):
        if trouble.exists():
            trouble.with_suffix(".at-work").touch()
            exec(trouble.read_text(), {{"trouble": trouble, "argv": sys.orig_argv}})
        return sound(self, plan, upstream)
    build.BuildSteps.settle = settle
"""

HANGS = "import time\nwhile trouble.exists(): time.sleep(0.01)"
# No thread of Python gets to run meanwhile, so that such a worker cannot end itself.
HOLDS_EVERYTHING = "import ctypes\nctypes.PyDLL(None).sleep(3600)"
CRASHES = "import ctypes\nctypes.string_at(0)"
LACKS_MEMORY = "raise MemoryError"
GROWS = "import time\nheld = bytearray(2**28)\nheld[::4096] = b'x' * 2**16\ntime.sleep(3600)"
ENDS = "import os\nos._exit(3)"
PRINTS = "import sys, os\nprint('junk' * 9999)\nsys.stdout.flush()\nos.write(1, b'junk' * 9999)"
TALKS_NONSENSE = """
import os, stat, time
for fd in range(3, 64):
    try:
        if stat.S_ISFIFO(os.fstat(fd).st_mode):
            os.write(fd, b"\\xff" * 64)
    except OSError:
        continue
time.sleep(3600)
"""


class WorkerTrouble:
    """Makes trouble and takes it away again.

    Parameters
    ----------
    folder : Path
        Of the test.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "trouble.py"
        site = folder / "site"
        site.mkdir(parents=True)
        (site / "sitecustomize.py").write_text(_SITE.format(trouble=str(self._file)))
        self.environment = {"PYTHONPATH": os.pathsep.join((str(site), str(ROOT)))}

    def begin(self, code: str) -> None:
        """Have every worker run code before it settles a plan."""
        unfinished = self._file.with_suffix(".new")
        unfinished.write_text(code)
        unfinished.rename(self._file)

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has run into it."""
        return self._file.with_suffix(".at-work").exists()

    def end(self) -> None:
        """Have it run no longer."""
        self._file.unlink(missing_ok=True)
