"""A daemon whose own I/O calls can be made to fail; its worker's are left alone."""

from __future__ import annotations

import contextlib
import json
import random
import signal
import time
from pathlib import Path

from tests.crash.changing_season import N_SIMULATIONS, ChangingSeason
from tests.crash.io_faults import KILL, NEVER, Fault
from tests.crash.settled import QUICK, until_right
from tests.crash.traces import check_record, read_whole, strays, temporaries
from tests.daemon.daemon_process import PATIENCE_S, DaemonProcess

__all__ = ["FaultyDaemon"]


class FaultyDaemon:
    """To be used in a ``with`` block; every check begins and ends with a daemon at rest."""

    def __init__(self, folder: Path) -> None:
        self.season = ChangingSeason(folder, random.Random(1))
        self._may_leave_temporaries = False
        self._control = folder / "control"
        output = self.season.output.parent.resolve()
        prelude = (
            "from tests.crash.io_faults import arm_by_signal\n"
            f"arm_by_signal({str(output)!r}, {str(self._control)!r})"
        )
        self.daemon = DaemonProcess(
            self.season, "--num-simulations", str(N_SIMULATIONS), prelude=prelude, **QUICK
        )

    def __enter__(self) -> FaultyDaemon:
        self.daemon.__enter__()
        until_right(self.daemon, self.season)
        return self

    def __exit__(self, *_: object) -> None:
        self.daemon.__exit__()

    def calls(self, kind: str) -> list[tuple[str, str]]:
        """List the calls of one build that a kind of fault can hit."""
        self._arm(Fault(kind, 0))
        self.season.change()
        until_right(self.daemon, self.season)
        self._arm(NEVER)
        lines = self._control.with_suffix(".fired").read_text().splitlines()
        return [(operation, path) for operation, path in map(json.loads, lines)]

    def check(self, fault: Fault) -> bool:
        """Let a fault happen while a changed file is taken up, and see it made good.

        Returns
        -------
        bool
            False if it hit nothing: no build is exactly like another.
        """
        assert self.daemon.process is not None
        self._arm(fault)
        self.season.change()
        has_fired = self._until_fired_or_right()
        # On a slow machine a fault may come with the writes of a daemon that is right already.
        has_fired |= not self._disarm()
        if fault.kind == KILL and has_fired:
            self.daemon.process.wait(PATIENCE_S)
            left = strays(self.daemon.folder)
            assert left == temporaries(self.daemon.folder), fault
            read_whole(self.season.output)
            self.daemon.start()
            self._may_leave_temporaries = False
        else:
            read_whole(self.season.output)
            # What cannot be removed then is removed at the next start.
            self._may_leave_temporaries |= fault.kind == "EROFS"
        self._until_right()
        read_whole(self.season.output)
        self._check_record(fault)
        return has_fired

    def _check_record(self, fault: Fault) -> None:
        """Check the record; a run that it could not take is added by the next one."""
        try:
            check_record(self.daemon.folder)
        except AssertionError:
            assert fault.kind != KILL
            log = (self.daemon.folder / "training.log").read_text()
            assert "could not be added to training_history.jsonl" in log, fault
            before = read_whole(self.season.output)["metadata"]["run"]["run_id"]
            while read_whole(self.season.output)["metadata"]["run"]["run_id"] == before:
                self.season.change()
                self._until_right()
            check_record(self.daemon.folder)

    def _arm(self, fault: Fault) -> None:
        armed, fired = self._control.with_suffix(".seen"), self._control.with_suffix(".fired")
        armed.unlink(missing_ok=True)
        self._control.write_text(json.dumps(fault))
        if fault != NEVER:
            fired.unlink(missing_ok=True)
        self.daemon.signal(signal.SIGUSR1)
        self._until_seen()

    def _disarm(self) -> bool:
        """Let no fault happen from now on; give False if one has ended the daemon."""
        with contextlib.suppress(ProcessLookupError):
            self._arm(NEVER)
        assert self.daemon.process is not None
        return self._control.with_suffix(".seen").exists() and self.daemon.process.poll() is None

    def _until_seen(self) -> None:
        """Wait until the daemon has taken up what is armed, or has ended."""
        assert self.daemon.process is not None
        deadline = time.monotonic() + PATIENCE_S
        seen = self._control.with_suffix(".seen")
        while not seen.exists() and self.daemon.process.poll() is None:
            assert time.monotonic() < deadline, f"no {seen.name}"
            time.sleep(0.005)

    def _until_fired_or_right(self) -> bool:
        """Wait for the fault; give False if the build has come to its end without."""
        deadline = time.monotonic() + PATIENCE_S
        fired = self._control.with_suffix(".fired")
        while not fired.exists():
            assert time.monotonic() < deadline, "neither a fault nor a document"
            status = self.daemon.status()
            if status.get("state") == "idle" and not self.season.differences():
                return fired.exists()
            time.sleep(0.005)
        return True

    def _until_right(self) -> None:
        until_right(self.daemon, self.season, may_leave_temporaries=self._may_leave_temporaries)
