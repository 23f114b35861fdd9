"""Whether this installation can forecast, and what each part of it that is missing would give."""

from __future__ import annotations

import errno
import platform
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from predictor.errors import F1Error
from services.disk.program import BASE_GROUP, OLDEST_PYTHON, REQUIREMENTS, how_to_install
from services.settings.environment import is_installed, keep_kernels_in
from services.settings.gpu import find_gpu
from services.settings.limits import place_of, read_settings

__all__ = ["Check", "check_all", "packages"]

_ENOUGH = 2**30  # bytes; stored results of a season take about a fifth of it
_GROUP = re.compile(r"# --- (\w+): (.+)")
_PIN = re.compile(r"([A-Za-z0-9_.-]+)==([^\s;#]+)")
# Packages whose module is called something else than the package with underscores.
_MODULES = {"codespell": "codespell_lib", "import-linter": "importlinter", "pytest-xdist": "xdist"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    part: str  # python | package | configuration | folder | backend
    name: str
    ok: bool
    is_needed: bool  # for a forecast; else a feature goes without it
    found: str
    feature: str = ""  # what needs it
    do: str = ""


def check_all(train_data: Path, output: Path) -> tuple[Check, ...]:
    """Look at all that a forecast needs, and at what optional features need.

    Parameters
    ----------
    train_data : Path
        Folder of session files.
    output : Path
        Folder of the season document; need not exist.
    """
    return (
        _python(),
        *packages(REQUIREMENTS.read_text(encoding="utf-8")),
        _configuration(),
        _readable(train_data),
        _writable(output),
        _space(output),
        _kernels(output),
        _gpu(),
    )


def _python() -> Check:
    wanted = ".".join(map(str, OLDEST_PYTHON))
    found = platform.python_version()
    is_new = sys.version_info[:2] >= OLDEST_PYTHON
    do = "" if is_new else f"make the environment with Python {wanted} or newer"
    return Check("python", f"Python {wanted} or newer", is_new, True, found, do=do)


def packages(requirements: str) -> Iterator[Check]:
    """Compare what is installed with what is pinned, group by group."""
    group, feature = "", ""
    for line in requirements.splitlines():
        heading, pin = _GROUP.match(line), _PIN.match(line)
        if heading is not None:
            group, feature = heading[1], heading[2]
        elif pin is not None:
            name, wanted = pin[1], pin[2]
            found = _installed(name)
            ok = found.partition("+")[0] == wanted  # 2.13.0+cpu is a build of 2.13.0
            do = "" if ok else f"pip install {name}=={wanted}"
            is_needed = group == BASE_GROUP and not found
            yield Check(
                "package",
                f"{name} {wanted}",
                ok,
                is_needed,
                found or "not installed",
                f"{group}: {feature}",
                do,
            )


def _installed(name: str) -> str:
    """Give the version of a package that can be imported; empty where it cannot."""
    module = _MODULES.get(name, name.replace("-", "_"))
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
    # A package of commands alone, such as a linter, has no module that must be importable.
    return found if is_installed(module) else ""


def _configuration() -> Check:
    from services.settings.model_constants import read_model  # noqa: PLC0415 - needs NumPy

    def read() -> str:
        read_settings()
        read_model()
        return "settings, constants, circuits and crews are read"

    return _attempt("configuration", "config/", read, "mend the file that is named")


def _readable(folder: Path) -> Check:
    from services.intake.scan import readable_folder  # noqa: PLC0415

    def look() -> str:
        readable_folder(folder)
        return "can be read"

    return _attempt("folder", str(folder), look, "name the folder with --train-data")


def _writable(folder: Path) -> Check:
    from services.publishing.publisher import check_writable  # noqa: PLC0415

    def write() -> str:
        check_writable(folder)
        return "can be written"

    return _attempt("folder", str(folder), write, "name another folder with --output")


def _space(folder: Path) -> Check:
    name, feature = f"space in {folder}", "stored results and models"
    try:
        free = _free_bytes((folder.absolute(), *folder.absolute().parents))
    except OSError as error:
        found = f"not known: {error.strerror or error}"
        return Check("folder", name, False, False, found, feature, "name another folder: --output")
    return Check(
        "folder",
        name,
        free >= _ENOUGH,
        False,
        f"{free / 2**30:.1f} GiB free",
        feature,
        "" if free >= _ENOUGH else f"free 1 GiB, or lower max_bytes under {place_of('store')}",
    )


def _free_bytes(folders: Iterable[Path]) -> int:
    """Return the room on the disk of the first folder that is there.

    Raises
    ------
    OSError
        If none is, as on a drive of Windows that is not there, or the disk does not tell.
    """
    for one in folders:
        if one.exists():
            return shutil.disk_usage(one).free
    raise FileNotFoundError(errno.ENOENT, "no folder of this path is there")


def _kernels(output: Path) -> Check:
    def compile_() -> str:
        keep_kernels_in(output / ".cache" / "numba")
        from services.forecasting.warm import warm_kernels  # noqa: PLC0415 - numba loads here

        return f"ready after {warm_kernels():.1f} s"

    return _attempt("backend", "cpu: compiled kernels", compile_, how_to_install(BASE_GROUP))


def _gpu() -> Check:
    gpu = find_gpu()
    do = "pip install 'numba-cuda[cu13]' on a machine with a GPU; --backend cpu works without"
    found, do = (gpu.trouble, do) if gpu.trouble else (gpu.name, "")
    return Check("backend", "cuda", not gpu.trouble, False, found, "--backend cuda", do)


def _attempt(part: str, name: str, look: Callable[[], str], do: str) -> Check:
    """Give what a look finds; whatever it raises is what is wrong."""
    try:
        return Check(part, name, True, True, look())
    except F1Error as error:
        return Check(part, name, False, True, error.one_line(), do=error.do or do)
    except Exception as error:  # noqa: BLE001 - of any package, however it is broken
        return Check(part, name, False, True, f"{type(error).__name__}: {error}", do=do)
