"""Rows a page at a time: whoever has a row asks for those that come after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Protocol, TypeVar

from msgspec import UNSET, Meta, UnsetType, structs

from predictor.published.field_types import says
from services.web.api.answers.shared import MOST_ROWS
from services.web.api.asking import address_of, wants_csv
from services.web.api.problem_kinds import UNKNOWN_ID, problem
from services.web.api.route import ApiRoute, Table

__all__ = ["Paged", "most_rows", "next_address", "page_of", "unknown_row"]

_USUAL_ROWS = 100
_ROWS_OF_CSV = 100_000  # a table is wanted whole


class Paged(Table, frozen=True, kw_only=True):
    """An address whose rows come a page at a time.

    Its handler gives the id of the last row as ``next`` while there are more; `next_address` makes
    an address of that.
    """

    after: Annotated[
        str | UnsetType, says("id of the last row that is known: rows after it are given")
    ] = UNSET
    limit: Annotated[
        Annotated[int, Meta(ge=1, le=MOST_ROWS)] | UnsetType,
        says(f"rows at most; {_USUAL_ROWS} unless given, and all of them as CSV"),
    ] = UNSET


class Row(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Row)


def most_rows(asked: Paged) -> int:
    """Return how many rows are wanted at most."""
    if not isinstance(asked.limit, UnsetType):
        return asked.limit
    return _ROWS_OF_CSV if wants_csv(asked) else _USUAL_ROWS


def page_of(rows: Sequence[R], asked: Paged) -> tuple[tuple[R, ...], str | None]:
    """Return the page of rows that is asked for, and the id that the next begins after.

    Raises
    ------
    Problem
        If no row has the id that is known.
    """
    first = 0
    if not isinstance(asked.after, UnsetType):
        first = _place(rows, asked.after) + 1
    last = first + most_rows(asked)
    page = tuple(rows[first:last])
    return page, page[-1].id if last < len(rows) else None


def unknown_row(row_id: str) -> Exception:
    """Return the problem of a row that is not there."""
    return problem(
        UNKNOWN_ID,
        f"parameter after: there is no row {row_id[:80]!r} here",
        do="give the id of a row of the same list, or follow next as it is",
        parameter="after",
    )


def next_address(route: ApiRoute, asked: Paged, last: str | None) -> str | None:
    """Return the address of the next page; None after the last one."""
    return None if last is None else address_of(route, structs.replace(asked, after=last))


def _place(rows: Sequence[R], row_id: str) -> int:
    for place, row in enumerate(rows):
        if row.id == row_id:
            return place
    raise unknown_row(row_id)
