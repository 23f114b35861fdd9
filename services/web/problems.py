"""What went wrong with a request, as a value that any handler may raise."""

from __future__ import annotations

import http

import msgspec

from services.web.resource import Resource, make_resource

__all__ = ["Problem", "as_json"]


class Problem(Exception):  # noqa: N818 - read aloud: a 404 is no error of anybody's
    """An answer other than what was asked for.

    Parameters
    ----------
    status : int
        Of HTTP, 400 or above.
    detail : str
        What is wrong with this request, in the reader's words.
    do : str
        What to do about it.
    headers : tuple of (str, str)
        Beside the usual ones, as ``retry-after``.
    more : mapping
        Further members of the JSON answer, as ``allowed``.
    """

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        do: str = "",
        headers: tuple[tuple[str, str], ...] = (),
        more: dict[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.do = do
        self.headers = headers
        self.more = more or {}

    @property
    def title(self) -> str:
        """What such a status is called."""
        return http.HTTPStatus(self.status).phrase


def as_json(problem: Problem) -> Resource:
    """Return a problem as RFC 9457 has it."""
    told = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "do": problem.do,
        **problem.more,
    }
    return make_resource(
        msgspec.json.encode(told),
        "application/problem+json",
        status=problem.status,
        is_api=True,
        more=problem.headers,
    )
