"""The word of those who may have something computed: where it lies, and whether it is right."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from pathlib import Path

from predictor.errors import UsageError
from services.disk.secret_file import read_secret_file
from services.settings.child_environment import TOKEN

__all__ = ["is_token", "read_token"]

_SHORTEST = 16  # characters; shorter ones can be found by trying


def read_token(path: Path | None, environment: Mapping[str, str]) -> str:
    """Return the token of a file, else that of ``F1_TOKEN``; empty if there is none.

    Raises
    ------
    UsageError
        If the file cannot be read, or others than its owner can, or the token is too short.
    """
    if path is None:
        token, where = environment.get(TOKEN, "").strip(), TOKEN
    else:
        where = f"--token-file {path}"
        token = read_secret_file(path, "the token", where)
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
