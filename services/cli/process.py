"""One process of the command line, from its first moment to its exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import NoReturn

import click

from services.cli.main import main
from services.cli.standard_streams import is_left, lost_output, open_streams
from services.errors import EXIT_INTERRUPTED, EXIT_NOT_PRINTED
from services.settings.environment import seal_kernels

__all__ = ["run"]

_GRACE_S = 4.0  # to record an interrupted run; what is under way ends with it all the same


def run(command: click.Command) -> NoReturn:
    """Run a command with the arguments of this process, and end the process."""
    open_streams()
    seal_kernels()
    if os.name == "posix":
        _end_when_told()
    try:
        code = main(command)
        sys.stdout.flush()
    except KeyboardInterrupt:  # told to end while it was ending
        code = EXIT_INTERRUPTED
    lost = lost_output()
    if lost is not None and not is_left(lost):
        click.echo(f"what there was to say could not be printed: {lost.strerror}", err=True)
        code = code or EXIT_NOT_PRINTED
    if code == EXIT_INTERRUPTED:
        # Not through the interpreter's end, which waits for threads: one that is compiling a
        # kernel would hold the process for half a minute. What they write is whole or not there.
        sys.stdout.flush()
        os._exit(code)
    sys.exit(code)


def _end_when_told() -> None:
    """Have one SIGTERM or Ctrl+C end this process, whatever it is at.

    Python hands a signal to the main thread between two of its steps, and there it may get lost:
    a compiler's step takes seconds, and what is raised in a call that comes from compiled code is
    dropped. So a thread hears of signals too, and ends the process if the main one does not.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)

    def wait() -> None:
        while numbers := os.read(heard, 16):
            # A command that stops in its own way, as the daemon, has put its own handlers there.
            if any(signal.getsignal(one) is signal.default_int_handler for one in numbers):
                time.sleep(_GRACE_S)
                click.echo("interrupted; the last document is unchanged", err=True)
                os._exit(EXIT_INTERRUPTED)

    threading.Thread(target=wait, daemon=True).start()
