"""The way of a request: host, ready answer, stream, computed answer; in this order."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from predictor.errors import F1Error, UsageError
from services.settings.logs import LOG
from services.web.conditions import Wanted, chosen, refuse_unwanted, wanted
from services.web.counters import metrics_text
from services.web.doors.body import limited
from services.web.doors.hosts import Hosts
from services.web.pages.problem import problem_page
from services.web.plug import Plug
from services.web.problems import Problem, as_json
from services.web.resource import Resource, make_resource
from services.web.routes import ROUTES
from services.web.server_state import ServerState
from services.web.snapshot import HIDDEN
from services.web.world import World

__all__ = ["App"]

_TEXT = "text/plain; charset=utf-8"
_READS = ("GET", "HEAD")
_API = "/v1/"
_STREAM = "/v1/stream"
_SOON_S = "1"  # until pages that are being made are there
_LATER_S = "30"  # until a full server may have room again


class App:
    """The server as ASGI has it.

    Parameters
    ----------
    state : ServerState
    plugs : sequence of Plug
        What is computed when it is asked for.
    """

    def __init__(self, state: ServerState, plugs: tuple[Plug, ...] = ROUTES) -> None:
        self._state = state
        self._hosts = Hosts(state.settings.allowed_hosts)
        self._plugs = plugs
        self._inner = Starlette()  # what handlers find as request.app
        self._inner.state.server = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        host, n_hosts = b"", 0
        for name, value in scope["headers"]:
            if name == b"host":
                host, n_hosts = value, n_hosts + 1
        if n_hosts != 1 or not self._hosts.is_allowed(host):
            await self._send(send, scope, self._wrong_host(n_hosts))
            return
        resource = self._ready(scope)
        if resource is None:
            await self._otherwise(scope, receive, send)
        else:
            want = wanted(scope["headers"])
            try:
                if want.types and _is_api(scope):
                    refuse_unwanted(resource, want)
            except Problem as problem:
                resource, want = self._told(scope, problem), Wanted()
            await self._finish(send, scope, *chosen(resource, want))

    def _ready(self, scope: Scope) -> Resource | None:
        """Return the ready answer to a request, if there is one."""
        snapshot = self._state.snapshot
        if snapshot is None or scope["method"] not in _READS:
            return None
        query = scope["query_string"]
        path: str = scope["path"]
        if query:
            path = f"{path}?{query.decode('latin-1')}"
        return snapshot.resources.get(path)

    async def _otherwise(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what no ready answer is for."""
        try:
            if scope["path"] == _STREAM and scope["method"] in _READS:
                await self._stream(scope, receive, send)
                return
            found = self._of_the_server(scope)
            if found is not None:
                await self._send(send, scope, found)
                return
            await self._computed(scope, receive, send)
        except Problem as problem:
            await self._send(send, scope, self._told(scope, problem))

    def _of_the_server(self, scope: Scope) -> Resource | None:
        """Return what the server says of itself."""
        if scope["method"] == "OPTIONS" and scope["path"].startswith(_API):
            return _PREFLIGHT
        if scope["method"] not in _READS:
            return None
        snapshot = self._state.snapshot
        match scope["path"]:
            case "/healthz":
                return make_resource(b"ok\n", _TEXT)
            case "/readyz" if snapshot is None:
                raise _not_yet()
            case "/readyz":
                return make_resource(b"ready\n", _TEXT)
            case "/metrics":
                text = metrics_text(
                    self._state.counters,
                    connections=self._state.n_connections(),
                    streams=len(self._state.hub),
                    resources=len(snapshot.resources) if snapshot else 0,
                    failures=len(snapshot.failures) if snapshot else 0,
                )
                return make_resource(text, "text/plain; version=0.0.4; charset=utf-8")
        return None

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        hub = self._state.hub
        if hub.is_full:
            raise Problem(
                503,
                "as many readers as this server takes are listening",
                do="ask again later; pages and API go on",
                headers=(("retry-after", _LATER_S),),
            )
        asked = _query(scope)
        seen = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
        self._count(scope, 200)
        await hub.stream(
            receive,
            send,
            last_seen=seen or asked.get("after", ""),
            hide=asked.get("hide") == "results",
            is_head=scope["method"] == "HEAD",
        )

    async def _computed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a route answer; else say what is wrong with the request."""
        partly: Plug | None = None
        for plug in self._plugs:
            match, child = plug.route.matches(scope)
            if match is Match.FULL:
                if self._state.snapshot is None:
                    raise _not_yet()
                await self._handle(plug, {**scope, **child}, receive, send)
                return
            if match is Match.PARTIAL:
                partly = plug
        snapshot = self._state.snapshot
        if snapshot is None and not scope["path"].startswith("/static/"):
            raise _not_yet()
        bare = snapshot.resources.get(scope["path"]) if snapshot else None
        if bare is not None and scope["method"] in _READS and not _is_api(scope):
            # A page under a query that it does not know, as links from elsewhere carry.
            hide = _query(scope).get("hide") == "results"
            hidden = snapshot.resources.get(f"{scope['path']}?{HIDDEN}") if snapshot else None
            await self._send(send, scope, hidden if hide and hidden else bare)
            return
        if bare is not None and _is_api(scope) and scope["method"] in _READS:
            raise Problem(400, "this address takes no parameters", do="leave the query out")
        if bare is not None or partly is not None:
            allowed = partly.route.methods if partly is not None else None
            names = ", ".join(sorted(allowed or _READS))
            allow = (("allow", names),)
            raise Problem(405, f"this address takes {names}", headers=allow, do="use one of them")
        raise Problem(404, "there is nothing at this address", do="start at the front page")

    async def _handle(self, plug: Plug, scope: Scope, receive: Receive, send: Send) -> None:
        """Call a route's handler; whatever it raises becomes an answer."""
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._count(scope, message["status"])
            await send(message)

        scope["app"] = self._inner
        endpoint: ASGIApp = plug.route.app
        try:
            await endpoint(scope, limited(receive, scope["headers"], plug.max_body), noting)
        except Exception as error:
            if started:  # the connection is cut: half an answer must not look whole
                raise
            await self._send(send, scope, self._told(scope, _problem_of(error, scope)))

    def _told(self, scope: Scope, problem: Problem) -> Resource:
        """Return a problem as JSON for programs, as a page for people."""
        if _is_api(scope):
            return as_json(problem)
        snapshot = self._state.snapshot
        world = snapshot.world if snapshot else World(output=self._state.settings.folder)
        made = problem_page(
            world,
            status=problem.status,
            title=_TITLES.get(problem.status, problem.title),
            detail=problem.detail,
            do=problem.do,
            hide=_query(scope).get("hide") == "results",
        )
        headers = [(key.encode(), value.encode()) for key, value in problem.headers]
        made.plain.extend(headers)
        if made.packed is not made.plain:
            made.packed.extend(headers)
        return made

    def _wrong_host(self, n_hosts: int) -> Resource:
        if n_hosts != 1:
            return as_json(Problem(400, "a request names its host once"))
        self._state.counters.refused["host"] += 1
        return as_json(
            Problem(
                421,
                "this server does not answer to that name",
                do="ask it by a name that --allow-host gives, or as localhost on its own machine",
            )
        )

    async def _send(self, send: Send, scope: Scope, resource: Resource) -> None:
        await self._finish(send, scope, resource.status, resource.plain, resource.body)

    async def _finish(
        self, send: Send, scope: Scope, status: int, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> None:
        self._count(scope, status)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.body", "body": body})

    def _count(self, scope: Scope, status: int) -> None:
        self._state.counters.answers[status] += 1
        if self._state.settings.access_log:
            # Neither query nor headers: secrets travel there.
            client = scope.get("client") or ("-", 0)
            LOG.info("%s %s %s %d", client[0], scope["method"], scope["path"], status)


_TITLES = {404: "There is nothing here", 503: "Not ready yet"}
_PREFLIGHT = make_resource(
    b"",
    _TEXT,
    status=204,
    is_api=True,
    more=(
        ("access-control-allow-methods", "GET, HEAD"),
        ("access-control-allow-headers", "if-none-match, last-event-id"),
        ("access-control-max-age", "86400"),
    ),
)


def _problem_of(error: Exception, scope: Scope) -> Problem:
    """Return what a handler has raised as an answer."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return Problem(error.status_code, error.detail)
    if isinstance(error, UsageError):
        return Problem(422, error.one_line(), do=error.do)
    LOG.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
    words = error.what if isinstance(error, F1Error) else "a fault of this server"
    return Problem(500, words, do="see the server's log")


def _not_yet() -> Problem:
    return Problem(
        503,
        "The pages are being made",
        do="wait a moment; this page asks again by itself",
        headers=(("retry-after", _SOON_S), ("refresh", _SOON_S)),
    )


def _is_api(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.startswith(_API) or path in ("/readyz", "/openapi.json")


def _query(scope: Scope) -> Mapping[str, str]:
    return dict(parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=50))
