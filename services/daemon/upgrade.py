"""Whether the code on disk is still the code that runs, and whether it could be started."""

from __future__ import annotations

import os
import subprocess
import sys

from services.disk.program import ROOT
from services.settings.environment import product_code
from services.settings.logs import LOG
from services.settings.product_code import read_product_code

__all__ = ["code_on_disk", "loaded_code", "trouble_with_code_on_disk"]

_PATIENCE_S = 20.0
_PROCESSES = ("services.daemon.watch", "services.daemon.worker")
_TRIAL = f"import services.cli.main, {', '.join(_PROCESSES)}"


def loaded_code() -> str:
    """Return the digest of the code that the daemon and its worker run."""
    return product_code().digest(_PROCESSES)


def code_on_disk() -> str:
    """Return the digest of the same code on disk; empty while it is being replaced.

    A module that neither of the two reaches, and a comment in any, start no daemon anew.
    """
    try:
        return read_product_code().digest(_PROCESSES)
    except (OSError, KeyError):
        return ""


def trouble_with_code_on_disk() -> str:
    """Load the code on disk in a process of its own; say what is wrong with it, or nothing.

    The daemon would end for good in starting code that does not load.
    """
    try:
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", _TRIAL],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            timeout=_PATIENCE_S,
        )
    except subprocess.CalledProcessError as error:
        LOG.error("new code on disk cannot be loaded:\n%s", error.stderr.decode(errors="replace"))
        return "the code on disk has changed and cannot be loaded; see training.log"
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the code on disk has changed and could not be tried: {type(error).__name__}"
    return ""
