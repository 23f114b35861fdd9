"""Notes: what a reader should know of files, a season or a forecast, each of one kind.

A note changes no number. What is done with one hangs on its kind; its words are for people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

__all__ = ["Note", "NoteKind"]


class NoteKind(StrEnum):
    """What a note is about; other programs read these names, so none is ever renamed."""

    # Files and parts of files.
    UNUSABLE = "unusable"  # a file, or a part of one, that is not used
    CUT = "cut"  # the same, and more of it would help
    OTHER_SEASON = "other-season"  # a file of one that is not forecast
    FILE_COPY = "file-copy"  # says what another one says
    FILE_OLD = "file-old"  # a newer one of its kind counts
    FILE_JOINED = "file-joined"  # its facts went into other files' sessions
    FILE_NOT_READ = "file-not-read"  # data in a form that is not read
    MORE_UNUSABLE = "more-unusable"  # so many more parts of a file, for the same reasons
    DATA_UNUSED = "data-unused"  # known, and of no use to a forecast
    TESTING = "testing"
    SEASON_UNTOLD = "season-untold"
    PAGE_TAKEN_AS_WHOLE = "page-taken-as-whole"
    PAGES_MISSING = "pages-missing"
    PATH_OVERRULED = "path-overruled"  # by what the file holds
    VALUE_IMPOSSIBLE = "value-impossible"  # a date or a time that cannot be, left out
    STATUS_OVERRULED = "status-overruled"
    STATUS_MISSING = "status-missing"
    DELETED_LAPS_UNKNOWN = "deleted-laps-unknown"
    FILES_DIFFER = "files-differ"
    # The calendar.
    CALENDAR_MISSING = "calendar-missing"
    EVENT_UNLISTED = "event-unlisted"
    EVENT_UNNAMED = "event-unnamed"
    EVENT_MOVED = "event-moved"
    EVENT_CANCELLED = "event-cancelled"
    ROUND_OVERRULED = "round-overruled"
    SAME_DAY = "same-day"
    # Sessions that are not there, or not whole.
    RACE_MISSING = "race-missing"
    RACE_TO_COME = "race-to-come"
    QUALIFYING_MISSING = "qualifying-missing"
    RESULT_CUT = "result-cut"
    RESULT_SHORT = "result-short"  # used all the same
    # Facts that do not fit together.
    FEW_DRIVERS = "few-drivers"
    DRIVER_ABSENT = "driver-absent"
    DRIVER_DOUBLED = "driver-doubled"
    DRIVER_UNKNOWN = "driver-unknown"
    DRIVER_RESPELT = "driver-respelt"
    DRIVER_UNLISTED = "driver-unlisted"
    TEAM_UNLISTED = "team-unlisted"
    NUMBER_SHARED = "number-shared"
    GRID_ODD = "grid-odd"
    LAPS_ODD = "laps-odd"
    POINTS_ODD = "points-odd"
    POINTS_UNKNOWN = "points-unknown"
    FASTEST_LAP_UNKNOWN = "fastest-lap-unknown"
    ENTRIES_MISSING = "entries-missing"
    LINE_UP_UNKNOWN = "line-up-unknown"
    # The inputs and the forecast.
    SEASON_CHOSEN = "season-chosen"
    HISTORY_SHIPPED = "history-shipped"
    HISTORY_MISSING = "history-missing"
    CIRCUIT_UNKNOWN = "circuit-unknown"
    WITHOUT_FORECAST = "without-forecast"
    SAMPLER_MISSING = "sampler-missing"
    FIT_UNUSED = "fit-unused"
    MODEL_TROUBLE = "model-trouble"
    MODEL_MISSING = "model-missing"
    MODEL_WITHOUT_WEIGHT = "model-without-weight"
    MODEL_NOT_IN_TITLES = "model-not-in-titles"
    SCORES_UNWEIGHTED = "scores-unweighted"  # user weights are not in the scores of past races


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that a reader should know.

    Attributes
    ----------
    kind : NoteKind
    text : str
        What a person reads.
    where : str
        A file, a place in it or an event; empty: the whole of what the note stands in.
    do : str
        What to do about it; empty where nothing needs to be done, or the text says it.
    """

    kind: NoteKind
    text: str
    where: str = ""
    do: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text

    def at(self, where: str) -> Note:
        """Return the same note seen from outside: of a file, of a folder, of a season."""
        return replace(self, where=f"{where}: {self.where}" if self.where else where)
