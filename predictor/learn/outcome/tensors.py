"""Arrays as safetensors bytes and back: checked on reading, the same bytes for the same arrays.

The format is a JSON header and the arrays' memory; nothing in it is ever executed. The library
checks that the two fit together; what it passes and no model may hold is refused here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error

__all__ = ["Tensors", "read_tensors", "write_tensors"]

Tensors = Mapping[str, NDArray[Any]]

_DTYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64}
# All metadata in one entry: the library writes several in an order that changes with the process.
_ENTRY = "metadata"


def write_tensors(tensors: Tensors, metadata: Mapping[str, str]) -> bytes:
    """Give arrays as safetensors bytes, by name; equal arrays give equal bytes.

    Parameters
    ----------
    tensors : mapping of str to array
        Of float32, float64 or int64.
    metadata : mapping of str to str
    """
    from safetensors.numpy import save  # noqa: PLC0415 - its one place

    named = {name: np.ascontiguousarray(tensors[name]) for name in sorted(tensors)}
    # A scalar would come back from `ascontiguousarray` with one dimension.
    shaped = {name: array.reshape(tensors[name].shape) for name, array in named.items()}
    payload: bytes = save(shaped, {_ENTRY: json.dumps(dict(metadata), sort_keys=True)})
    return payload


def read_tensors(payload: bytes, where: str) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Read safetensors bytes.

    Parameters
    ----------
    payload : bytes
    where : str
        File that they come from, for errors.

    Returns
    -------
    tensors : dict of str to array
        Read-only.
    metadata : dict of str to str

    Raises
    ------
    F1Error
        If the bytes are cut, hold anything that the header does not name, or are not finite.
    """
    try:
        from safetensors import SafetensorError, deserialize  # noqa: PLC0415 - its one place
    except ImportError as error:
        raise F1Error(
            "weights cannot be read without the package safetensors",
            where=where,
            got=str(error),
            do="pip install safetensors",
        ) from error
    try:
        entries = deserialize(payload)
    except SafetensorError as error:
        raise _damaged(where, str(error), f"a whole file of {len(payload)} bytes") from error
    return {name: _array(one, f"{where}, {name}") for name, one in entries}, _metadata(
        payload, where
    )


def _array(entry: Mapping[str, Any], where: str) -> NDArray[Any]:
    if entry["dtype"] not in _DTYPES:
        raise _damaged(where, entry["dtype"], " or ".join(_DTYPES))
    array = np.frombuffer(bytes(entry["data"]), _DTYPES[entry["dtype"]]).reshape(entry["shape"])
    if not np.isfinite(array).all():
        bad = int(np.sum(~np.isfinite(array)))
        raise _damaged(where, f"{bad} values not finite", "finite numbers")
    return array


def _metadata(payload: bytes, where: str) -> dict[str, str]:
    """Read the metadata out of a header that the library has checked."""
    header = json.loads(payload[8 : 8 + int.from_bytes(payload[:8], "little")])
    text = header.get("__metadata__", {}).get(_ENTRY, "{}")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise _damaged(where, f"metadata {text[:80]!r}", "names with texts, as JSON")
    return found


def _damaged(where: str, got: str, expected: str) -> F1Error:
    return F1Error(
        "weights of a model are damaged",
        where=where,
        got=got,
        expected=expected,
        do="use another version of the model, or train it anew",
    )
