"""The training log: a rotating file with UTC times, and the terminal with ``--verbose``."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from services.disk.own_kinds import LOG as LOG_FILE
from services.disk.regular_file import open_own
from services.disk.targets import why_not
from services.settings.limits import LogLimits
from services.settings.terminal import plain_lines

__all__ = ["LOG", "log_to", "log_to_terminal"]

LOG = logging.getLogger("f1_season_forecast")


class _PlainFormatter(logging.Formatter):
    """A log is read on terminals: names of files are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, and a traceback's lines."""
        return plain_lines(super().format(record))


@contextlib.contextmanager
def log_to(folder: Path, limits: LogLimits, *, verbose: bool) -> Iterator[None]:
    """Write the log into a folder's ``training.log`` while the block lasts.

    A file that cannot be opened, or is somebody's, stops nothing: warnings and errors go to
    stderr then.

    Parameters
    ----------
    verbose : bool
        Also to stderr, with details.
    """
    handler, trouble = _file_handler(folder / "training.log", limits)
    handlers = [handler]
    if verbose:
        handlers.append(logging.StreamHandler(sys.stderr))
    with _logging(handlers, logging.DEBUG if verbose else logging.INFO):
        if trouble:
            LOG.warning("the log is written here, for its file cannot be: %s", trouble)
        yield


@contextlib.contextmanager
def log_to_terminal() -> Iterator[None]:
    """Write the log to stderr while the block lasts: of a process that writes into no folder."""
    with _logging([logging.StreamHandler(sys.stderr)], logging.INFO):
        yield


@contextlib.contextmanager
def _logging(handlers: Sequence[logging.Handler], level: int) -> Iterator[None]:
    formatter = _PlainFormatter("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    LOG.propagate = False
    logging.raiseExceptions = False  # a full disk must not fill the terminal with tracebacks
    LOG.setLevel(level)
    for handler in handlers:
        handler.setFormatter(formatter)
        LOG.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            LOG.removeHandler(handler)
            handler.close()


class _OwnFileHandler(RotatingFileHandler):
    """A rotating file that is no link to another, and no pipe that waits for a reader."""

    def _open(self) -> TextIOWrapper:
        """Open it anew, at the start and after each rotation."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        descriptor = open_own(Path(self.baseFilename), flags)
        return os.fdopen(descriptor, "a", encoding=self.encoding)


def _file_handler(path: Path, limits: LogLimits) -> tuple[logging.Handler, str]:
    """Give the log file, or a stand-in and why it is needed."""
    try:
        file = _OwnFileHandler(
            path, maxBytes=limits.max_bytes, backupCount=limits.kept, encoding="utf-8"
        )
    except OSError as error:
        return _stand_in(), error.strerror or str(error)
    # Rotation renames over the older ones.
    names = [path.name, *(f"{path.name}.{number}" for number in range(1, limits.kept + 1))]
    for name in names:
        reason = why_not(path.with_name(name), LOG_FILE)
        if reason:
            file.close()
            return _stand_in(), f"{name} is {reason}"
    return file, ""


def _stand_in() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    return handler
