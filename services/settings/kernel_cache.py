"""Compiled kernels on disk under a checksum: machine code that is damaged is never run.

numba keeps compiled functions in files that it trusts: a cut one stops a run, and one with a bit
changed is executed. Here every file carries a checksum behind its content, where numba without
this module ignores it. What is damaged, unreadable or without a checksum is removed, and the
function is compiled and kept again; a folder that takes nothing costs the time of compiling.

numba imports this module when it is about to cache its first function, because
`services.settings.environment.seal_kernels` names `KernelFolder` as the way to find a place for it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from numba.core import caching

from predictor.errors import DropError
from services.disk.atomic_write import replace_file
from services.disk.whole_file import read_whole
from services.settings.logs import LOG

__all__ = ["KernelFolder", "SealedFiles"]

_SEAL_BYTES = hashlib.sha256().digest_size
_MOST_BYTES = 1 << 28  # of one file; a kernel has half a million


class KernelFolder(caching._CacheLocator):
    """The folder that numba itself would choose; one that cannot be written stops nothing."""

    def __init__(self, chosen: Any) -> None:  # noqa: ANN401 - a locator of numba's
        self._chosen = chosen
        self._py_file = chosen._py_file

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> KernelFolder:  # noqa: ANN401
        """Give the folder of a function's files."""
        for kind in caching.CacheImpl._locator_classes:  # PyTensor adds its own there
            found = kind.from_function(py_func, py_file)
            if found is not None:
                return cls(found)
        return cls(caching.InTreeCacheLocator(py_func, py_file))  # nothing can be kept

    def ensure_cache_path(self) -> None:
        """Do nothing: a folder is made with its first file."""

    def get_cache_path(self) -> str:
        """Give the folder."""
        return os.fspath(self._chosen.get_cache_path())

    def get_source_stamp(self) -> Any:  # noqa: ANN401 - whatever tells one source from another
        """Give what changes with the function's source."""
        return self._chosen.get_source_stamp()

    def get_disambiguator(self) -> str:
        """Give what tells functions of one name apart."""
        return str(self._chosen.get_disambiguator())


class SealedFiles(caching.IndexDataCacheFile):
    """The index of one function's compiled forms, and these forms: numba's files, sealed."""

    def _load_index(self) -> Any:  # noqa: ANN401
        return self._loaded(Path(self._index_path), super()._load_index) or {}

    def _load_data(self, name: str) -> Any:  # noqa: ANN401
        return self._loaded(Path(self._data_path(name)), partial(super()._load_data, name))

    def _loaded(self, path: Path, load: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Give what a file holds, or None after removing it."""
        trouble = _trouble_with(path)
        if not trouble:
            try:
                return load()
            except Exception as error:  # noqa: BLE001 - of another version; whatever unpickling raises
                trouble = f"{type(error).__name__}: {error}"
        if os.path.lexists(path):
            LOG.warning("%s is removed, and compiled again: it %s", path.name, trouble)
            _remove(path)
        return None

    @contextlib.contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[io.BytesIO]:
        path, content = Path(filepath), io.BytesIO()
        yield content
        data = content.getvalue()
        try:
            if path.is_dir():
                _remove(path)
            replace_file(path, data + _seal(path, data))
        except OSError as error:
            LOG.warning("%s is not kept, and will be compiled again: %s", path.name, error)


def _trouble_with(path: Path) -> str:
    """Say what is wrong with a sealed file, if anything is."""
    try:
        data, _ = read_whole(str(path), _MOST_BYTES)
    except DropError as error:
        return error.what
    content, seal = data[:-_SEAL_BYTES], data[-_SEAL_BYTES:]
    return "" if seal == _seal(path, content) else "does not hold what was written"


def _seal(path: Path, content: bytes) -> bytes:
    return hashlib.sha256(path.name.encode() + b"\0" + content).digest()


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


# numba makes its files of whatever class has this name.
caching.IndexDataCacheFile = SealedFiles
