"""The address of a run whose page is not kept: it says so, and where the run is to be had."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.web.pages.archived import asked
from services.web.pages.run_chain import N_RUNS
from services.web.problems import Problem
from services.web.server_state import ServerState

__all__ = ["ROUTES", "older_run"]


async def older_run(request: Request) -> Response:
    """Say of a run without a page whether it is archived; pages that are kept are ready answers.

    Raises
    ------
    Problem
        Always.
    """
    state: ServerState = request.app.state.server
    run_id = request.path_params["run_id"]
    snapshot = state.snapshot
    found = None
    if snapshot is not None:
        world = snapshot.world
        found = await run_in_threadpool(asked, world, lambda archive: archive.run(run_id), None)
    if found is None:
        raise Problem(404, "There is no such run", do="look at /changes for the last runs")
    raise Problem(
        404,
        f"The page of run {found.run_id} is not kept: there are pages of the last {N_RUNS} runs "
        "of the season on the front page",
        do=f"take /v1/runs/{found.run_id}, which has all of it, "
        f"or /v1/runs/{found.run_id}/document, what it said",
    )


ROUTES = (Route("/runs/{run_id}", older_run, methods=["GET"]),)
