"""Kinds of problems that a program tells apart by ``type``, whatever the words beside it."""

from __future__ import annotations

from typing import NamedTuple

from services.web.problems import Problem

__all__ = [
    "ARCHIVE_UNUSABLE",
    "BAD_PARAMETER",
    "BUSY",
    "KINDS",
    "NOTHING_PUBLISHED",
    "NOT_COMPARABLE",
    "NOT_FORECAST",
    "NO_ARCHIVE",
    "UNKNOWN_ID",
    "UNKNOWN_PARAMETER",
    "Kind",
    "problem",
]

_SOON_S = "2"
_LATER_S = "30"


class Kind(NamedTuple):
    """One kind of problem."""

    name: str
    status: int
    title: str
    says: str
    retry_after: str = ""  # s

    @property
    def uri(self) -> str:
        """What an answer has as its ``type``: where the kind is described."""
        return f"/api#{self.name}"


UNKNOWN_PARAMETER = Kind(
    "unknown-parameter",
    400,
    "Unknown parameter",
    "A parameter that the address does not take. `allowed` lists those that it takes.",
)
BAD_PARAMETER = Kind(
    "bad-parameter",
    400,
    "Bad parameter",
    "A parameter whose value is not as described, or that is given twice. `parameter` names it.",
)
UNKNOWN_ID = Kind(
    "unknown-id",
    404,
    "Nothing of that id",
    "No season, event, driver, team, run or row of the id that was given. Where it is a "
    "parameter's, `parameter` names that.",
)
NOTHING_PUBLISHED = Kind(
    "nothing-published",
    404,
    "Nothing is published",
    "No season document lies in the output folder yet.",
)
NOT_FORECAST = Kind(
    "not-forecast",
    404,
    "No such forecast",
    "The event is known, but was not forecast at that horizon, in that scenario, or as a sprint.",
)
NOT_COMPARABLE = Kind(
    "not-comparable",
    409,
    "Not to be compared",
    "Two runs that are of two seasons.",
)
NO_ARCHIVE = Kind(
    "no-archive",
    404,
    "No archive",
    "The address tells of past runs, and no archive of forecasts is kept here.",
)
ARCHIVE_UNUSABLE = Kind(
    "archive-unusable",
    503,
    "The archive cannot be used",
    "There is to be an archive, but it is missing, damaged or of another version. "
    "Addresses that need none go on.",
    _LATER_S,
)
BUSY = Kind(
    "busy",
    503,
    "Too much is asked at once",
    "Answers that must be computed wait for each other, and too many wait already.",
    _SOON_S,
)
KINDS = (
    UNKNOWN_PARAMETER,
    BAD_PARAMETER,
    UNKNOWN_ID,
    NOTHING_PUBLISHED,
    NOT_FORECAST,
    NOT_COMPARABLE,
    NO_ARCHIVE,
    ARCHIVE_UNUSABLE,
    BUSY,
)


def problem(kind: Kind, detail: str, *, do: str, **more: object) -> Problem:
    """Return a problem of a kind.

    Parameters
    ----------
    kind : Kind
    detail : str
        What is wrong with this request.
    do : str
        What to do about it.
    more
        ``parameter`` and ``allowed``, as in `services.web.api.answers.server.ProblemAnswer`.
    """
    headers = (("retry-after", kind.retry_after),) if kind.retry_after else ()
    told = {"type": kind.uri, "title": kind.title, **more}
    return Problem(kind.status, detail, do=do, headers=headers, more=told)
