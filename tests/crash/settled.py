"""Wait until a daemon has made its document that of the folder."""

from __future__ import annotations

import time

from tests.crash.changing_season import ChangingSeason
from tests.crash.traces import strays, temporaries
from tests.daemon.daemon_process import PATIENCE_S, DaemonProcess

__all__ = ["QUICK", "until_right"]

# There is no time to wait for a folder to settle.
QUICK = {"settle_s": 0.05, "max_wait_s": 0.5, "survey_s": 0.05, "back_off_s": 0.05}


def until_right(
    daemon: DaemonProcess, season: ChangingSeason, *, may_leave_temporaries: bool = False
) -> None:
    """Wait until the document is that of a full rebuild, and the daemon at rest."""
    deadline = time.monotonic() + PATIENCE_S
    differences: list[str] = ["no build has ended"]
    while time.monotonic() < deadline:
        daemon.until(lambda status: status["state"] == "idle" and status["builds"])
        differences = season.differences()
        if not differences:
            season.compared()
            allowed = temporaries(daemon.folder) if may_leave_temporaries else []
            # What a write under way has laid beside its file is gone in a moment.
            differences = [name for name in strays(daemon.folder) if name not in allowed]
            if not differences:
                return
        time.sleep(0.02)
    raise AssertionError(f"{differences}\n{daemon.status()}\n{daemon.output()}")
