"""Put the season document where readers find it: checked, whole, or not at all.

A reader sees the old document or the new one, never a part of either. The rename in
`services.disk.atomic_write` is the one commit point of a run.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

from predictor.errors import F1Error
from predictor.fingerprint import find_non_finite
from services.disk.atomic_write import probe
from services.disk.regular_file import read_regular
from services.disk.targets import not_writable, replace_target

__all__ = [
    "VOLATILE",
    "check_document",
    "check_writable",
    "publish",
    "read_document",
    "stable_digest",
]

Document = Mapping[str, Any]

# Fields of `metadata` that differ between two runs on the same data.
VOLATILE = ("generated_at", "training_time", "training_history", "run")


def check_writable(folder: Path) -> None:
    """Make sure that a file can be created in a folder, before any work is done.

    Raises
    ------
    OutputNotWritable
        If the folder cannot be made, or nothing can be written into it.
    """
    try:
        probe(folder)
    except OSError as error:
        raise not_writable(folder, error, "--output") from error


def check_document(document: Document, schema: Mapping[str, Any]) -> None:
    """Check a document for finite numbers and against its JSON Schema (draft 7).

    Raises
    ------
    F1Error
        Naming the first place that is wrong; the old document stays in use.
    """
    # orjson would write NaN as null, which reads as "unknown".
    place = None if _is_finite(document) else find_non_finite(document)
    if place is not None:
        raise F1Error("document holds a number that is not finite", where=place)
    # Measured on a 0.8 MB document: fastjsonschema 30 ms with import, jsonschema 475 ms.
    import fastjsonschema  # noqa: PLC0415 - only where something is published

    try:
        _validator(orjson.dumps(schema))(document)
    except fastjsonschema.JsonSchemaValueException as error:
        raise F1Error(
            "document does not follow its schema",
            where="/" + "/".join(str(part) for part in error.path[1:]),
            got=repr(error.value)[:80],
            expected=str(error.rule_definition)[:200],
            do="please report this; the published document is the last good one",
        ) from error


def publish(document: Document, path: Path) -> str:
    """Replace the document at a path with a new one, in one step.

    Parameters
    ----------
    document : Mapping[str, Any]
        Checked already, see `check_document`.
    path : Path

    Returns
    -------
    str
        The digest of the file, ``"sha256:..."``.

    Raises
    ------
    OutputNotWritable
        If the disk refuses; the old document is still in place then.
    """
    payload = orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)
    replace_target(path, payload, "--output", durable=True)
    return "sha256:" + hashlib.sha256(payload).hexdigest()


def read_document(path: Path) -> dict[str, Any] | None:
    """Read a published document, or give None if there is none that can be read."""
    try:
        document = orjson.loads(read_regular(path))
    except (OSError, orjson.JSONDecodeError):
        return None
    is_document = isinstance(document, dict) and isinstance(document.get("metadata"), dict)
    return document if is_document else None


def stable_digest(document: Document) -> str:
    """Give the digest of a document outside its volatile fields.

    Two runs on the same data, configuration and code have the same one.
    """
    metadata = {
        name: value
        for name, value in dict(document.get("metadata") or {}).items()
        if name not in VOLATILE
    }
    payload = orjson.dumps({**document, "metadata": metadata})
    return "sha256:" + hashlib.sha256(payload).hexdigest()


@functools.lru_cache(maxsize=1)
def _validator(schema: bytes) -> Callable[[Any], Any]:
    """Compile a schema, once in a process: it writes Python code and runs it."""
    import fastjsonschema  # noqa: PLC0415

    validate: Callable[[Any], Any] = fastjsonschema.compile(orjson.loads(schema))
    return validate


def _is_finite(document: Document) -> bool:
    """Whether a document survives being written and read: a NaN comes back as null."""
    return bool(orjson.loads(orjson.dumps(document)) == document)
