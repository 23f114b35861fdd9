"""Ergast's words for what became of a driver, which FastF1 passes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from predictor.formats.blanks import whole_of
from predictor.formats.timing import parse_laps_down
from predictor.records import ResultRecord
from predictor.vocabulary import ResultStatus

__all__ = ["is_lapped", "is_placed", "race_status", "retirement_reason", "with_grid"]

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
}
_RUNNING = {"", "finished", "lapped"}
_WITHOUT_REASON = {"retired", *_BY_WORD}  # since 2025 Jolpica says no more than "Retired"


def race_status(position_text: str, status: str) -> ResultStatus:
    """Give what became of a driver in a race or sprint.

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
    word = status.strip().lower()
    if word in _BY_WORD:
        return _BY_WORD[word]
    is_running = word in _RUNNING or parse_laps_down(word) is not None
    if is_running and position_text.upper() != "R":
        return ResultStatus.FINISHED
    return ResultStatus.DNF


def is_placed(position_text: str) -> bool:
    """Whether positionText is a place, which only the classified have."""
    return (whole_of(position_text) or 0) > 0


def is_lapped(status: str) -> bool:
    """Whether the status says that the driver finished laps down."""
    return status.strip().lower() == "lapped" or parse_laps_down(status) is not None


def retirement_reason(status: str, result: ResultStatus) -> str | None:
    """Give the reason of a retirement where the status names one."""
    if result is not ResultStatus.DNF or status.strip().lower() in _WITHOUT_REASON:
        return None
    return status.strip() or None


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
