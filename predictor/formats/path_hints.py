"""What a file's path says of its session, for exports whose content names none.

This is the last resort: FastF1 exports carry drivers and times, but not which event
they belong to, and an OpenF1 answer only keys. What the content says always wins, and
which event the words mean is for the season's calendar to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from predictor.errors import FormatError
from predictor.formats.path_words import Tag, is_noise, letter_kind, read_part, tag_kinds
from predictor.formats.testing_words import testing_in
from predictor.records import DayOfTesting, EventRef, PathClaim
from predictor.vocabulary import SessionKind

__all__ = ["NAMING_HELP", "PathHints", "hints_from_path", "require_hints", "season_in"]

NAMING_HELP = (
    "name it like 2025/07-emilia-romagna/qualifying.csv "
    "or 2025_07_Emilia_Romagna_qualifying_results.csv"
)

_SEASON = re.compile(r"(19|20)\d\d", re.ASCII)
_ROUND = re.compile(r"(?:r|rd|rnd|round|gp)(\d{1,2})", re.ASCII)
_ROUND_WORDS = ("round", "rd", "rnd")
_NUMBER = re.compile(r"\d{1,2}", re.ASCII)
_LAST_ROUND = 30
_TITLE_WORDS = frozenset(("grand", "prix", "gp"))


@dataclass(frozen=True, slots=True)
class PathHints:
    """What a path says; any field may be unknown."""

    season: int | None = None
    round: int | None = None
    words: tuple[str, ...] = ()  # "emilia romagna"; of the file, then of its folders
    kind: SessionKind | None = None
    date: str | None = None  # YYYY-MM-DD; of the session, or of the day it was exported
    year_of_date: int | None = None  # the season, where nothing better tells it
    testing: DayOfTesting | None = None  # where it names a test before the season

    @property
    def names_event(self) -> bool:
        """Whether the path may tell which event of its season it is."""
        return bool(self.words or self.round or self.date)

    @property
    def claim(self) -> PathClaim:
        """What the path says of the event."""
        return PathClaim(self.words, self.round, self.date)

    def event(self) -> EventRef:
        """Give what the path says as a reference."""
        return EventRef(season=self.season, path=self.claim)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one part of a path says."""

    season: int | None
    year_of_date: int | None
    date: str | None
    round: int | None
    is_round_named: bool  # "R05", not "05" alone
    words: str
    kind: SessionKind | None
    n_kinds: int
    all_words: tuple[str, ...]  # in lower case, without dates


def hints_from_path(path: str) -> PathHints:
    """Read season, round, words, date and session out of a relative path.

    The file's name is asked first, then its folders from the innermost out. Marks of copies,
    exports and versions are passed over. Where parts give different rounds, or a name several
    sessions, the path is taken to say none.

    Parameters
    ----------
    path : str
        "2024_01_Bahrain_race_results.csv", "2025/05-monaco/fastf1_q.csv".
    """
    parts = [part for part in re.split(r"[/\\]", path) if part]
    said = [_read(part, is_file=at == 0) for at, part in enumerate(reversed(parts))]
    telling = next((one for one in said if one.n_kinds), None)
    return PathHints(
        season=next((one.season for one in said if one.season is not None), None),
        round=_one_round(said),
        words=tuple(one.words for one in said if one.words),
        kind=telling.kind if telling is not None else None,
        date=next((one.date for one in said if one.date is not None), None),
        year_of_date=next((one.year_of_date for one in said if one.year_of_date is not None), None),
        testing=testing_in((one.all_words, one.words) for one in said),
    )


def season_in(name: str) -> int | None:
    """Give the season that a folder's name holds: "2025" and "season 2025" are of 2025."""
    said = _read(name, is_file=False)
    return said.season if said.season is not None else said.year_of_date


def require_hints(path: str, hints: PathHints, missing: str) -> FormatError:
    """Make the error that neither content nor path tell what is needed."""
    return FormatError(
        f"the file does not say {missing}, and neither does its name",
        where=path,
        got=", ".join(_shown(hints)) or "nothing",
        expected="season, event and session",
        do=NAMING_HELP,
    )


def _shown(hints: PathHints) -> list[str]:
    said = (("season", hints.season), ("round", hints.round), ("event", ", ".join(hints.words)))
    return [f"{word} {value}" for word, value in (*said, ("session", hints.kind)) if value]


def _one_round(said: list[_Said]) -> int | None:
    """Give the only round; one that is called so outweighs a number alone."""
    for is_named in (True, False):
        rounds = {
            one.round for one in said if one.round is not None and one.is_round_named is is_named
        }
        if rounds:
            return rounds.pop() if len(rounds) == 1 else None
    return None


@lru_cache(maxsize=4096)  # folders come again with each of their files
def _read(text: str, *, is_file: bool) -> _Said:
    part = read_part(text, is_file=is_file)
    words = [word.lower() for word in part.words]
    tags: list[Tag | None] = [Tag.SEASON if _SEASON.fullmatch(word) else None for word in words]
    named = _tag_named_round(words, tags)
    kinds = tag_kinds(words, tags)
    for at, word in enumerate(words):
        if tags[at] is None and is_noise(word):
            tags[at] = Tag.NOISE
    number = _tag_number(words, tags, is_file=is_file) if named is None else None
    if is_file and not kinds and (letter := letter_kind(part.words, tags)) is not None:
        kinds = {letter}
    rest = [
        word
        for word, tag in zip(words, tags, strict=True)
        if tag is None and len(word) > 1 and not word.isdigit()
    ]
    return _Said(
        season=next((int(word) for word in words if _SEASON.fullmatch(word)), None),
        year_of_date=part.year_of_date,
        date=part.date,
        round=named if named is not None else number,
        is_round_named=named is not None,
        words=" ".join(rest) if set(rest) - _TITLE_WORDS else "",
        kind=next(iter(kinds)) if len(kinds) == 1 else None,
        n_kinds=len(kinds),
        all_words=tuple(words),
    )


def _tag_named_round(words: list[str], tags: list[Tag | None]) -> int | None:
    """Find "R05" or "Round 5"."""
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else ""
        if (match := _ROUND.fullmatch(word)) and 0 < int(match[1]) <= _LAST_ROUND:
            tags[at] = Tag.ROUND
            return int(match[1])
        if word in _ROUND_WORDS and _NUMBER.fullmatch(after) and 0 < int(after) <= _LAST_ROUND:
            tags[at : at + 2] = [Tag.ROUND] * 2
            return int(after)
    return None


def _tag_number(words: list[str], tags: list[Tag | None], *, is_file: bool) -> int | None:
    """Find a number alone where rounds stand: in front, or behind the season.

    Elsewhere it counts copies: "race (1)", "race 2".
    """
    for at, word in enumerate(words):
        before = zip(tags[:at], words[:at], strict=True)
        is_in_front = all(tag is Tag.SEASON or said == "f1" for tag, said in before)
        is_behind = at > 0 and tags[at - 1] is Tag.SEASON
        if is_file and len(words) == 1:
            return None  # "3.csv" is a page or a driver's laps
        is_number = tags[at] is None and _NUMBER.fullmatch(word) is not None
        if is_number and (is_in_front or is_behind) and 0 < int(word) <= _LAST_ROUND:
            tags[at] = Tag.ROUND
            return int(word)
    return None
