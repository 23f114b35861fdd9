"""How the Python client asks; `python.py` puts types before it and a method per address after.

It stands alone there: it imports nothing but Python's own, and nothing of the product.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

__all__ = ["Connection", "Problem"]

_MOST_ROWS = 500
_KEPT = 64  # answers


class Problem(Exception):  # noqa: N818 - what the server calls it
    """Why there is no answer.

    Attributes
    ----------
    status : int
        Of HTTP.
    type : str
        Names the kind of problem, and never changes.
    title, detail, do : str
        The kind in words, what is wrong with this request, and what to do about it.
    """

    def __init__(self, status: int, told: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {told.get('title', '')}: {told.get('detail', '')}")
        self.status = status
        self.type: str = told.get("type", "about:blank")
        self.title: str = told.get("title", "")
        self.detail: str = told.get("detail", "")
        self.do: str = told.get("do", "")


class Connection:
    """Asks a server, and asks for nothing twice that has not changed.

    Parameters
    ----------
    server : str
        As ``http://127.0.0.1:8000``.
    token : str
        What the server wants to know before it computes a what-if; empty for none.
    timeout_s : float, s
        For the server to say something.
    """

    def __init__(self, server: str, *, token: str = "", timeout_s: float = 60.0) -> None:
        if not server.startswith(("http://", "https://")):
            raise ValueError(f"{server!r} does not begin with http:// or https://")
        self._server = server.rstrip("/")
        self._token = token
        self._timeout_s = timeout_s
        self._kept: dict[str, tuple[str, bytes]] = {}  # address -> tag, body

    def csv(self, path: str, **query: str | int | bool) -> str:
        """Return the rows of an address as a table, as ``csv("/v1/events", season=2025)``."""
        return self._get(path, {}, {**query, "format": "csv"}).decode()

    def follow(self, last_seen: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Give the news of published runs until the server ends the stream.

        Parameters
        ----------
        last_seen : str
            Id of the last event that is known; what came after it is given first.

        Yields
        ------
        (str, str, dict)
            Id, kind (``forecast``, or ``resync`` where too much was missed) and data.
        """
        headers = {"last-event-id": last_seen} if last_seen else {}
        event: dict[str, str] = {}
        with self._open("GET", "/v1/stream", headers=headers) as stream:
            for line in stream:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name:
                    event[name] = value
                elif "data" in event:
                    yield event.get("id", ""), event["event"], json.loads(event["data"])
                    event = {}

    def _json(self, path: str, in_path: Mapping[str, Any], query: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self._get(path, in_path, query))

    def _rows(
        self, path: str, in_path: Mapping[str, Any], query: Mapping[str, Any]
    ) -> Iterator[Any]:
        """Give the rows of all pages."""
        page = self._json(path, in_path, {**query, "limit": _MOST_ROWS})
        yield from page["data"]
        while page["next"] is not None:
            page = json.loads(self._asked(page["next"]))
            yield from page["data"]

    def _get(self, path: str, in_path: Mapping[str, Any], query: Mapping[str, Any]) -> bytes:
        filled = path.format(**{name: quote(str(one), safe="") for name, one in in_path.items()})
        given = {name: _word(one) for name, one in query.items() if one is not None}
        return self._asked(f"{filled}?{urlencode(given)}" if given else filled)

    def _asked(self, address: str) -> bytes:
        tag, body = self._kept.pop(address, ("", b""))
        try:
            with self._open(
                "GET", address, headers={"if-none-match": tag} if tag else {}
            ) as answer:
                tag, body = answer.headers.get("etag", ""), answer.read()
        except HTTPError as error:
            with error:
                if error.code != 304:
                    raise _problem(error) from None
        if tag:
            self._kept[address] = tag, body
            if len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return body

    def _send(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        headers = {"content-type": "application/json"}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        try:
            with self._open("POST", path, json.dumps(body).encode(), headers) as answer:
                return json.loads(answer.read())
        except HTTPError as error:
            with error:
                raise _problem(error) from None

    def _open(
        self,
        method: str,
        address: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401 - an answer of urllib
        request = Request(self._server + address, body, dict(headers or {}), method=method)  # noqa: S310 - see __init__
        return urlopen(request, timeout=self._timeout_s)  # noqa: S310 - see __init__


def _word(value: Any) -> str:  # noqa: ANN401 - whatever a parameter takes
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(error: HTTPError) -> Problem:
    try:
        told = json.loads(error.read())
    except ValueError:
        told = {"detail": error.reason}
    return Problem(error.code, told if isinstance(told, dict) else {})
