"""A reader in a process of its own: it reads one document again and again, each time whole.

``python -m tests.crash.reader PATH`` reads until its standard input ends, in ever other ways,
and prints how often it read and how many documents it saw. It fails at the first that is not
whole, or that changes while it is held open.
"""

from __future__ import annotations

import json
import mmap
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import orjson

from tests.crash.traces import whole
from tests.rules.sources import ROOT

__all__ = ["Reader"]

_LONGEST_PAUSE_S = 0.01


class Reader:
    """Starts a reader; `stop` gives what it saw."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.reader", str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    @property
    def has_ended(self) -> bool:
        """Whether it has ended by itself, because of what it saw."""
        return self._process.poll() is not None

    def stop(self) -> dict[str, int]:
        """End it; give ``{"reads": ..., "documents": ...}``."""
        output, errors = self._process.communicate()
        assert self._process.returncode == 0, errors.decode()
        seen: dict[str, int] = orjson.loads(output)
        return seen

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def _read_in_pieces(path: Path, chance: random.Random) -> bytes:
    """Read slowly, while others are published."""
    with path.open("rb", buffering=0) as file:
        pieces = []
        size = chance.choice((50_000, 200_000, 2_000_000))
        while piece := file.read(size):
            pieces.append(piece)
            time.sleep(chance.uniform(0, _LONGEST_PAUSE_S / 4))
    return b"".join(pieces)


def _read_mapped(path: Path, chance: random.Random) -> bytes:
    """Map the file, wait, and look at it twice: what is held stays as it is."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        before = mapped[:]
        time.sleep(chance.uniform(0, _LONGEST_PAUSE_S))
        assert mapped[:] == before
    return before


def _main(path: Path) -> None:
    is_over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), is_over.set()), daemon=True).start()
    chance = random.Random(1)
    n_reads, seen = 0, set()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not is_over.is_set():
        read = chance.choice((_read_in_pieces, _read_mapped))
        try:
            data = read(path, chance)
        except FileNotFoundError:
            assert not seen  # once there is a document, there always is
            continue
        seen.add(whole(data)["metadata"]["run"]["run_id"])
        n_reads += 1
        time.sleep(chance.uniform(0, _LONGEST_PAUSE_S))
    sys.stdout.write(json.dumps({"reads": n_reads, "documents": len(seen)}))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
