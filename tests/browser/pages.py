"""Which pages there are, and which stand for their kind."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from services.web.resource import HTML
from services.web.snapshot import make_snapshot
from services.web.world_reader import WorldReader
from tests.browser.recorded_server import N_DROPS, begun

__all__ = ["all_pages", "one_of_each_kind"]


@cache
def all_pages() -> tuple[str, ...]:
    """Give the paths of all pages of the recorded weekend, results shown."""
    with TemporaryDirectory() as folder:
        replay, _ = begun(Path(folder), N_DROPS)
        reader = WorldReader(replay.output, replay.store, clock=replay.now)
        try:
            made = make_snapshot(reader.look(), None)
        finally:
            reader.close()
    assert made.failures == ()
    return tuple(
        path
        for path, resource in made.resources.items()
        if "?" not in path and resource.status == 200 and resource.media_type == HTML
    )


def one_of_each_kind() -> tuple[str, ...]:
    """Give one page of each kind: of events the one at hand and one that is run."""
    kinds: dict[str, str] = {}
    for path in all_pages():
        kinds.setdefault(kind_of(path), path)
    return tuple(kinds.values())


def kind_of(path: str) -> str:
    """Give what pages of one kind share: their path without ids."""
    # The event at hand, and the last one that is run.
    for special in ("2025-belgium", "2025-great-britain"):
        if special in path:
            return path
    return re.sub(r"/(events|drivers|teams|runs|glossary|track-record)/[^/]+", r"/\1/_", path)
