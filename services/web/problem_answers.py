"""Problems as answers: JSON to programs, pages to people; the usual ones are made once."""

from __future__ import annotations

from starlette.exceptions import HTTPException

from predictor.errors import F1Error, UsageError
from services.settings.logs import LOG
from services.web.pages.problem import problem_page
from services.web.problems import Problem
from services.web.resource import Resource
from services.web.snapshot import Snapshot
from services.web.world import World

__all__ = ["ProblemAnswers", "problem_of"]

_KEPT = 64
_TITLES = {
    404: "There is nothing here",
    500: "This could not be done",
    503: "Not ready yet",
}


class ProblemAnswers:
    """Makes answers of problems.

    Parameters
    ----------
    bare : World
        Whose frame a page has while there is no snapshot.
    """

    def __init__(self, bare: World) -> None:
        self._bare = bare
        self._world: World | None = None
        self._kept: dict[tuple[object, ...], Resource] = {}

    def page(self, problem: Problem, snapshot: Snapshot | None, *, hide: bool) -> Resource:
        """Return the page of a problem in the frame of now."""
        world = self._bare if snapshot is None else snapshot.world
        if world is not self._world:
            self._world = world
            self._kept.clear()
        key = (problem.status, problem.detail, problem.do, problem.headers, hide)
        if key not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = problem_page(
                world,
                status=problem.status,
                title=_TITLES.get(problem.status, problem.title),
                detail=problem.detail,
                do=problem.do,
                hide=hide,
                headers=problem.headers,
            )
        return self._kept[key]


def problem_of(error: Exception, request: str) -> Problem:
    """Return what a handler has raised as a problem; what is a fault of ours is logged.

    Parameters
    ----------
    error : Exception
    request : str
        Method and path, for the log.
    """
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return Problem(error.status_code, error.detail)
    if isinstance(error, UsageError):
        return Problem(422, error.one_line(), do=error.do)
    LOG.error("%s failed", request, exc_info=error)
    words = error.what if isinstance(error, F1Error) else "a fault of this server"
    return Problem(500, words, do="see the server's log")
