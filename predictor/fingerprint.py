"""Canonical bytes, digests and typed decoding of values.

What a stage gives is stored as these bytes and named by their digest, so equal
values give equal bytes: dictionaries are written in key order, floats as IEEE
doubles, arrays as little-endian C-order memory. Types leave no trace: a
dataclass and a dictionary with the same fields in the same order have one digest.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec

from predictor.errors import F1Error

if TYPE_CHECKING:
    import numpy as np

__all__ = ["decode", "digest", "digest_of_bytes", "encode", "find_non_finite"]

T = TypeVar("T")

ARRAY = 1  # msgpack extension code; payload: msgpack [dtype, shape], then the memory
# A NaN or an infinity as MessagePack writes it: the mark of a double, sign, an exponent of ones.
# Text and arrays may hold these bytes by chance, so they only say where to look closely.
_NON_FINITE = re.compile(rb"\xcb[\x7f\xff][\xf0-\xff]")
_PLAIN_KINDS = "biufSUM"  # dtypes whose memory is the value; no objects, no records


def encode(value: object) -> bytes:
    """Give the canonical bytes of a value.

    Parameters
    ----------
    value : plain values, dataclasses, enums, NumPy arrays, or nests of these

    Returns
    -------
    bytes
        MessagePack; equal values give equal bytes in every process.

    Raises
    ------
    F1Error
        If a float outside an array is not finite, or a type has no canonical form.
    """
    try:
        payload = _ENCODER.encode(value)
        if _NON_FINITE.search(payload):
            # The C encoder of json walks a value ten times faster than Python code would.
            plain = msgspec.to_builtins(value, enc_hook=_stand_in, str_keys=True)
            json.dumps(plain, allow_nan=False)
    except TypeError as error:
        raise F1Error(
            "value has no canonical bytes",
            got=str(error),
            expected="plain values, dataclasses, enums and NumPy arrays of numbers",
        ) from error
    except ValueError as error:
        place = find_non_finite(value)
        if place is None:
            raise
        raise F1Error(
            "number is not finite",
            where=place,
            expected="a finite float, or None for unknown",
            do="find the stage that made it; only arrays may hold NaN",
        ) from error
    return payload


def decode(payload: bytes, kind: type[T]) -> T:
    """Rebuild a value of a known type from its canonical bytes.

    Arrays come back aligned and read-only: a stage that wrote into its input would
    change what another stage reads.

    Raises
    ------
    msgspec.DecodeError
        If the bytes hold something else than ``kind``, or nothing that can be read.
    """
    if is_dataclass(kind) and _n_named(payload) != len(fields(kind)):
        # Fields that are missing would take their defaults, and strange ones be passed over.
        raise msgspec.ValidationError(f"not the fields of {kind.__name__}")
    try:
        value: T = _decoder(cast("Hashable", kind)).decode(payload)
    # Text that is none, arrays of no known type, lists in lists in lists.
    except (ValueError, TypeError, RecursionError) as error:
        raise msgspec.ValidationError(str(error)) from error
    return value


def _n_named(payload: bytes) -> int:
    """Give the number of entries of a map in MessagePack; -1 for anything else."""
    first = payload[0] if payload else 0
    if first == 0xDE:  # two bytes tell; a dataclass has no more
        return int.from_bytes(payload[1:3], "big")
    return first & 0x0F if first & 0xF0 == 0x80 else -1


def digest(value: object) -> str:
    """Give the SHA-256 of a value's canonical bytes as ``"sha256:<hex>"``."""
    return digest_of_bytes(encode(value))


def digest_of_bytes(payload: bytes) -> str:
    """Give the SHA-256 of bytes as ``"sha256:<hex>"``."""
    return "sha256:" + hashlib.sha256(payload).hexdigest()


def find_non_finite(value: object, place: str = "") -> str | None:
    """Give the place of the first NaN or infinity outside arrays, or None."""
    if isinstance(value, float):
        return None if math.isfinite(value) else place or "/"
    children: Iterable[tuple[object, object]] = ()
    if is_dataclass(value) and not isinstance(value, type):
        children = ((field.name, getattr(value, field.name)) for field in fields(value))
    elif isinstance(value, Mapping):
        children = value.items()
    elif isinstance(value, (list, tuple)):
        children = enumerate(value)
    for name, child in children:
        found = find_non_finite(child, f"{place}/{name}")
        if found is not None:
            return found
    return None


def _encode_other(value: object) -> object:
    if _is_numpy(value, "ndarray"):
        return msgspec.msgpack.Ext(ARRAY, _array_bytes(cast("np.ndarray", value)))
    if _is_numpy(value, "generic"):
        return cast("np.generic", value).item()
    raise TypeError(f"{type(value).__module__}.{type(value).__qualname__}")


def _stand_in(value: object) -> object:
    return cast("np.generic", value).item() if _is_numpy(value, "generic") else None


def _is_numpy(value: object, name: str) -> bool:
    # A value can only be an array if somebody has imported NumPy already; a run in
    # which nothing changed does not import it for this question (60 ms).
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, getattr(numpy, name))


def _array_bytes(array: np.ndarray) -> bytes:
    if array.dtype.kind not in _PLAIN_KINDS:
        raise TypeError(f"array of {array.dtype}")
    plain = array.astype(array.dtype.newbyteorder("<"), order="C", copy=False)
    header = msgspec.msgpack.encode((plain.dtype.str, plain.shape))
    return len(header).to_bytes(2, "little") + header + plain.tobytes()


def _decode_extension(code: int, data: memoryview) -> np.ndarray:
    if code != ARRAY:
        raise msgspec.ValidationError(f"unknown extension {code}")
    import numpy  # noqa: PLC0415 - only where a value holds arrays

    start = 2 + int.from_bytes(data[:2], "little")
    dtype, shape = msgspec.msgpack.decode(data[2:start], type=tuple[str, tuple[int, ...]])
    # bytes() copies into memory of its own: the view may start at an odd address, and
    # compiled kernels would treat an unaligned array as another type.
    return numpy.frombuffer(bytes(data[start:]), dtype=numpy.dtype(dtype)).reshape(shape)


def _decode_other(kind: type, value: object) -> object:
    origin = getattr(kind, "__origin__", kind)
    if isinstance(value, origin):
        return value
    raise msgspec.ValidationError(f"expected {origin.__name__}, got {type(value).__name__}")


@lru_cache(maxsize=256)
def _decoder(kind: Hashable) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind, ext_hook=_decode_extension, dec_hook=_decode_other)


_ENCODER = msgspec.msgpack.Encoder(order="deterministic", enc_hook=_encode_other)
