"""A real daemon in a process of its own, on a small real season."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.forecasting.small_season import SmallSeason
from tests.rules.sources import ROOT

LIMITS = {
    "settle_s": 0.3,
    "max_wait_s": 2.0,
    "survey_s": 0.1,
    "content_s": 600.0,
    "back_off_s": 0.2,
    "back_off_max_s": 1.0,
    "verify_s": 0.0,
    "status_s": 0.2,
}
# A wait ends with the fact waited for; only a test that fails waits so long, on any machine.
PATIENCE_S = 600.0


class DaemonProcess:
    """Starts, watches and ends one daemon; to be used in a ``with`` block.

    Parameters
    ----------
    season : SmallSeason
    options : str
        Further options of the command.
    models, archive : mapping
        Fields of ``[models]`` and ``[archive]``.
    limits : float
        Fields of ``[daemon]`` that differ from `LIMITS`.
    """

    def __init__(
        self,
        season: SmallSeason,
        *options: str,
        prelude: str = "",
        environment: dict[str, str] | None = None,
        cwd: Path = ROOT,
        models: dict[str, Any] | None = None,
        archive: dict[str, Any] | None = None,
        **limits: float,
    ) -> None:
        self.season = season
        self.folder = season.output.parent
        self._options = options
        self._prelude = prelude
        self._environment = environment or {}
        self._cwd = cwd
        self._tables = {"models": models or {}, "archive": archive or {}}
        self.settings = season.output.parent.parent / "settings.toml"
        self.write_limits(**limits)
        self.process: subprocess.Popen[bytes] | None = None

    def write_limits(self, **limits: float) -> None:
        """Write the settings file that the daemon reads."""
        lines = [f"{name} = {value}" for name, value in (LIMITS | limits).items()]
        for table, fields in self._tables.items():
            lines.append(f"[{table}]")
            lines += [f"{name} = {json.dumps(value)}" for name, value in fields.items()]
        self.settings.write_text("\n".join(["[daemon]", *lines, ""]))

    def __enter__(self) -> DaemonProcess:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def start(self) -> None:
        """Start the process; it goes on by itself."""
        program = ["-m", "services"]
        if self._prelude:
            rest = (
                "import sys\nfrom services.cli.main import commands, main\nsys.exit(main(commands))"
            )
            program = ["-c", f"{self._prelude}\n{rest}"]
        command = [
            sys.executable,
            *program,
            "watch",
            "--train-data",
            str(self.season.drops),
            "--history",
            str(self.season.earlier),
            "--output",
            str(self.season.output),
            "--num-simulations",
            "20",
            "--settings",
            str(self.settings),
            *self._options,
        ]
        log = self.folder.parent / "daemon.out"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=self._cwd,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONPATH": str(self._cwd)} | self._environment,
            )

    def stop(self, signum: int = signal.SIGTERM) -> int:
        """Send a signal; give the exit code."""
        assert self.process is not None
        self.process.send_signal(signum)
        return self.process.wait(PATIENCE_S)

    def signal(self, signum: int) -> None:
        """Send a signal and go on."""
        assert self.process is not None
        self.process.send_signal(signum)

    def status(self) -> dict[str, Any]:
        """Read the status file; empty while there is none of this process."""
        assert self.process is not None
        try:
            found = json.loads((self.folder / ".status.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return found if found["pid"] == self.process.pid else {}

    def until(
        self,
        condition: Callable[[dict[str, Any]], Any],
        what: str = "",
        patience_s: float = PATIENCE_S,
    ) -> dict[str, Any]:
        """Wait for a condition of the status."""
        deadline = time.monotonic() + patience_s
        status: dict[str, Any] = {}
        while time.monotonic() < deadline:
            status = self.status()
            if status and condition(status):
                return status
            assert self.process is not None
            assert self.process.poll() is None, self.output()
            time.sleep(0.02)
        raise AssertionError(f"{what or 'condition'} not met: {status}\n{self.output()}")

    def until_idle(self, builds: int | None = None) -> dict[str, Any]:
        """Wait until everything is taken up, after at least so many published builds."""
        return self.until(
            lambda status: (
                status["state"] == "idle"
                and not status["backlog"]
                and (builds is None or status["builds"].get("published", 0) >= builds)
            ),
            f"idle after {builds} builds",
        )

    def output(self) -> str:
        """Give what the process and its log say, for a failing test."""
        paths = (self.folder.parent / "daemon.out", self.folder / "training.log")
        return "\n".join(
            f"{path.name}:\n{path.read_text(errors='replace')[-4000:]}"
            for path in paths
            if path.exists()
        )
