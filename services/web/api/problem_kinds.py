"""Kinds of problems that a program tells apart by ``type``, whatever the words beside it."""

from __future__ import annotations

from typing import NamedTuple

from services.web.problems import Problem

__all__ = [
    "ARCHIVE_UNUSABLE",
    "BAD_PARAMETER",
    "BAD_QUESTION",
    "BUSY",
    "KINDS",
    "MOVED_ON",
    "NOTHING_PUBLISHED",
    "NOTHING_TO_COME",
    "NOT_COMPARABLE",
    "NOT_FORECAST",
    "NOT_FOR_OTHERS",
    "NOT_JSON",
    "NOT_KEPT",
    "NOT_SENT_AS_JSON",
    "NO_ARCHIVE",
    "QUESTIONS",
    "SOURCE_GONE",
    "TOO_LARGE",
    "TOO_LONG",
    "TOO_OFTEN",
    "UNKNOWN_ID",
    "UNKNOWN_PARAMETER",
    "WRONG_TOKEN",
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
NOT_JSON = Kind(
    "not-json",
    400,
    "No JSON object",
    "What was sent cannot be read as a JSON object.",
)
WRONG_TOKEN = Kind(
    "wrong-token",
    401,
    "The right token is needed",
    "Who has something computed on a server that is open to others must know its token.",
)
NOT_FOR_OTHERS = Kind(
    "not-for-others",
    403,
    "Not for others",
    "A page of another site has sent it, or the server has no token and computes for its own "
    "machine alone.",
)
NOT_KEPT = Kind(
    "not-kept",
    404,
    "Not kept any more",
    "An answer that was given once; the same question has it computed again.",
)
NOTHING_TO_COME = Kind(
    "nothing-to-come",
    409,
    "Nothing is to come",
    "Every race of the season is run, so that there is nothing to have an opinion about.",
)
MOVED_ON = Kind(
    "moved-on",
    409,
    "The forecast has moved on",
    "The files have changed since the forecast was published: the next one is on its way.",
    "10",
)
TOO_LARGE = Kind("too-large", 413, "Too large", "More was sent than any question needs.")
NOT_SENT_AS_JSON = Kind(
    "not-sent-as-json", 415, "Not sent as JSON", "The content type is not application/json."
)
BAD_QUESTION = Kind(
    "bad-question",
    422,
    "Nothing that can be asked",
    "A value that cannot be: a name that nobody has or several share, a weight beyond the limits, "
    "an event that is run. `allowed` lists what could be, where that is a list.",
)
TOO_OFTEN = Kind(
    "too-often",
    429,
    "Asked too often",
    "More questions in a minute than are computed for one token.",
    "60",
)
TOO_LONG = Kind(
    "too-long",
    503,
    "It took too long",
    "Fewer simulations, or no titles, can be answered in the time that there is.",
)
SOURCE_GONE = Kind(
    "source-gone",
    503,
    "What it was made from is not there",
    "The files or the stored stages of the published forecast are gone, or memory for them is.",
)
QUESTIONS = (
    UNKNOWN_PARAMETER,
    NOT_JSON,
    WRONG_TOKEN,
    NOT_FOR_OTHERS,
    UNKNOWN_ID,
    NOTHING_TO_COME,
    MOVED_ON,
    TOO_LARGE,
    NOT_SENT_AS_JSON,
    BAD_QUESTION,
    TOO_OFTEN,
    BUSY,
    TOO_LONG,
    SOURCE_GONE,
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
    *(kind for kind in QUESTIONS if kind not in (UNKNOWN_PARAMETER, UNKNOWN_ID, BUSY)),
    NOT_KEPT,
)


def problem(
    kind: Kind,
    detail: str,
    *,
    do: str,
    headers: tuple[tuple[str, str], ...] = (),
    **more: object,
) -> Problem:
    """Return a problem of a kind.

    Parameters
    ----------
    kind : Kind
    detail : str
        What is wrong with this request.
    do : str
        What to do about it.
    headers : tuple of (str, str)
        Beside how long to wait, which the kind says unless they do.
    more
        ``parameter`` and ``allowed``, as in `services.web.api.answers.server.ProblemAnswer`.
    """
    if kind.retry_after and "retry-after" not in dict(headers):
        headers = (*headers, ("retry-after", kind.retry_after))
    told = {"type": kind.uri, "title": kind.title, **more}
    return Problem(kind.status, detail, do=do, headers=headers, more=told)
