"""Read the product's own files, as a process finds them on disk.

To parse them all takes two seconds, so what counts of each is kept under the digest of its bytes,
beside what Python keeps of them. A folder that cannot be written costs these seconds.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
from collections.abc import Iterator
from pathlib import Path

import msgspec

from predictor.graph.source_code import ProductCode, Source, read_module
from services.disk.program import ROOT, SHIPPED
from services.disk.sealed_file import UNDECODABLE, read_sealed, write_sealed

__all__ = ["read_product_code"]

_PACKAGES = frozenset({"predictor", "services"})
_RESOURCES = (".json", ".toml")
# What a wheel carries inside `services` is settings and seasons, which have keys of their own.
_NO_CODE = ("__pycache__", SHIPPED)
_READER = "predictor/graph/source_code.py"


class _Kept(msgspec.Struct, array_like=True):
    """What counts of modules, by the digest of their bytes, and what found it."""

    reader: str
    sources: dict[str, Source]


def read_product_code() -> ProductCode:
    """Return all code of the product as it is on disk now.

    Raises
    ------
    OSError
        While it is being replaced.
    """
    found = {path: (ROOT / path).read_bytes() for path in sorted(_files())}
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in found.items()}
    modules = {path: digest for path, digest in digests.items() if path.endswith(".py")}
    # Another Python, or another version of what reads, may see something else in the same bytes.
    reader = f"{platform.python_version()} {digests.get(_READER, '')}"
    kept = _read_kept(reader)
    read = {
        digest: kept.get(digest) or read_module(found[path], _PACKAGES)
        for path, digest in modules.items()
    }
    if read.keys() != kept.keys():
        with contextlib.suppress(OSError):
            write_sealed(_place(), msgspec.msgpack.encode(_Kept(reader, read)))
    return ProductCode(
        {
            _name(path): read[digest] if path in modules else Source(f"sha256:{digest}")
            for path, digest in digests.items()
        }
    )


def _files() -> Iterator[str]:
    for package in _PACKAGES:
        for folder, folders, names in os.walk(ROOT / package):
            folders[:] = [name for name in folders if name not in _NO_CODE]
            inside = Path(folder).relative_to(ROOT).as_posix()
            yield from (f"{inside}/{name}" for name in names if name.endswith((".py", *_RESOURCES)))


def _name(path: str) -> str:
    folder, _, name = path.rpartition("/")
    package = folder.replace("/", ".")
    if name == "__init__.py":
        return package
    return f"{package}.{name[:-3]}" if name.endswith(".py") else f"{package}/{name}"


def _place() -> Path:
    compiled = os.environ.get("NUMBA_CACHE_DIR")  # see `environment.keep_kernels_in`
    beside = importlib.util.cache_from_source(str(ROOT / "predictor" / "__init__.py"))
    return (Path(compiled) if compiled else Path(beside).parent) / "source-code.bin"


def _read_kept(reader: str) -> dict[str, Source]:
    payload = read_sealed(_place())
    with contextlib.suppress(*UNDECODABLE):
        kept = msgspec.msgpack.decode(payload or b"", type=_Kept)
        if kept.reader == reader:
            return kept.sources
    return {}
