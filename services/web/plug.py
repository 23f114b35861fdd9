"""What a route brings that is no ready answer."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.routing import Route

__all__ = ["BODY_BYTES", "Plug"]

BODY_BYTES = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Plug:
    """A route, and the largest body that it takes.

    Its handler finds the server's state as ``request.app.state.server``, a
    `services.web.server_state.ServerState`, and may raise `services.web.problems.Problem`.
    """

    route: Route
    max_body: int = BODY_BYTES
