"""A server of the recorded weekend whose drops come when they are told to, one a line of stdin.

python -m tests.browser.recorded_server FOLDER DROPS
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from services.web.demo.recording import Drop, Recording, read_recording
from services.web.demo.replay import Replay
from services.web.serve import run
from services.web.settings import ServeSettings

__all__ = ["N_DROPS", "begun", "main"]

N_DROPS = 3  # practice, sprint qualifying and sprint have come; qualifying and race are to come


def begun(folder: Path, n_drops: int) -> tuple[Replay, Sequence[Drop]]:
    """Give a weekend of which some drops have come, and those that are to come."""
    whole = read_recording()
    begin, ahead = whole.weekend[:n_drops], whole.weekend[n_drops:]
    so_far = Recording(whole.season, (*whole.before, *begin), ())
    replay = Replay(folder, 0.0, lambda _: None, so_far)
    replay.open()
    replay.look_back()
    return replay, ahead


def main(folder: str, n_drops: str) -> int:
    replay, ahead = begun(Path(folder), int(n_drops))
    settings = ServeSettings(folder=replay.output, port=0, store=replay.store, clock=replay.now)
    drops = threading.Thread(target=_follow, args=(replay, ahead), daemon=True)

    def say(where: str) -> None:
        sys.stdout.write(f"serving {replay.output} at {where}\n")
        sys.stdout.flush()
        drops.start()

    return run(settings, say)


def _follow(replay: Replay, ahead: Sequence[Drop]) -> None:
    for _, drop in zip(sys.stdin, ahead, strict=False):
        replay.drop(drop)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
