"""The address of a card as PNG."""

from __future__ import annotations

from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.web.cards.raster import as_png
from services.web.doors.headers import PAGE_HEADERS
from services.web.problems import Problem
from services.web.resource import FRESH
from services.web.server_state import ServerState

__all__ = ["ROUTES", "card_png"]


async def card_png(request: Request) -> Response:
    """Answer with the card of an event as PNG, from its SVG of the same snapshot."""
    state: ServerState = request.app.state.server
    hide = "?hide=results" if request.query_params.get("hide") == "results" else ""
    path = f"/events/{request.path_params['event_id']}/card.svg{hide}"
    found = await state.answer(path)
    if found is None or found.status != HTTPStatus.OK:
        raise Problem(404, "there is no such event", do="look at / for the events of a season")
    tag = f'"{found.etag.strip(chr(34))}-png"'
    headers = {
        **{name.decode("latin-1"): value.decode("latin-1") for name, value in PAGE_HEADERS},
        "cache-control": FRESH,
        "etag": tag,
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    try:
        png = await run_in_threadpool(as_png, found.body)
    except ImportError as error:
        raise Problem(
            503,
            "cards as PNG need resvg-py, which is not installed on this server",
            do="install it, or take card.svg in its place",
        ) from error
    return Response(png, media_type="image/png", headers=headers)


ROUTES = (Route("/events/{event_id}/card.png", card_png, methods=["GET"]),)
