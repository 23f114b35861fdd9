"""The training log: a rotating file with UTC times, and the terminal with ``--verbose``."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

from services.settings import LogLimits
from services.terminal import plain_lines

__all__ = ["LOG", "log_to"]

LOG = logging.getLogger("f1_season_forecast")


class _PlainFormatter(logging.Formatter):
    """A log is read on terminals: names of files are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, and a traceback's lines."""
        return plain_lines(super().format(record))


@contextlib.contextmanager
def log_to(folder: Path, limits: LogLimits, *, verbose: bool) -> Iterator[None]:
    """Write the log into a folder's ``training.log`` while the block lasts.

    A file that cannot be opened stops nothing: warnings and errors go to stderr then.

    Parameters
    ----------
    verbose : bool
        Also to stderr, with details.
    """
    formatter = _PlainFormatter("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler, trouble = _file_handler(folder / "training.log", limits)
    handlers = [handler]
    if verbose:
        handlers.append(logging.StreamHandler(sys.stderr))
    LOG.propagate = False
    logging.raiseExceptions = False  # a full disk must not fill the terminal with tracebacks
    LOG.setLevel(logging.DEBUG if verbose else logging.INFO)
    for handler in handlers:
        handler.setFormatter(formatter)
        LOG.addHandler(handler)
    if trouble:
        LOG.warning("the log is written here, for its file cannot be: %s", trouble)
    try:
        yield
    finally:
        for handler in handlers:
            LOG.removeHandler(handler)
            handler.close()


def _file_handler(path: Path, limits: LogLimits) -> tuple[logging.Handler, str]:
    """Give the log file, or a stand-in and why it is needed."""
    try:
        file = RotatingFileHandler(
            path, maxBytes=limits.max_bytes, backupCount=limits.kept, encoding="utf-8"
        )
    except OSError as error:
        stand_in = logging.StreamHandler(sys.stderr)
        stand_in.setLevel(logging.WARNING)
        return stand_in, error.strerror or str(error)
    return file, ""
