# ruff: noqa: PLC0415 - what may be missing is imported where it is needed
"""Compile the GPU's kernel for an H100 without one, as far as PTX; prints facts as JSON.

Needs numba-cuda and NVIDIA's NVVM and NVRTC (``pip install 'numba-cuda[cu13]'``); says what
is missing otherwise. With ptxas (``pip install nvidia-cuda-nvcc``) also registers and spills.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

CAPABILITY = (9, 0)


def facts() -> dict[str, object]:
    try:
        from numba.cuda import compile_ptx, dispatcher
        from numba.cuda.cudadrv.nvvm import NVVM

        NVVM()
    except Exception as error:  # noqa: BLE001 - whatever is missing, and numba has many ways
        return {"missing": f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"}
    # numba asks the device what to compile device functions for; there is none
    dispatcher.get_current_device = lambda: SimpleNamespace(compute_capability=CAPABILITY)
    from numba import typeof

    from predictor.simulator.cuda.kernel import launch
    from predictor.simulator.cuda.layout import flat_outcomes, pack
    from predictor.simulator.ticks import prepare
    from tests.simulator.builders import grand_prix

    batch = pack([prepare(grand_prix(1))])
    types = tuple(typeof(value) for value in (*batch[:4], batch.sims, flat_outcomes(batch)))
    try:
        ptx, _ = compile_ptx(launch.py_func, types, cc=CAPABILITY)
    except Exception as error:
        if "nvrtc" in str(error).lower():
            return {"missing": "NVRTC"}
        raise
    return {
        "lines": ptx.count("\n"),
        "fused": len(re.findall(r"\bfma\.rn\.f32", ptx)),
        "products": len(re.findall(r"\bmul\.rn\.f32", ptx)),
        "exact_roots": len(re.findall(r"\bsqrt\.rn\.f32", ptx)),
        "float64": len(re.findall(r"\b\w+(?:\.\w+)*\.f64\s", ptx)),
        **assembled(ptx),
    }


def assembled(ptx: str) -> dict[str, object]:
    """Give what the assembler says of a kernel; empty where there is none."""
    wheels = [path for folder in sys.path for path in Path(folder, "nvidia").glob("*/bin/ptxas")]
    ptxas = str(wheels[0]) if wheels else shutil.which("ptxas")
    if ptxas is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "kernel.ptx")
        source.write_text(ptx)
        command = [ptxas, "-v", "-arch=sm_90", str(source), "-o", str(Path(folder, "kernel.cubin"))]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    number = {
        "registers": r"Used (\d+) registers",
        "spilled_bytes": r"(\d+) bytes spill stores",
        "stack_bytes": r"(\d+) bytes stack frame",
    }
    return {name: int(match[1]) for name, at in number.items() if (match := re.search(at, said))}


if __name__ == "__main__":
    json.dump(facts(), sys.stdout)
