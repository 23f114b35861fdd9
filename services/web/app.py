"""The way of a request: host, ready answer, stream, computed answer; in this order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from services.web.assets import assets
from services.web.conditions import Wanted, chosen, refuse_unwanted, wanted
from services.web.counters import metrics_text
from services.web.doors.body import limited
from services.web.doors.headers import guarded
from services.web.doors.hosts import Hosts
from services.web.plug import Plug
from services.web.problem_answers import ProblemAnswers, problem_of
from services.web.problems import Problem, as_json
from services.web.resource import Headers, Resource, make_resource
from services.web.routes import ROUTES
from services.web.server_state import ServerState
from services.web.snapshot import HIDDEN
from services.web.world import World

__all__ = ["App"]

_TEXT = "text/plain; charset=utf-8"
_READS = ("GET", "HEAD")
_API = "/v1/"
_STREAM = "/v1/stream"
_PROBES = ("/healthz", "/readyz")  # who asks them knows an address, and no name
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

    def __init__(self, state: ServerState, plugs: Sequence[Plug] = ROUTES) -> None:
        self._state = state
        self._hosts = Hosts(state.settings.names)
        self._plugs = plugs
        self._assets = {one.url: one.resource for one in assets().values()}
        self._problems = ProblemAnswers(World(output=state.settings.folder))
        self._inner = Starlette()  # what handlers find as request.app
        self._inner.state.server = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        host, n_hosts = b"", 0
        for name, value in scope["headers"]:
            if name == b"host":
                host, n_hosts = value, n_hosts + 1
        if not (n_hosts == 1 and self._hosts.is_allowed(host)) and scope["path"] not in _PROBES:
            await self._send(send, scope, self._wrong_host(n_hosts))
            return
        resource = self._ready(scope) or await self._made_now(scope)
        if resource is None:
            await self._otherwise(scope, receive, send)
            return
        want = wanted(scope["headers"])
        try:
            if want.types and _is_api(scope["path"]):
                refuse_unwanted(resource, want)
        except Problem as problem:
            resource, want = self._told(scope, problem), Wanted()
        await self._finish(send, scope, *chosen(resource, want))

    def _ready(self, scope: Scope) -> Resource | None:
        """Return the ready answer to a request, if there is one."""
        snapshot = self._state.snapshot
        if scope["method"] not in _READS:
            return None
        if snapshot is None:  # the page that says so has styles
            return self._assets.get(scope["path"])
        return snapshot.resources.get(_address(scope))

    async def _made_now(self, scope: Scope) -> Resource | None:
        """Return the ready answer once it is made; None where the snapshot has no such answer."""
        if scope["method"] not in _READS:
            return None
        return await self._state.answer(_address(scope))

    async def _otherwise(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what no ready answer is for."""
        try:
            if scope["path"] == _STREAM and scope["method"] in _READS:
                await self._stream(scope, receive, send)
                return
            found = self._of_the_server(scope)
            if found is None:
                plug, child = self._plug_of(scope)
                if plug is not None:
                    await self._handle(plug, {**scope, **child}, receive, send)
                    return
                found = await self._near(scope)
        except Problem as problem:
            found = self._told(scope, problem)
        await self._send(send, scope, found)

    def _of_the_server(self, scope: Scope) -> Resource | None:
        """Return what the server says of itself."""
        if scope["method"] == "OPTIONS" and scope["path"].startswith(_API):
            return _PREFLIGHT
        if scope["method"] not in _READS:
            return None
        state = self._state
        match scope["path"]:
            case "/healthz":
                return make_resource(b"ok\n", _TEXT)
            case "/readyz" if state.snapshot is None:
                raise _not_yet()
            case "/readyz":
                return make_resource(b"ready\n", _TEXT)
            case "/metrics":
                text = metrics_text(
                    state.counters,
                    connections=len(state.connections),
                    streams=len(state.hub),
                    resources=len(state.snapshot.resources) if state.snapshot else 0,
                    waiting=state.snapshot.n_waiting if state.snapshot else 0,
                    failures=len(state.snapshot.failures) if state.snapshot else 0,
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
            hide=_hides(scope),
            is_head=scope["method"] == "HEAD",
        )

    def _plug_of(self, scope: Scope) -> tuple[Plug | None, Scope]:
        """Return the route that answers, and what its path holds.

        Raises
        ------
        Problem
            405 if there is one for other methods alone; 503 while there is nothing to answer from.
        """
        allowed: set[str] = set()
        for plug in self._plugs:
            match, child = plug.route.matches(scope)
            if match is Match.FULL:
                if self._state.snapshot is None:
                    raise _not_yet()
                return plug, child
            if match is Match.PARTIAL:
                allowed |= plug.route.methods or set()
        if allowed:
            raise _wrong_method(allowed)
        return None, {}

    async def _near(self, scope: Scope) -> Resource:
        """Return the page that is meant if only the query is unknown; else say what is wrong."""
        snapshot = self._state.snapshot
        if snapshot is None:
            raise _not_yet()
        path = scope["path"]
        bare = await self._state.answer(path)
        if bare is None:
            raise Problem(
                404,
                "No page has this address: it is mistyped, or of a season not kept here",
                do="start at the front page, or take one of the ways above",
            )
        if scope["method"] not in _READS:
            raise _wrong_method(_READS)
        if _is_api(path):
            raise Problem(400, "this address takes no parameters", do="leave the query out")
        # As links from elsewhere carry them.
        hidden = await self._state.answer(f"{path}?{HIDDEN}") if _hides(scope) else None
        return bare if hidden is None else hidden

    async def _handle(self, plug: Plug, scope: Scope, receive: Receive, send: Send) -> None:
        """Call a route's handler; whatever it raises becomes an answer."""
        is_started = False

        async def noting(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                self._count(scope, message["status"])
                message = {**message, "headers": guarded(message.get("headers", ()))}
            await send(message)

        scope["app"] = self._inner
        try:
            body = limited(receive, scope["headers"], plug.max_body)
            await plug.route.app(scope, body, noting)
        except Exception as error:
            problem = problem_of(error, f"{scope['method']} {scope['path']}")
            if is_started:  # the connection is cut: half an answer must not look whole
                raise
            await self._send(send, scope, self._told(scope, problem))

    def _told(self, scope: Scope, problem: Problem) -> Resource:
        if _is_api(scope["path"]):
            return as_json(problem)
        return self._problems.page(problem, self._state.snapshot, hide=_hides(scope))

    def _wrong_host(self, n_hosts: int) -> Resource:
        self._state.counters.refused["host"] += 1
        if n_hosts != 1:
            return as_json(Problem(400, "a request names its host once", do="send one Host header"))
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
        self, send: Send, scope: Scope, status: int, headers: Headers, body: bytes
    ) -> None:
        self._count(scope, status)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.body", "body": body})

    def _count(self, scope: Scope, status: int) -> None:
        self._state.counters.answers[status] += 1
        if self._state.settings.access_log:
            self._state.log(scope["client"], scope["method"], scope["path"], status)


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


def _not_yet() -> Problem:
    return Problem(
        503,
        "The pages are being made",
        do="wait a moment; this page asks again by itself",
        headers=(("retry-after", _SOON_S), ("refresh", _SOON_S)),
    )


def _wrong_method(allowed: Sequence[str] | set[str]) -> Problem:
    names = ", ".join(sorted(allowed))
    return Problem(
        405, f"This address takes {names}", do=f"ask by one of {names}", headers=(("allow", names),)
    )


def _address(scope: Scope) -> str:
    query = scope["query_string"]
    path: str = scope["path"]
    return f"{path}?{query.decode('latin-1')}" if query else path


def _is_api(path: str) -> bool:
    """Whether programs ask for it."""
    return path.startswith(_API) or path in (*_PROBES, "/openapi.json")


def _query(scope: Scope) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=50))
    except ValueError as error:
        raise Problem(400, "too many parameters", do="leave out what is not needed") from error


def _hides(scope: Scope) -> bool:
    # Not parsed: a page of a problem is made of whatever a request may be.
    query: bytes = scope["query_string"]
    return HIDDEN.encode() in query.split(b"&")
