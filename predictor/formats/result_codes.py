"""Ergast's words for what became of a driver, which FastF1 passes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from predictor.formats.blanks import whole_of
from predictor.formats.fields import listed
from predictor.formats.timing import parse_laps_down
from predictor.notes import Note, NoteKind
from predictor.records import ResultRecord
from predictor.vocabulary import ResultStatus

__all__ = [
    "Outcome",
    "Said",
    "is_placed",
    "race_outcomes",
    "race_status",
    "retirement_reason",
    "with_grid",
]

# Source: Ergast API documentation, positionText.
_BY_LETTER = {
    "D": ResultStatus.DSQ,
    "E": ResultStatus.EX,
    "W": ResultStatus.DNS,  # withdrawn
    "F": ResultStatus.DNQ,
    "N": ResultStatus.NC,
}
# Source: Ergast status table; these also stand beside the letter R.
_BY_WORD = {
    "did not start": ResultStatus.DNS,
    "withdrew": ResultStatus.DNS,
    "did not qualify": ResultStatus.DNQ,
    "107% rule": ResultStatus.DNQ,
    "did not prequalify": ResultStatus.DNP,
    "disqualified": ResultStatus.DSQ,
    "excluded": ResultStatus.EX,
    "not classified": ResultStatus.NC,
    # As results and people shorten them.
    "dns": ResultStatus.DNS,
    "withdrawn": ResultStatus.DNS,
    "wd": ResultStatus.DNS,
    "dnq": ResultStatus.DNQ,
    "dnpq": ResultStatus.DNP,
    "dsq": ResultStatus.DSQ,
    "dq": ResultStatus.DSQ,
    "nc": ResultStatus.NC,
}
# Words that only say that he drove to the end, as exports and people write them.
_RUNNING = {
    "", "finished", "finish", "fin", "classified", "running", "ok", "completed",
}  # fmt: skip
_LAPPED = {"lapped", "lap down", "laps down"}
# Words that only say that he did not; since 2025 Jolpica says no more than "Retired".
_RETIRED = {"retired", "ret", "dnf", "out", "did not finish"}
_WITHOUT_REASON = {*_RETIRED, *_BY_WORD}
# Ergast's statusId, where a table has it in the place of its word.
_BY_ID = {
    1: "finished",
    2: "disqualified",
    31: "retired",
    54: "withdrew",
    62: "not classified",
    77: "107% rule",
    81: "did not qualify",
    96: "excluded",
    97: "did not prequalify",
    **{10 + laps: f"+{laps} laps" for laps in range(1, 10)},
}
# So many classified share a word that no one of the others has: no cause stops so many cars
# shortly before the flag. Since 2010 at most two were classified after one.
_SHARED = 3


@dataclass(frozen=True, slots=True)
class Said:
    """What a row of a race says of its driver's outcome."""

    place: str  # Ergast's positionText, FastF1's ClassifiedPosition: a place or a letter
    word: str  # Ergast's status, such as "Finished", "+1 Lap", "Gearbox"
    laps: int | None = None
    is_timed: bool = False  # with a race time, or a gap to the winner's


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a driver."""

    status: ResultStatus
    is_lapped: bool = False
    reason: str | None = None  # of a retirement, where the word names one


def race_outcomes(rows: Sequence[Said]) -> tuple[list[Outcome], Note | None]:
    """Settle what became of the drivers of a race or sprint.

    What a row shows outweighs its word: who is classified with the laps of the winner, or
    with a time, has finished. A word that such a row has is no cause of a retirement, nor is
    one that many of the classified share. Every other word that is not known is one.

    Returns
    -------
    outcomes : list of Outcome
        In the order of the rows.
    note : Note or None
        Which words were overruled.
    """
    most = max((row.laps or 0 for row in rows), default=0)
    shown = [_shows_finish(row, most) for row in rows]
    harmless = _harmless_words(rows, shown)
    outcomes, overruled = [], []
    for row, is_shown in zip(rows, shown, strict=True):
        status = race_status(row.place, row.word)
        is_harmless = is_shown or _plain(row.word) in harmless
        if is_harmless and status is ResultStatus.DNF and is_placed(row.place):
            overruled.append(row.word.strip())
            status = ResultStatus.FINISHED
        # Other words for it do not tell laps down apart; Ergast's own does.
        is_vague = _plain(row.word) not in ("", "finished") and not row.is_timed
        is_short = is_vague and row.laps is not None and row.laps < most
        is_down = status is ResultStatus.FINISHED and (is_short or is_lapped(row.word))
        outcomes.append(Outcome(status, is_down, retirement_reason(row.word, status)))
    if not overruled:
        return outcomes, None
    words = listed(repr(word) for word in dict.fromkeys(overruled))
    text = (
        f"the status {words} of {len(overruled)} classified drivers is taken as finished: "
        "their times and laps, or how many have it, show no retirement"
    )
    return outcomes, Note(NoteKind.STATUS_OVERRULED, text)


def race_status(position_text: str, status: str) -> ResultStatus:
    """Give what the words of a row say became of a driver in a race or sprint.

    Parameters
    ----------
    position_text : str
        Ergast's positionText, FastF1's ClassifiedPosition: a place or a letter.
    status : str
        Ergast's status, such as "Finished", "+1 Lap", "Gearbox".

    Returns
    -------
    ResultStatus
        A place with a retirement beside it is DNF: classified after 90 % of the distance.
    """
    letter = _BY_LETTER.get(position_text.upper())
    if letter is not None:
        return letter
    word = _plain(status)
    if word in _BY_WORD:
        return _BY_WORD[word]
    is_running = word in _RUNNING or is_lapped(word)
    if is_running and position_text.upper() != "R":
        return ResultStatus.FINISHED
    return ResultStatus.DNF


def is_placed(position_text: str) -> bool:
    """Whether positionText is a place, which only the classified have."""
    return (whole_of(position_text) or 0) > 0


def is_lapped(status: str) -> bool:
    """Whether the status says that the driver finished laps down."""
    word = _plain(status)
    return word in _LAPPED or parse_laps_down(word) is not None


def retirement_reason(status: str, result: ResultStatus) -> str | None:
    """Give the reason of a retirement where the status names one."""
    word = _plain(status)
    is_none = word in _WITHOUT_REASON or word in _RUNNING or whole_of(word) is not None
    if result is not ResultStatus.DNF or is_none:
        return None
    return status.strip() or None


def _plain(word: str) -> str:
    """Give a status as Ergast spells it, in lower case."""
    plain = word.strip().rstrip(".!").lower()
    number = whole_of(plain)
    return plain if number is None else _BY_ID.get(number, plain)


def _shows_finish(row: Said, most: int) -> bool:
    if not is_placed(row.place):
        return False
    has_all_laps = most > 0 and row.laps == most
    if _plain(row.word) in _RETIRED:  # a plain word: only all of the facts outweigh it
        return row.is_timed and (has_all_laps or row.laps is None)
    return row.is_timed or has_all_laps


def _harmless_words(rows: Sequence[Said], shown: Sequence[bool]) -> set[str]:
    """Give the words that are no cause of a retirement."""
    elsewhere = {_plain(row.word) for row in rows if not is_placed(row.place)}
    counts = Counter(_plain(row.word) for row in rows if is_placed(row.place))
    finished = {_plain(row.word) for row, is_shown in zip(rows, shown, strict=True) if is_shown}
    shared = {word for word, count in counts.items() if count >= _SHARED}
    return (finished | shared) - elsewhere - _RETIRED


def with_grid(
    results: Sequence[ResultRecord], places: Sequence[int | None]
) -> tuple[ResultRecord, ...]:
    """Give the rows of a race their grid places as Ergast writes them.

    0 is the pit lane for those who started; where nobody has another place, it says nothing.
    """
    is_known = any(places)
    return tuple(
        replace(
            row,
            grid=place or None,
            pit_lane_start=is_known and place == 0 and (row.status.started or bool(row.laps)),
        )
        for row, place in zip(results, places, strict=True)
    )
