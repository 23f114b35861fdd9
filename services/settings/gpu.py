"""Which processor simulates: a GPU where one can be used, else the CPU.

Looked up in the driver and in what is installed, without numba: a run in which nothing
has changed must not pay for its import.
"""

from __future__ import annotations

import functools
import sys
from importlib import metadata
from typing import NamedTuple

from predictor.errors import UsageError
from predictor.vocabulary import Backend

__all__ = ["AUTO", "Gpu", "choose_backend", "find_gpu", "gpu_versions"]

AUTO = "auto"
_PACKAGE = "numba-cuda"
_COMPILERS = ("nvvm", "nvrtc")  # libraries that numba-cuda compiles with
_NAME_BYTES = 128


class Gpu(NamedTuple):
    """The first GPU, or why there is none to use."""

    name: str = ""
    driver: int = 0  # as the driver counts: 13020 is CUDA 13.2
    trouble: str = ""


def choose_backend(wanted: str) -> Backend:
    """Give the processor for ``auto``, ``cpu`` or ``cuda``.

    Raises
    ------
    UsageError
        If a GPU is wanted by name and cannot be used.
    """
    if wanted == Backend.CPU:
        return Backend.CPU
    trouble = find_gpu().trouble
    if not trouble:
        return Backend.CUDA
    if wanted == AUTO:
        return Backend.CPU
    raise UsageError(
        "no GPU can be used",
        where="--backend",
        got=trouble,
        expected="an NVIDIA GPU with its driver, and numba-cuda with its compilers",
        do="pip install 'numba-cuda[cu13]' on a machine with a GPU, or --backend cpu",
    )


@functools.cache
def find_gpu() -> Gpu:
    """Look for a GPU, once a process."""
    try:
        metadata.version(_PACKAGE)
    except metadata.PackageNotFoundError:
        return Gpu(trouble=f"{_PACKAGE} is not installed")
    found = _first_device()
    return found if found.trouble else found._replace(trouble=_missing_compiler())


def gpu_versions() -> str:
    """Name what simulates on the GPU, as a part of keys."""
    gpu = find_gpu()
    if gpu.trouble:
        return gpu.trouble
    return f"{gpu.name}; driver {gpu.driver}; {_PACKAGE} {metadata.version(_PACKAGE)}"


def _first_device() -> Gpu:
    """Ask the CUDA driver for its first device."""
    import ctypes  # noqa: PLC0415 - an unchanged run does without

    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return Gpu(trouble="no NVIDIA driver is installed")
    count, device, version = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    name = ctypes.create_string_buffer(_NAME_BYTES)
    error = driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count))
    if error or count.value == 0:
        return Gpu(trouble=f"the NVIDIA driver shows no device (CUDA error {error})")
    error = (
        driver.cuDeviceGet(ctypes.byref(device), 0)
        or driver.cuDeviceGetName(name, _NAME_BYTES, device)
        or driver.cuDriverGetVersion(ctypes.byref(version))
    )
    if error:
        return Gpu(trouble=f"the NVIDIA driver does not answer (CUDA error {error})")
    return Gpu(name.value.decode(errors="replace"), version.value)


def _missing_compiler() -> str:
    """Say what of numba-cuda's compilers cannot be found; empty if all can."""
    from cuda.pathfinder import (  # noqa: PLC0415 - comes with numba-cuda
        DynamicLibNotFoundError,
        load_nvidia_dynamic_lib,
    )

    for name in _COMPILERS:
        try:
            load_nvidia_dynamic_lib(name)
        except DynamicLibNotFoundError:
            return f"{name} is not installed"
    return ""
