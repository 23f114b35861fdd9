"""What results depend on beside the data: the code, and what it runs on."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import os
import platform
from importlib import metadata
from pathlib import Path

import predictor
from predictor.graph.plan import Salt
from predictor.graph.source_code import ProductCode
from predictor.learn.model_kinds import packages_that_train
from services.disk.program import ROOT
from services.settings.product_code import read_product_code

__all__ = [
    "available_cpus",
    "code_digest",
    "host_facts",
    "is_installed",
    "keep_kernels_in",
    "keep_sampler_in",
    "learner_versions",
    "loaded_code",
    "product_code",
    "salt",
    "sampler_versions",
    "seal_kernels",
    "use_one_blas_thread",
]


# Packages whose arithmetic ends up in results; their versions are read, not imported.
_OWNED = ("numpy", "numba", "llvmlite", "msgspec")

# The same for the sampled posterior; they are part of the keys of its own stages only.
_SAMPLER = ("pymc", "pytensor", "nutpie", "arviz", "scipy")


def use_one_blas_thread() -> None:
    """Keep NumPy from starting threads; must be called before it is imported.

    The matrices are small, and threads for them cost more than they give.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@functools.cache
def product_code() -> ProductCode:
    """Return all code as it was when this process first asked.

    A process goes on with the code it has loaded, whatever happens on disk.
    """
    return read_product_code()


def loaded_code() -> str:
    """Return one digest of all code that this process has loaded, or would load."""
    return product_code().whole


@functools.cache
def salt() -> Salt:
    """Return the code and environment part of every key, as `product_code` is."""
    return Salt(code_digest(), _environment(), product_code())


def code_digest() -> str:
    """Return one digest of all code of the library; a stage's key holds what the stage reaches."""
    return product_code().of_package(predictor.__name__)


def host_facts() -> dict[str, str | int]:
    """Describe the machine for the document's volatile part and for benchmarks."""
    return {
        "machine": platform.machine(),
        "processor": _processor_name(),
        "cpus": available_cpus(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def available_cpus() -> int:
    """Give the number of processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def keep_kernels_in(folder: Path) -> None:
    """Have what is compiled from the code kept in a folder if the package cannot be written.

    Kernels, and what `product_code` has read. Must be called before numba is imported.
    """
    seal_kernels()
    if not os.access(ROOT / "predictor", os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(folder.resolve()))


def seal_kernels() -> None:
    """Have compiled kernels kept under a checksum; must be called before numba is imported."""
    os.environ.setdefault(
        "NUMBA_CACHE_LOCATOR_CLASSES", "services.settings.kernel_cache.KernelFolder"
    )


def keep_sampler_in(folder: Path) -> None:
    """Have what the sampler compiles kept in a folder; must be called before it is imported.

    Without a C compiler: the sampler's functions are compiled by numba.
    """
    path = str(folder.resolve())
    if "," not in path:  # which separates the flags
        os.environ.setdefault("PYTENSOR_FLAGS", f"base_compiledir={path},cxx=")


@functools.cache
def sampler_versions() -> str:
    """Give the versions of what samples; empty if any of it is not installed."""
    if not all(map(is_installed, _SAMPLER)):
        return ""
    try:
        return "; ".join(f"{name} {metadata.version(name)}" for name in _SAMPLER)
    except metadata.PackageNotFoundError:
        return ""


def is_installed(package: str) -> bool:
    """Whether a package can be imported, as far as can be told without importing it."""
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):  # what stands in its place is no package
        return False


@functools.cache
def learner_versions() -> str:
    """Give the versions of what trains models, as far as it is installed."""
    found = []
    for name in packages_that_train():
        with contextlib.suppress(metadata.PackageNotFoundError):
            found.append(f"{name} {metadata.version(name)}")
    return "; ".join(found)


def _environment() -> str:
    versions = [f"python {platform.python_version()}", platform.machine(), platform.system()]
    # OpenBLAS picks its kernels by processor, and their last digits differ: 3 of 62,652 numbers
    # of a season, by 1e-5, between two of them.
    versions += [f"processor {_instruction_sets()}", os.environ.get("OPENBLAS_CORETYPE", "")]
    for name in _OWNED:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{name} absent")
    return "; ".join(versions)


def _processor_name() -> str:
    return _cpuinfo("model name") or platform.processor() or "unknown"


def _instruction_sets() -> str:
    """Give a short name of what the processor can do; without it, what it is called."""
    flags = _cpuinfo("flags") or _cpuinfo("Features")  # x86; ARM
    known = " ".join(sorted(flags.split())) or _processor_name()
    return hashlib.sha256(known.encode()).hexdigest()[:12]


def _cpuinfo(name: str) -> str:
    """Give a field of the first processor that Linux lists; empty elsewhere."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith(name):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return ""
