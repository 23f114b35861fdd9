"""A route of the table as the server's router takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from services.web.api.asking import read_asked
from services.web.api.problem_kinds import BUSY, problem
from services.web.api.route import ApiRoute
from services.web.api.table import TABLE
from services.web.conditions import send_chosen
from services.web.plug import Plug

if TYPE_CHECKING:
    from services.web.server_state import ServerState

__all__ = ["Endpoint", "plugs"]


class Endpoint:
    """Answers at one address of the table."""

    def __init__(self, route: ApiRoute) -> None:
        self._route = route

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        state: ServerState = scope["app"].state.server
        asked = read_asked(self._route, scope["path_params"], scope["query_string"])
        snapshot = state.snapshot
        if snapshot is None:
            raise problem(BUSY, "the first answers are being made", do="ask again soon")
        resource = await state.desk.answer(self._route, asked, snapshot)
        await send_chosen(scope, send, resource)


def plugs() -> tuple[Plug, ...]:
    """Return what the table has for the server's router, in its order."""
    return tuple(
        Plug(Route(route.path, Endpoint(route), methods=["GET", "HEAD"], name=route.name))
        for route in TABLE
        if route.compute is not None
    )
