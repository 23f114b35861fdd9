"""One place where a file names a driver, and how far it is trusted."""

from __future__ import annotations

from dataclasses import dataclass

from predictor.records import DriverRef

__all__ = ["Mention"]


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a file names a driver."""

    ref: DriverRef
    event_id: str  # "" for the season's entries
    team_id: str | None
    rank: int  # lower is trusted more: entries, then providers in order of precedence
    is_entry: bool = False  # entered for the opening round
    is_result: bool = False
    record: str = ""  # which result of which file: no driver stands in it twice
