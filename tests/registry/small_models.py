"""A folder of models without any training: versions of a few bytes, registered for real."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from predictor.learn.model_kinds import RACE_OUTCOME
from services.registry.changes import NewVersion, promote, register
from services.settings.limits import ModelLimits

__all__ = ["FEATURES", "NOTHING", "new_version", "promoted", "registered"]

FEATURES = "sha256:" + "f" * 64
NOTHING = Path("no-such-folder")  # in place of what is shipped


def new_version(
    weights: bytes = b"weights", kind: str = "small", name: str = RACE_OUTCOME
) -> NewVersion:
    """Give a version to register."""
    model = {"config.json": b'{"kind": "small"}', "weights.safetensors": weights}
    digests = {name: "sha256:" + hashlib.sha256(data).hexdigest() for name, data in model.items()}

    def about(version: str) -> dict[str, bytes]:
        card = {"name": name, "version": version, "files": digests}
        return {"card.json": json.dumps(card).encode(), "card.md": b"# A model\n"}

    return NewVersion(name, kind, model, about, "2024-12-08", FEATURES, "2025-01-01T00:00:00Z")


def registered(folder: Path, *weights: bytes, limits: ModelLimits | None = None) -> list[str]:
    """Register a candidate for each."""
    return [
        register(folder, limits or ModelLimits(), new_version(one), shipped=NOTHING)
        for one in weights
    ]


def promoted(folder: Path, *weights: bytes, limits: ModelLimits | None = None) -> list[str]:
    """Register and promote one after another; the last one serves."""
    versions = []
    for one in weights:
        versions += registered(folder, one, limits=limits)
        promote(folder, limits or ModelLimits(), versions[-1])
    return versions
