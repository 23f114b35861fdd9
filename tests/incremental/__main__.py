"""``python -m tests.incremental [word ...]``: plant each fault; see that the machine notices."""

from __future__ import annotations

import sys

from tests.incremental.attempts import Attempt, attempts, unharmed
from tests.incremental.planted import FAULTS


def main(words: list[str]) -> int:
    """Try every fault whose name holds one of the words, or all; 0 if each is caught."""
    say = sys.stdout.write
    chosen = [f for f in FAULTS if not words or any(word in f.name for word in words)]
    found = []
    for attempt in attempts(chosen):
        found.append(attempt)
        say(f"{_line(attempt)}\n" + (f"    {attempt.words}\n" if words else ""))
        sys.stdout.flush()
    sound = unharmed()
    say(f"the engine as it is: {sound.words if sound.caught else 'agrees'}, ")
    say(f"{sound.n_runs} runs, {sound.cpu_s:.1f} s\n")
    n_caught = sum(attempt.caught for attempt in found)
    say(f"caught {n_caught} / {len(found)} planted\n")
    return 0 if n_caught == len(found) and not sound.caught else 1


def _line(attempt: Attempt) -> str:
    seen = f"caught by run {attempt.n_runs}" if attempt.caught else "NOT CAUGHT"
    return f"{attempt.fault}: {seen}, {attempt.cpu_s:.1f} s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
