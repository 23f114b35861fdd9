"""A secret in a file that its owner alone can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from predictor.errors import UsageError
from services.disk.regular_file import read_regular

__all__ = ["read_secret_file"]

_LARGEST = 4096  # bytes of the file


def read_secret_file(path: Path, what: str, where: str) -> str:
    """Return what a file holds, without blanks around it.

    Parameters
    ----------
    path : Path
    what : str
        What it holds, for the error: ``the token``.
    where : str
        The option or setting that names it.

    Raises
    ------
    UsageError
        If the file cannot be read, or others than its owner can.
    """
    try:
        mode = path.stat().st_mode
        text = read_regular(path, _LARGEST).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{what} cannot be read",
            where=where,
            got=str(getattr(error, "strerror", None) or error),
            do=f"name a file that holds {what} and nothing else",
        ) from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise UsageError(
            f"others can read {what}",
            where=where,
            got=f"mode {stat.S_IMODE(mode):o}",
            expected="600",
            do=f"chmod 600 {path}",
        )
    return text
