"""Standard streams that may be closed or full: a run needs none, and none stops it.

A process may be started with any of the three closed. The next file it opened would take the
number of one, and what is printed would go into it; so what is closed becomes the null device
first. And whatever is printed may meet a full disk or a reader who has left: what cannot be
written is dropped then, and remembered to be told.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from typing import Any, TextIO

__all__ = ["ignore_lost_output", "is_left", "lost_output", "open_streams"]

_STDIN, _STDOUT, _STDERR = range(3)
_OUTPUTS: dict[int, _Output] = {}


class _Output(io.FileIO):
    """A standard output whose writes never fail; ``trouble`` says why the rest is dropped."""

    trouble: OSError | None = None
    matters = True  # to the exit code

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - whatever holds bytes
        if self.trouble is None:
            try:
                while (written := super().write(data)) is None:
                    select.select([], [self], [])  # somebody has made it non-blocking
            except OSError as error:
                self.trouble = error
            else:
                return written
        return memoryview(data).nbytes


def open_streams() -> None:
    """Have all three streams open, and the outputs fail for nobody.

    Must be called before the process opens any file that it keeps open.
    """
    for descriptor in (_STDIN, _STDOUT, _STDERR):
        try:
            os.fstat(descriptor)
        except OSError:  # the lowest number that is free is this one
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdin is None:
        sys.stdin = open(_STDIN, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = _output(_STDOUT, sys.stdout)
    sys.stderr = _output(_STDERR, sys.stderr)


def lost_output() -> OSError | None:
    """Give why a part of standard output could not be written, if so."""
    output = _OUTPUTS.get(_STDOUT)
    return output.trouble if output is not None and output.matters else None


def is_left(trouble: OSError) -> bool:
    """Whether the reader has gone of its own will, as ``head`` does: that is no failure."""
    return trouble.errno in (errno.EPIPE, errno.ECONNRESET)


def ignore_lost_output() -> None:
    """Print for whoever listens, as a daemon does: what is lost is nothing to be told."""
    if _STDOUT in _OUTPUTS:
        _OUTPUTS[_STDOUT].matters = False


def _output(descriptor: int, given: TextIO | None) -> TextIO:
    if os.name == "nt" and given is not None:  # a console there is no file
        return given
    if given is not None:
        given.flush()
    output = _OUTPUTS[descriptor] = _Output(descriptor, "wb", closefd=False)
    is_terminal = output.isatty()
    return io.TextIOWrapper(
        io.BufferedWriter(output),
        encoding=given.encoding if given is not None else "utf-8",
        errors=given.errors if given is not None else "backslashreplace",
        line_buffering=is_terminal or descriptor == _STDERR,
    )
