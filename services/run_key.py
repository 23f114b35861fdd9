"""One key for a whole run: equal keys give equal documents, so nothing need be planned.

The graph finds out stage by stage that nothing has changed; this finds it out from the
digests of the files alone, before the library is even imported.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from predictor.fingerprint import digest
from predictor.plan import Salt
from services.environment import ROOT, product_digest
from services.job_settings import JobSettings
from services.scan import Scan

__all__ = ["run_key"]


def run_key(
    settings: JobSettings,
    train: Scan,
    histories: Sequence[Scan],
    good: Mapping[str, str],
    salt: Salt,
) -> str:
    """Give the digest of everything that a document depends on outside its volatile fields.

    Parameters
    ----------
    settings : JobSettings
    train : Scan
    histories : Sequence[Scan]
        Every folder of earlier seasons that was looked at, in that order.
    good : Mapping[str, str]
        The last-good table, as the run leaves it.
    salt : Salt
    """
    return digest(
        {
            "configuration": settings.configuration(),
            "train": _content(train),
            "histories": [_content(one) for one in histories],
            "good": dict(good),
            "code": [salt.code, _house()],
            "environment": salt.environment,
            "model": [_file_digest(ROOT / "config" / name) for name in _MODEL_FILES],
            "schema": _file_digest(settings.schema),
        }
    )


_MODEL_FILES = ("model.toml", "circuits.toml")


@functools.cache
def _house() -> str:
    """Digest all code: stages have keys of their own, the house around them has only this one.

    Taken once, as the salt: a process goes on with the code that it has loaded.
    """
    return product_digest()


def _content(scan: Scan) -> object:
    return [scan.digests(), [list(pair) for pair in scan.rejected], list(scan.stale)]


def _file_digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return "absent"
