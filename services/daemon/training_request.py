"""What a training that the daemon starts is asked for: the seasons that it follows."""

from __future__ import annotations

from services.disk.program import RACE_DATA
from services.settings.run_request import RunRequest

__all__ = ["train_options"]


_PROCESSES = 2  # at a time: a training gives way to everything, but takes memory for each


def train_options(settings: RunRequest, kind: str = "") -> tuple[str, ...]:
    """Give the options of ``models train``: the daemon's own data, the kind that serves.

    The running season is learned from if its folder is called by its year, beside the others;
    else the seasons that come with the product are.
    """
    own = settings.train_data
    is_year = len(own.name) == 4 and own.name.isdecimal()
    data = own.resolve().parent if is_year else RACE_DATA
    history = () if settings.history is None else ("--history", str(settings.history.resolve()))
    kinds = ("--kind", kind) if kind else ()
    return ("--data", str(data), *history, *kinds, "--jobs", str(_PROCESSES))
