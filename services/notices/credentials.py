"""The secret that signs notices, and the broker's password: from files, or the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from predictor.errors import UsageError
from services.disk.secret_file import read_secret_file
from services.settings.child_environment import MQTT_PASSWORD, NOTICES_SECRET
from services.settings.limits import NoticeLimits, place_of

__all__ = ["mqtt_password", "signing_secret"]

_SHORTEST = 16  # characters; shorter ones can be found by trying


def signing_secret(limits: NoticeLimits, environment: Mapping[str, str]) -> str:
    """Return what signs the notices of webhooks.

    Raises
    ------
    UsageError
        If there is none, it cannot be read, or it is too short.
    """
    secret, where = _found(
        limits.secret_file, "secret_file", "the secret of notices", NOTICES_SECRET, environment
    )
    if len(secret) < _SHORTEST:
        raise UsageError(
            "notices to webhooks are signed, and there is no secret to sign them with"
            if not secret
            else "the secret of notices is too easy to find by trying",
            where=where,
            got=f"{len(secret)} characters",
            expected=f"{_SHORTEST} or more",
            do="make one: python -c 'import secrets; print(secrets.token_urlsafe())', and give it "
            "to the receiver too",
        )
    return secret


def mqtt_password(limits: NoticeLimits, environment: Mapping[str, str]) -> str:
    """Return the broker's password; empty if there is none.

    Raises
    ------
    UsageError
        If the file that is named cannot be read, or others can read it.
    """
    return _found(
        limits.mqtt_password_file,
        "mqtt_password_file",
        "the broker's password",
        MQTT_PASSWORD,
        environment,
    )[0]


def _found(
    path: str, setting: str, what: str, variable: str, environment: Mapping[str, str]
) -> tuple[str, str]:
    """Return a secret, and where it is set."""
    if path:
        where = f"{setting} of {place_of('notices')}: {path}"
        return read_secret_file(Path(path), what, where), where
    return environment.get(variable, "").strip(), variable
