"""Name the files of models, and read the configuration among them, which says the kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from predictor.errors import F1Error

__all__ = [
    "CONFIG_FILE",
    "FORMAT",
    "ODDS_TREES",
    "STRENGTH_TREES",
    "WEIGHTS_FILE",
    "damaged",
    "file_of",
    "read_config",
]

CONFIG_FILE, FORMAT = "config.json", 1
WEIGHTS_FILE = "weights.safetensors"  # of networks
STRENGTH_TREES, ODDS_TREES = "ranker.txt", "retirements.txt"


def read_config(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Read a model's configuration.

    Raises
    ------
    F1Error
        If it is missing, damaged or of another format.
    """
    try:
        config = json.loads(file_of(files, CONFIG_FILE))
    except (ValueError, RecursionError) as error:
        raise damaged(f"{type(error).__name__}: {error}") from error
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise damaged("another format")
    return config


def file_of(files: Mapping[str, bytes], name: str) -> bytes:
    """Return a file of a model.

    Raises
    ------
    F1Error
        If it is missing.
    """
    if name not in files:
        raise F1Error(
            "file of a model is missing",
            where=name,
            got=", ".join(sorted(files)) or "no files",
            do="use another version of the model, or train it anew",
        )
    return files[name]


def damaged(got: str, expected: str = "a configuration as its training wrote it") -> F1Error:
    """Return the error for a configuration that cannot be used."""
    return F1Error(
        "configuration of a model is damaged",
        where=CONFIG_FILE,
        got=got,
        expected=expected,
        do="use another version of the model, or train it anew",
    )
