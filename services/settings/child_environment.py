"""What a process that this one starts gets of its environment: no secret that is not for it."""

from __future__ import annotations

import os

from services.disk.program import ROOT

__all__ = ["DATABASE", "MQTT_PASSWORD", "NOTICES_SECRET", "STORE", "TOKEN", "child_environment"]

TOKEN = "F1_TOKEN"  # noqa: S105 - the name of a variable
STORE = "F1_STORE"  # a URL may hold a password
NOTICES_SECRET = "F1_NOTICES_SECRET"  # noqa: S105 - the name of a variable
MQTT_PASSWORD = "F1_MQTT_PASSWORD"  # noqa: S105 - the name of a variable
# By which PostgreSQL's own library learns how to log in.
DATABASE = ("PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE")

_SECRETS = frozenset({TOKEN, STORE, NOTICES_SECRET, MQTT_PASSWORD, *DATABASE})


def child_environment(*needed: str) -> dict[str, str]:
    """Return the environment for a process of this program.

    Parameters
    ----------
    needed : str
        Names of those secrets that it has a use for.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _SECRETS - {*needed}}
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return kept | {"PYTHONPATH": path}
