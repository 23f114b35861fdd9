"""What results depend on beside the data: the code, and what it runs on."""

from __future__ import annotations

import hashlib
import os
import platform
from importlib import metadata
from pathlib import Path

from predictor.plan import Salt

__all__ = ["available_cpus", "code_digest", "host_facts", "keep_kernels_in", "salt"]

ROOT = Path(__file__).resolve().parent.parent

# Packages whose arithmetic ends up in results; their versions are read, not imported.
_OWNED = ("numpy", "numba", "llvmlite", "msgspec")


def salt() -> Salt:
    """Give the code and environment part of every key."""
    return Salt(code=code_digest(), environment=_environment())


def code_digest() -> str:
    """Give one digest of all code that can change a result.

    Coarse on purpose: any edit of the library recomputes everything, and no list of
    helpers has to be kept. Of the house only the stages in ``snapshot.py`` count.
    """
    files = [
        path
        for path in sorted((ROOT / "predictor").rglob("*"))
        if path.suffix in {".py", ".json", ".toml"} and path.is_file()
    ]
    total = hashlib.sha256()
    for path in [*files, ROOT / "services" / "snapshot.py"]:
        name = path.relative_to(ROOT).as_posix()
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return "sha256:" + total.hexdigest()


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
    """Have compiled kernels cached in a folder if the package itself cannot be written.

    Must be called before numba is imported.
    """
    if not os.access(ROOT / "predictor", os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(folder.resolve()))


def _environment() -> str:
    versions = [f"python {platform.python_version()}", platform.machine(), platform.system()]
    for name in _OWNED:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{name} absent")
    return "; ".join(versions)


def _processor_name() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
