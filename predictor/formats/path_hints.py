"""What a file's path says of its session, for exports whose content names none.

This is the last resort: FastF1 exports carry drivers and times, but not which event
they belong to, and an OpenF1 answer only keys. What the content says always wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from predictor.errors import FormatError
from predictor.records import EventRef
from predictor.vocabulary import SessionKind

__all__ = ["NAMING_HELP", "PathHints", "hints_from_path", "require_hints"]

NAMING_HELP = (
    "name it like 2025/07-emilia-romagna/qualifying.csv "
    "or 2025_07_Emilia_Romagna_qualifying_results.csv"
)

_KINDS = {
    "fp1": SessionKind.FP1,
    "fp2": SessionKind.FP2,
    "fp3": SessionKind.FP3,
    "practice 1": SessionKind.FP1,
    "practice 2": SessionKind.FP2,
    "practice 3": SessionKind.FP3,
    "practice1": SessionKind.FP1,
    "practice2": SessionKind.FP2,
    "practice3": SessionKind.FP3,
    "q": SessionKind.QUALIFYING,
    "quali": SessionKind.QUALIFYING,
    "qualifying": SessionKind.QUALIFYING,
    "qualification": SessionKind.QUALIFYING,
    "s": SessionKind.SPRINT,
    "sprint": SessionKind.SPRINT,
    "sq": SessionKind.SPRINT_QUALIFYING,
    "ss": SessionKind.SPRINT_QUALIFYING,
    "sprint qualifying": SessionKind.SPRINT_QUALIFYING,
    "sprint quali": SessionKind.SPRINT_QUALIFYING,
    "sprint shootout": SessionKind.SPRINT_QUALIFYING,
    "r": SessionKind.RACE,
    "race": SessionKind.RACE,
}
_NOISE = frozenset(
    re.findall(
        r"\w+",
        "control csv data export fastf1 ff1 final gp grand grid json lap laps offline online "
        "openf1 pit pits prix result results round session starting stints stops timing weather",
    )
)
_SEASON = re.compile(r"(19|20)\d\d", re.ASCII)
_ROUND = re.compile(r"(?:r|rd|round)?(\d{1,2})", re.ASCII)
_PART_OF_FILE = re.compile(r"(head|tail|part|page|v)\d*")


@dataclass(frozen=True, slots=True)
class PathHints:
    """What a path says; any field may be unknown."""

    season: int | None = None
    round: int | None = None
    name: str | None = None  # "Emilia Romagna Grand Prix"
    kind: SessionKind | None = None

    @property
    def names_event(self) -> bool:
        """Whether the path tells which event of which season it is."""
        return self.season is not None and (self.name is not None or self.round is not None)

    def event(self) -> EventRef:
        """Give what the path says as a reference."""
        return EventRef(season=self.season, round=self.round, name=self.name)


def hints_from_path(path: str) -> PathHints:
    """Read season, round, name and session out of a relative path.

    The file's name is asked first, then its folders from the innermost out. A name of
    an event is only taken beside a season or a round, or from a folder of a season.

    Parameters
    ----------
    path : str
        "2024_01_Bahrain_race_results.csv", "2025/05-monaco/fastf1_q.csv".
    """
    parts = [part for part in re.split(r"[/\\]", path) if part]
    if parts:
        parts[-1] = parts[-1].split(".", 1)[0]
    found = PathHints()
    for depth in range(len(parts) - 1, -1, -1):
        below_season = depth > 0 and _SEASON.fullmatch(parts[depth - 1]) is not None
        is_file = depth == len(parts) - 1
        said = _hints_from_part(parts[depth], below_season=below_season and not is_file)
        found = PathHints(
            season=found.season if found.season is not None else said.season,
            round=found.round if found.round is not None else said.round,
            name=found.name or said.name,
            kind=found.kind or said.kind,
        )
    return found


def require_hints(path: str, hints: PathHints, missing: str) -> FormatError:
    """Make the error that neither content nor path tell what is needed."""
    return FormatError(
        f"the file does not say {missing}, and neither does its name",
        where=path,
        got=", ".join(_said(hints)) or "nothing",
        expected="season, event and session",
        do=NAMING_HELP,
    )


def _said(hints: PathHints) -> list[str]:
    said = (("season", hints.season), ("round", hints.round), ("event", hints.name))
    return [f"{word} {value}" for word, value in (*said, ("session", hints.kind)) if value]


def _hints_from_part(part: str, *, below_season: bool) -> PathHints:
    words = re.findall(r"[^\W_]+", part.lower())
    season = next((int(word) for word in words if _SEASON.fullmatch(word)), None)
    words = [word for word in words if not _SEASON.fullmatch(word)]
    kind, words = _take_kind(words)
    number = None
    if words and (match := _ROUND.fullmatch(words[0])) and int(match[1]) > 0:
        number, words = int(match[1]), words[1:]
    rest = [word for word in words if word not in _NOISE and not _PART_OF_FILE.fullmatch(word)]
    rest = [word for word in rest if not word.isdigit()]
    has_name = rest and (season is not None or number is not None or below_season)
    name = f"{' '.join(word.capitalize() for word in rest)} Grand Prix" if has_name else None
    return PathHints(season, number, name, kind)


def _take_kind(words: list[str]) -> tuple[SessionKind | None, list[str]]:
    """Take the words that name a session out of a part's words."""
    for width in (2, 1):
        for at in range(len(words) - width + 1):
            kind = _KINDS.get(" ".join(words[at : at + width]))
            if kind is not None:
                return kind, words[:at] + words[at + width :]
    return None, words
