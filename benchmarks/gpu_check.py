"""``python -m benchmarks.gpu_check``: all that only a GPU can show, in one go and one file.

The kernel's races on the GPU beside the CPU's, the tests marked ``gpu``, and what both cost for
one race and for a season in one launch. Minutes on a machine with an NVIDIA GPU and numba-cuda;
anywhere else it says what is missing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from services.cli.process import run
from services.cli.usage import GivenPath
from services.disk.own_kinds import GPU_CHECK
from services.disk.program import ROOT
from services.disk.targets import check_targets, targets_of, write_target
from services.settings.environment import host_facts
from services.settings.gpu import find_gpu, gpu_versions

_AGREEMENT = ("tests/validation/cuda_agreement.py",)
_TESTS = ("-m", "pytest", "-q", "-m", "gpu", "tests/simulator", "tests/settings")
_LIMIT_S = 240  # of each part; the whole is to end within ten minutes
_TAIL = 4000  # characters of what a part printed that are kept


@click.command()
@click.option(
    "--json",
    "json_path",
    type=GivenPath(path_type=Path),
    default=Path("gpu-check.json"),
    show_default=True,
    help="Where what was found is written.",
)
def gpu_check(json_path: Path) -> int:
    """See whether a GPU gives the races of the CPU, and what it costs."""
    targets = targets_of(json_path, GPU_CHECK, "--json")
    check_targets(targets)
    gpu = find_gpu()
    found: dict[str, Any] = {"host": host_facts(), "gpu": gpu.name, "trouble": gpu.trouble}
    if not gpu.trouble:
        found |= {"versions": gpu_versions(), **_parts()}
    found["agrees"] = not gpu.trouble and all(
        found[part]["exit_code"] == 0 for part in ("agreement", "tests")
    )
    for target in targets:
        write_target(target, orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    click.echo(f"no GPU: {gpu.trouble}" if gpu.trouble else f"{gpu.name}: {found['bench']}")
    click.echo(f"{'agrees' if found['agrees'] else 'not shown to agree'}; see {json_path}")
    return 0 if found["agrees"] else 1


def _parts() -> dict[str, Any]:
    from benchmarks.gpu import measure_gpu  # noqa: PLC0415 - imports numba
    from benchmarks.kernel import measure_kernel  # noqa: PLC0415

    return {
        "agreement": _part(_AGREEMENT),
        "tests": _part(_TESTS),
        "bench": {"gpu": measure_gpu(), "cpu": measure_kernel()},
    }


def _part(arguments: Sequence[str]) -> dict[str, Any]:
    """Run a part in a process of its own; what it printed last tells of a crash, too."""
    began = time.monotonic()
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, *arguments],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=_LIMIT_S,
        )
        code, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as error:
        code, output = None, error.stdout or b""
    seconds = round(time.monotonic() - began, 1)
    tail = output.decode(errors="replace")[-_TAIL:]
    return {"exit_code": code, "wall_s": seconds, "output": tail.splitlines()}


if __name__ == "__main__":
    run(gpu_check)
