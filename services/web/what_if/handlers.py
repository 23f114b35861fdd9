"""The addresses of what-ifs: ask as a program or by the form, and look at an answer again."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from predictor.published.what_if_types import WhatIf
from services.web.api.problem_kinds import NOT_KEPT, NOT_SENT_AS_JSON, problem
from services.web.conditions import Wanted, chosen, refuse_unwanted, wanted
from services.web.doors.forms import admit
from services.web.pages.what_if import answer_page
from services.web.problems import Problem
from services.web.resource import JSON, Headers, Resource, make_resource
from services.web.server_state import ServerState
from services.web.snapshot import Snapshot
from services.web.what_if.form import read_fields, read_form
from services.web.what_if.question import asked, read_json_object

__all__ = ["ROUTES"]

_HIDE = "hide"


async def ask(request: Request) -> Response:
    """Answer a question that a program sends as JSON."""
    state = _state(request)
    admit(request.headers, state.settings)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise problem(
            NOT_SENT_AS_JSON,
            "a question is sent as JSON",
            do=f"send content-type: {JSON}",
        )
    world = _snapshot(state).world
    question = asked(read_json_object(await request.body()), world, state.what_if.limits)
    answer = await state.what_if.answer(question, state.settings.token)
    return _sent(*chosen(_as_json(answer, question.id), Wanted()))


async def look(request: Request) -> Response:
    """Give an answer once more, as JSON."""
    name = request.path_params["name"]
    resource = _as_json(_kept(_state(request), name), name)
    want = wanted(request.headers.raw)
    refuse_unwanted(resource, want)
    return _sent(*chosen(resource, want))


async def ask_by_form(request: Request) -> Response:
    """Answer a question that the page's form sends, by leading to the page of the answer."""
    state = _state(request)
    sent = read_fields(await request.body())
    admit(request.headers, state.settings, form_token=sent.get("token", ""))
    world = _snapshot(state).world
    question = asked(read_form(sent), world, state.what_if.limits)
    await state.what_if.answer(question, state.settings.token)
    hidden = "?hide=results" if sent.get(_HIDE) == "results" else ""
    return RedirectResponse(f"/what-if/{question.id}{hidden}", status_code=HTTPStatus.SEE_OTHER)


async def show(request: Request) -> Response:
    """Show an answer as a page."""
    state = _state(request)
    name = request.path_params["name"]
    answer = _kept(state, name)
    hide = request.query_params.get(_HIDE) == "results"
    page = answer_page(_snapshot(state).world, answer, name, hide=hide)
    return _sent(*chosen(page, wanted(request.headers.raw)))


def _state(request: Request) -> ServerState:
    state: ServerState = request.app.state.server
    return state


def _snapshot(state: ServerState) -> Snapshot:
    if state.snapshot is None:  # no route is called before it is there
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "The pages are being made")
    return state.snapshot


def _kept(state: ServerState, name: str) -> WhatIf:
    answer = state.what_if.kept(name)
    if answer is None:
        raise problem(
            NOT_KEPT,
            "this answer is not kept any more",
            do="ask again at /what-if: answers are kept until the server restarts, "
            f"the last {state.what_if.limits.kept} of them",
        )
    return answer


def _as_json(answer: WhatIf, name: str) -> Resource:
    told: Mapping[str, Any] = {"id": name, "url": f"/v1/what-if/{name}"}
    return make_resource(msgspec.json.encode({**told, **msgspec.to_builtins(answer)}), JSON)


def _sent(status: int, headers: Headers, body: bytes) -> Response:
    response = Response(body, status_code=status)
    response.raw_headers = list(headers)
    return response


ROUTES = (
    Route("/v1/what-if", ask, methods=["POST"]),
    Route("/v1/what-if/{name:str}", look, methods=["GET", "HEAD"]),
    Route("/what-if", ask_by_form, methods=["POST"]),
    Route("/what-if/{name:str}", show, methods=["GET", "HEAD"]),
)
