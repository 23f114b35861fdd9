"""What a command shows on the terminal of a person who watches it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from pathlib import Path

__all__ = ["run_watched"]


def run_watched(
    command: list[str], cwd: Path, env: dict[str, str] | None = None
) -> tuple[bytes, bytes]:
    """Run a command whose errors go to a terminal; give its output, and what the terminal showed.

    The terminal is read while the command runs: it holds some kilobytes, and one that shows
    more, as on a slow machine, would wait for a reader for ever.
    """
    ours, theirs = os.openpty()
    shown: list[bytes] = []

    def watch() -> None:
        with contextlib.suppress(OSError):  # the end, once nobody writes any more
            while part := os.read(ours, 65536):
                shown.append(part)

    reader = threading.Thread(target=watch)
    reader.start()
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=theirs,
            env=(os.environ if env is None else env) | {"TERM": "xterm-256color"},
            check=True,
        )
    finally:
        os.close(theirs)
        reader.join()
        os.close(ours)
    return done.stdout, b"".join(shown)
