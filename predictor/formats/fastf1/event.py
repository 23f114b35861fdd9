"""Columns that people add to a FastF1 table to say which session it is.

FastF1 itself writes none. A column counts where it holds one value in all rows; two rounds or
sessions in one table are more than a session.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from predictor.errors import FormatError
from predictor.formats.blanks import is_blank, whole_of
from predictor.formats.fields import ROUNDS, SEASONS, Row, listed
from predictor.formats.path_hints import hints_from_path
from predictor.records import DayOfTesting
from predictor.vocabulary import SessionKind

__all__ = ["Named", "named_by_columns"]

_SEASON = ("year", "season")
_ROUND = ("round", "roundnumber")
_EVENT = ("eventname", "event", "grandprix", "gp", "racename")
_SESSION = ("session", "sessionname", "sessiontype")


@dataclass(frozen=True, slots=True)
class Named:
    """What the columns of a table say it is of; any field may be unknown."""

    season: int | None = None
    round: int | None = None
    event: str | None = None
    kind: SessionKind | None = None
    testing: DayOfTesting | None = None


def named_by_columns(rows: Sequence[Row]) -> Named:
    """Read the columns that name season, round, event and session, in any spelling.

    Parameters
    ----------
    rows : sequence of Row
        At least one. A cell that is no season, round, name or session says nothing.

    Raises
    ------
    FormatError
        If a column has several values: the table holds more than one session.
    """
    names = {re.sub(r"[\W_]", "", name).lower(): name for name in rows[0].values}
    event = _one_value(rows, names, _EVENT)
    session = _one_value(rows, names, _SESSION)
    return Named(
        season=_whole(_one_value(rows, names, _SEASON), SEASONS),
        round=_whole(_one_value(rows, names, _ROUND), ROUNDS),
        event=event if event is not None and hints_from_path(event).words else None,
        kind=hints_from_path(session).kind if session is not None else None,
        testing=hints_from_path(f"{event}/{session or ''}").testing if event is not None else None,
    )


def _one_value(rows: Sequence[Row], names: dict[str, str], wanted: Sequence[str]) -> str | None:
    column = next((names[name] for name in wanted if name in names), None)
    if column is None:
        return None
    cells = (row.values.get(column) for row in rows)
    values = list(dict.fromkeys(str(cell).strip() for cell in cells if not is_blank(cell)))
    if len(values) > 1:
        raise FormatError(
            "more than one session in a table",
            where=f"{rows[0].file} {column}",
            got=listed(values),
            expected="one value in all rows",
            do=f"split it by {column}, one session a file",
        )
    return values[0] if values else None


def _whole(text: str | None, limits: tuple[int, int]) -> int | None:
    found = whole_of(text)
    return found if found is not None and limits[0] <= found <= limits[1] else None
