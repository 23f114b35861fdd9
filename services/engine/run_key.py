"""One key for a whole run: equal keys give equal documents, so nothing need be planned.

The graph finds out stage by stage that nothing has changed; this finds it out from the
digests of the files alone, before the library is even imported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from predictor.fingerprint import digest
from predictor.graph.plan import Salt
from predictor.vocabulary import Backend
from services.disk.program import CONFIG
from services.intake.scan import Scan
from services.registry.registry import served_digest
from services.settings.environment import loaded_code, sampler_versions
from services.settings.gpu import gpu_versions
from services.settings.model_constants import circuit_files, constants_bytes
from services.settings.run_request import RunRequest

__all__ = ["model_digests", "run_key"]


def run_key(
    settings: RunRequest,
    train: Scan,
    histories: Sequence[Scan],
    good: Mapping[str, str],
    salt: Salt,
    model: Sequence[str],
) -> str:
    """Give the digest of everything that a document depends on outside its volatile fields.

    Parameters
    ----------
    settings : RunRequest
    train : Scan
    histories : Sequence[Scan]
        Every folder of earlier seasons that was looked at, in that order.
    good : Mapping[str, str]
        The last-good table, as the run leaves it.
    salt : Salt
    model : Sequence[str]
        See `model_digests`.
    """
    return digest(
        {
            "configuration": settings.configuration(),
            "train": _content(train),
            "histories": [_content(one) for one in histories],
            "good": dict(good),
            "code": [salt.code, loaded_code()],
            "environment": salt.environment,
            "model": list(model),
            "sampler": sampler_versions() if settings.use_bayesian else "",
            "gpu": gpu_versions() if settings.backend is Backend.CUDA else "",
            "learned": served_digest(settings.models) if settings.use_ml_layer else {},
        }
    )


_MODEL_FILES = ("model.toml", "pit_crews.toml")


def model_digests() -> list[str]:
    """Give the digests of the files that hold the model's constants, as they are now.

    Raises
    ------
    UsageError
        If one of them cannot be read.
    """
    digests = [_file_digest(CONFIG / name) for name in _MODEL_FILES]
    # The name counts: it says which circuit a file is of.
    return digests + [f"{path.name} {_file_digest(path)}" for path in circuit_files(CONFIG)]


def _content(scan: Scan) -> object:
    refused = [list(pair) for pair in scan.rejected]
    return [scan.digests(), refused, list(scan.not_read), list(scan.stale)]


def _file_digest(path: Path) -> str:
    payload = constants_bytes(path)
    return "absent" if payload is None else hashlib.sha256(payload).hexdigest()
