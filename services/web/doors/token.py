"""The word of those who may have something computed: where it lies, and whether it is right."""

from __future__ import annotations

import hmac
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from predictor.errors import UsageError
from services.disk.regular_file import read_regular

__all__ = ["is_token", "read_token"]

_SHORTEST = 16  # characters; shorter ones can be found by trying
_LARGEST = 4096  # bytes of the file


def read_token(path: Path | None, environment: Mapping[str, str]) -> str:
    """Return the token of a file, else that of ``F1_TOKEN``; empty if there is none.

    Raises
    ------
    UsageError
        If the file cannot be read, or others than its owner can, or the token is too short.
    """
    if path is None:
        token, where = environment.get("F1_TOKEN", "").strip(), "F1_TOKEN"
    else:
        token, where = _from_file(path), f"--token-file {path}"
    if (token or path is not None) and (len(token) < _SHORTEST or not token.isascii()):
        raise UsageError(
            "the token is too easy to find by trying",
            where=where,
            got=f"{len(token)} characters",
            expected=f"{_SHORTEST} ASCII characters or more",
            do="make one: python -c 'import secrets; print(secrets.token_urlsafe())'",
        )
    return token


def is_token(given: str, token: str) -> bool:
    """Return whether a token is the right one, in a time that does not tell how nearly."""
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _from_file(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        text = read_regular(path, _LARGEST).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "the token cannot be read",
            where=f"--token-file {path}",
            got=str(getattr(error, "strerror", None) or error),
            do="give a file that holds the token and nothing else",
        ) from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise UsageError(
            "others can read the token",
            where=f"--token-file {path}",
            got=f"mode {stat.S_IMODE(mode):o}",
            expected="600",
            do=f"chmod 600 {path}",
        )
    return text
