"""What a child of the product finds in its environment: no secret that it has no use for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from services.disk.program import ROOT

__all__ = [
    "DATABASE",
    "MQTT_PASSWORD",
    "NOTICES_SECRET",
    "SECRETS",
    "STORE",
    "TOKEN",
    "environment_of_child",
]

TOKEN = "F1_TOKEN"  # noqa: S105 - the name of the variable
STORE = "F1_STORE"
NOTICES_SECRET = "F1_NOTICES_SECRET"  # noqa: S105
MQTT_PASSWORD = "F1_MQTT_PASSWORD"  # noqa: S105

# Where the archive is, and what its database asks for; a URL may hold a password.
DATABASE = (STORE, "PGPASSWORD", "PGPASSFILE", "PGSERVICEFILE")

SECRETS = frozenset((TOKEN, NOTICES_SECRET, MQTT_PASSWORD, *DATABASE))


def environment_of_child(
    keep: Iterable[str] = (), environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the environment of a process that this program starts of itself.

    A child computes what others have asked for: what it does not know, it cannot give away in a
    log, a crash or to a package that it loads.

    Parameters
    ----------
    keep : iterable of str
        Which of `SECRETS` the child has a use for; it gets none of the others.
    environ : mapping of str to str
        This process's own unless given.
    """
    left_out = SECRETS.difference(keep)
    path = os.pathsep.join(filter(None, (str(ROOT), environ.get("PYTHONPATH"))))
    kept = {name: value for name, value in environ.items() if name not in left_out}
    return kept | {"PYTHONPATH": path}
