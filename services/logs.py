"""The training log: a rotating file with UTC times, and the terminal with ``--verbose``."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

from services.errors import OutputNotWritable
from services.settings import LogLimits

__all__ = ["LOG", "log_to"]

LOG = logging.getLogger("f1_season_forecast")


@contextlib.contextmanager
def log_to(folder: Path, limits: LogLimits, *, verbose: bool) -> Iterator[None]:
    """Write the log into a folder's ``training.log`` while the block lasts.

    Parameters
    ----------
    verbose : bool
        Also to stderr, with details.

    Raises
    ------
    OutputNotWritable
        If the log file cannot be opened.
    """
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handlers: list[logging.Handler] = [_file_handler(folder / "training.log", limits)]
    if verbose:
        handlers.append(logging.StreamHandler(sys.stderr))
    LOG.propagate = False
    logging.raiseExceptions = False  # a full disk must not fill the terminal with tracebacks
    LOG.setLevel(logging.DEBUG if verbose else logging.INFO)
    for handler in handlers:
        handler.setFormatter(formatter)
        LOG.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            LOG.removeHandler(handler)
            handler.close()


def _file_handler(path: Path, limits: LogLimits) -> logging.Handler:
    try:
        return RotatingFileHandler(
            path, maxBytes=limits.max_bytes, backupCount=limits.kept, encoding="utf-8"
        )
    except OSError as error:
        raise OutputNotWritable(
            "log cannot be written", where=str(path), got=error.strerror or str(error)
        ) from error
