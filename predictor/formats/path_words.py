"""The words of a path, one part at a time: what of them is a date, a session, or noise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import NamedTuple

from predictor.vocabulary import SessionKind

__all__ = ["Part", "Tag", "is_noise", "letter_kind", "read_part", "tag_kinds"]

_ENDINGS = re.compile(r"(\.(json|jsonl|ndjson|csv|tsv|txt|gz|xlsx|parquet|bak|tmp|\d{1,2}))+$")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u2032`\u00b4]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # "MonacoRace"
_PROVIDERS = re.compile(r"(?i:fast-?f1|open-?f1|formula[-_. ]?(1|one)\b)")
_YEAR_INSIDE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")  # "Monaco2024"
_TIME = r"(?:[T ]\d\d[-:.h]?\d\d(?:[-:.]?\d\d)?Z?|_\d{4}(?:\d\d)?)?(?!\d)"
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_. ]?)(\d\d)\2(\d\d)" + _TIME)
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([-_.])(\d{1,2})\2((?:19|20)\d\d)" + _TIME)
_MONTHS = 12

_KINDS: dict[str, SessionKind | None] = {
    "fp1": SessionKind.FP1,
    "fp2": SessionKind.FP2,
    "fp3": SessionKind.FP3,
    "fp 1": SessionKind.FP1,
    "fp 2": SessionKind.FP2,
    "fp 3": SessionKind.FP3,
    "practice 1": SessionKind.FP1,
    "practice 2": SessionKind.FP2,
    "practice 3": SessionKind.FP3,
    "practice1": SessionKind.FP1,
    "practice2": SessionKind.FP2,
    "practice3": SessionKind.FP3,
    "quali": SessionKind.QUALIFYING,
    "qualy": SessionKind.QUALIFYING,
    "qualifying": SessionKind.QUALIFYING,
    "qualification": SessionKind.QUALIFYING,
    "sprint": SessionKind.SPRINT,
    "sprint race": SessionKind.SPRINT,
    "sprintrace": SessionKind.SPRINT,
    "sq": SessionKind.SPRINT_QUALIFYING,
    "ss": SessionKind.SPRINT_QUALIFYING,
    "shootout": SessionKind.SPRINT_QUALIFYING,
    "sprint qualifying": SessionKind.SPRINT_QUALIFYING,
    "sprintqualifying": SessionKind.SPRINT_QUALIFYING,
    "sprint qualification": SessionKind.SPRINT_QUALIFYING,
    "sprint quali": SessionKind.SPRINT_QUALIFYING,
    "sprint qualy": SessionKind.SPRINT_QUALIFYING,
    "sprint shootout": SessionKind.SPRINT_QUALIFYING,
    "sprintshootout": SessionKind.SPRINT_QUALIFYING,
    "race": SessionKind.RACE,
    # Words of a whole weekend or of nothing; they hide the session that stands in them.
    "race data": None,
    "race weekend": None,
    "race week": None,
    "sprint weekend": None,
    "sprint weekends": None,
    "sprint format": None,
}
_LETTERS = {"r": SessionKind.RACE, "q": SessionKind.QUALIFYING, "s": SessionKind.SPRINT}
_NUMBERED = re.compile(r"(race|sprint)\d{1,2}")  # "race2": a copy, as desktops make them

# What exports, copies and tables are called, in the languages of desktops.
_NOISE = frozenset(
    re.findall(
        r"\w+",
        "a an and control csv das data dataset de der des download downloads e export exported "
        "et f1 fastf1 ff1 file free grid json lap laps my of offline online openf1 pit pits result "
        "results round session sessions season starting stints stops table the timing und weather "
        "y backup bak clean cleaned copia copie copies copy corrected correct draft duplicate edit "
        "edited final fixed full head kopie latest new old orig original page part raw tail temp "
        "tmp update updated version",
    )
)
_PIECE = re.compile(r"(head|tail|part|page|v|copy|kopie|copia|d)\d*")


class Tag(Enum):
    """What a word of a part is, where it is no name."""

    SEASON = "season"
    ROUND = "round"
    KIND = "kind"
    NOISE = "noise"


class Part(NamedTuple):
    """One folder's or file's name, taken apart."""

    words: tuple[str, ...]  # as written, without accents
    date: str | None = None
    year_of_date: int | None = None


def read_part(text: str, *, is_file: bool) -> Part:
    """Take a name apart: no accents, no ending, years and dates by themselves.

    Parameters
    ----------
    text : str
        A folder's name or a file's.
    is_file : bool
        Whether its ending says a format and nothing else.
    """
    letters = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    bare = _ENDINGS.sub("", bare) if is_file else bare
    said, year = None, None
    if (found := _DATE.search(bare)) and (day := _day(found[1], found[3], found[4])):
        said, year = day, int(found[1])
        bare = f"{bare[: found.start()]} {bare[found.end() :]}"
    elif found := _DAY_FIRST.search(bare):
        # "03-04-2024" is a day in March or in April; "03.04.2024" is German and clear.
        is_clear = found[2] == "." or int(found[1]) > _MONTHS
        said, year = _day(found[4], found[3], found[1]) if is_clear else None, int(found[4])
        bare = f"{bare[: found.start()]} {bare[found.end() :]}"
    bare = _YEAR_INSIDE.sub(r" \1 ", _HUMP.sub(" ", _PROVIDERS.sub(" f1 ", bare)))
    return Part(tuple(re.findall(r"[^\W_]+", bare)), said, year)


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def is_noise(word: str) -> bool:
    """Whether a word says nothing of event and session."""
    return word in _NOISE or _PIECE.fullmatch(word) is not None


def tag_kinds(words: Sequence[str], tags: list[Tag | None]) -> set[SessionKind]:
    """Tag the words that name sessions, in lower case, and give the sessions."""
    kinds: set[SessionKind | None] = set()
    at = 0
    while at < len(words):
        left = len(words) - at
        widths = (n for n in (2, 1) if n <= left and " ".join(words[at : at + n]) in _KINDS)
        width = next(widths, 0)
        if width:
            kinds.add(_KINDS[" ".join(words[at : at + width])])
        elif _NUMBERED.fullmatch(words[at]):
            kinds.add(_KINDS[words[at].rstrip("0123456789")])
            width = 1
        tags[at : at + width] = [Tag.KIND] * width
        at += width or 1
    return {kind for kind in kinds if kind is not None}


def letter_kind(words: Sequence[str], tags: Sequence[Tag | None]) -> SessionKind | None:
    """Give the session that a letter of its own means, as FastF1 calls them.

    "2024_Monza_R" and "q" are such; the s of "Bob_s Monza" is not.
    """
    found = set()
    for at, word in enumerate(words):
        if tags[at] is not None or word.lower() not in _LETTERS:
            continue
        begins = all(tag is not None for tag in tags[:at])
        ends = all(
            tag is not None or word.isdigit()
            for tag, word in zip(tags[at + 1 :], words[at + 1 :], strict=True)
        )
        is_capital = word.isupper()
        is_kind = begins or (is_capital and ends) if word in "sS" else begins or ends or is_capital
        found |= {_LETTERS[word.lower()]} if is_kind else set()
    return found.pop() if len(found) == 1 else None
