"""``python -m tests.fuzz``: change real files thousands of times, and read each as a run does.

Every case has a number; ``--seed N --only K`` does one again. Processes of their own do a
few hundred cases each, so that memory is measured anew and a crash is only theirs.
"""

# ruff: noqa: T201 - it is a program

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.cases import attempt, make_case, run_chunk
from tests.fuzz.corpus import Samples, samples

_EACH = 250  # cases of one process


def main() -> int:
    """Run the cases asked for; give 1 if any of them has a fault."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("--cases", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--first", type=int, default=0, help="number of the first case")
    options.add_argument("--only", type=int, help="number of one case, whose files are kept")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--keep", type=Path, default=Path(".fuzz"), help="folder of faulty files")
    given = options.parse_args()
    if given.only is not None:
        case = make_case(samples(), given.seed, given.only)
        _keep(given.keep, given.only, case)
        print(f"seed {given.seed} case {given.only}, in {given.keep}: {', '.join(case)}")
        print(attempt(case))
        return 0
    start = time.monotonic()
    numbers = range(given.first, given.first + given.cases)
    chunks = [(given.seed, numbers[at : at + _EACH]) for at in range(0, len(numbers), _EACH)]
    kinds: Counter[str] = Counter()
    used = slowest = largest = 0.0
    with multiprocessing.get_context("spawn").Pool(given.jobs, maxtasksperchild=1) as pool:
        for number, outcome in (one for part in pool.imap(run_chunk, chunks) for one in part):
            used += outcome.n_used > 0
            slowest, largest = max(slowest, outcome.seconds), max(largest, outcome.n_bytes)
            if outcome.fault:
                kinds[outcome.fault] += 1
                if kinds[outcome.fault] == 1:
                    print(f"seed {given.seed} case {number}: {outcome.fault}", flush=True)
                    _keep(given.keep, number, make_case(samples(), given.seed, number))
    print(
        f"seed {given.seed}: {len(numbers)} cases of {len(samples())} files, {used:.0f} with a "
        f"file in use, {sum(kinds.values())} faults of {len(kinds)} kinds; slowest "
        f"{slowest:.2f} s of CPU, largest {largest / 2**20:.0f} MB; "
        f"{time.monotonic() - start:.0f} s"
    )
    return 1 if kinds else 0


def _keep(folder: Path, number: int, case: Samples) -> None:
    """Save a case's files under plain names, each beside the path that it was given."""
    place = folder / str(number)
    place.mkdir(parents=True, exist_ok=True)
    for at, (path, data) in enumerate(case.items()):
        (place / f"{at}.data").write_bytes(data)
        (place / f"{at}.path").write_text(path, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
