"""What is computed when it is asked for: the one list of routes that are no ready answers."""

from __future__ import annotations

from services.web.api.endpoint import plugs
from services.web.cards import handlers as cards
from services.web.older_runs import ROUTES as OLDER_RUNS
from services.web.plug import Plug
from services.web.what_if import handlers as what_if

__all__ = ["ROUTES"]

ROUTES: tuple[Plug, ...] = (
    *map(Plug, what_if.ROUTES),
    *map(Plug, cards.ROUTES),
    *map(Plug, OLDER_RUNS),
    *plugs(),
)
