"""Arrays as safetensors bytes and back: checked on reading, the same bytes for the same arrays.

The format is eight bytes of length, a JSON header, and the arrays' memory; nothing in it is ever
executed. Written here because a weight file must be refused with words when it is damaged, and
because the metadata of the usual writer come in an order that changes from run to run.

Source: the format's description at https://github.com/huggingface/safetensors
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error

__all__ = ["Tensors", "read_tensors", "write_tensors"]

Tensors = Mapping[str, NDArray[Any]]

_DTYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8"}
_LARGEST_HEADER = 4 * 2**20
_ALIGNED = 8  # bytes: the header is padded so that the arrays begin on a whole word


def write_tensors(tensors: Tensors, metadata: Mapping[str, str]) -> bytes:
    """Give arrays as safetensors bytes, by name; equal arrays give equal bytes.

    Parameters
    ----------
    tensors : mapping of str to array
        Of float32, float64 or int64.
    metadata : mapping of str to str
    """
    codes = {np.dtype(code): name for name, code in _DTYPES.items()}
    header: dict[str, Any] = {"__metadata__": dict(sorted(metadata.items()))}
    parts, begin = [], 0
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name])
        payload = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        header[name] = {
            "dtype": codes[array.dtype],
            "shape": list(tensors[name].shape),
            "data_offsets": [begin, begin + len(payload)],
        }
        parts.append(payload)
        begin += len(payload)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNED)
    return len(text).to_bytes(8, "little") + text + b"".join(parts)


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
    header, begin = _header(payload, where)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise _damaged(where, "metadata that are no table of texts", "names with texts")
    found: dict[str, NDArray[Any]] = {}
    end = 0
    for name, entry in sorted(header.items(), key=lambda item: _begin(item[1])):
        dtype, shape, first, last = _entry(entry, f"{where}, {name}")
        if first != end or last - first != prod(shape) * dtype.itemsize:
            raise _damaged(
                f"{where}, {name}", f"bytes {first} to {last}", f"{shape} of {dtype} from {end}"
            )
        if begin + last > len(payload):
            raise _damaged(where, f"{len(payload)} bytes", f"{begin + last} or more: it is cut")
        array = np.frombuffer(payload[begin + first : begin + last], dtype).reshape(shape)
        if not np.isfinite(array).all():
            bad = int(np.sum(~np.isfinite(array)))
            raise _damaged(f"{where}, {name}", f"{bad} values not finite", "finite numbers")
        found[name], end = array, last
    if begin + end != len(payload):
        raise _damaged(where, f"{len(payload)} bytes", f"{begin + end}")
    return found, metadata


def _header(payload: bytes, where: str) -> tuple[dict[str, Any], int]:
    length = int.from_bytes(payload[:8], "little")
    if len(payload) < 8 or length > min(_LARGEST_HEADER, len(payload) - 8):
        raise _damaged(where, f"{len(payload)} bytes", f"a header of {length} and more")
    try:
        header = json.loads(payload[8 : 8 + length])
    except (ValueError, RecursionError) as error:
        raise _damaged(where, f"a header that is no JSON ({error})", "a JSON header") from error
    if not isinstance(header, dict):
        raise _damaged(where, f"a header that is a {type(header).__name__}", "a JSON object")
    return header, 8 + length


def _begin(entry: object) -> int:
    offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
    return offsets[0] if isinstance(offsets, list) and offsets and _is_size(offsets[0]) else -1


def _entry(entry: object, where: str) -> tuple[np.dtype[Any], tuple[int, ...], int, int]:
    expected = "dtype, shape and two offsets"
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _damaged(where, str(entry)[:80], expected)
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    lists = isinstance(shape, list) and isinstance(offsets, list) and len(offsets) == 2
    if dtype not in _DTYPES or not lists or not all(map(_is_size, (*shape, *offsets))):
        raise _damaged(where, str(entry)[:80], expected)
    return np.dtype(_DTYPES[dtype]), tuple(shape), offsets[0], offsets[1]


def _is_size(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**40


def _damaged(where: str, got: str, expected: str) -> F1Error:
    return F1Error(
        "weights of a model are damaged",
        where=where,
        got=got,
        expected=expected,
        do="use another version of the model, or train it anew",
    )
