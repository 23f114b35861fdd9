"""Who may have something computed: one who knows the token, and by no page of another site."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from services.web.api.problem_kinds import NOT_FOR_OTHERS, WRONG_TOKEN, problem
from services.web.doors.token import is_token
from services.web.settings import ServeSettings

__all__ = ["admit"]

_SCHEME = "bearer "
_OWN_SITE = ("same-origin", "none")  # none: typed or opened by the reader himself


def admit(headers: Mapping[str, str], settings: ServeSettings, *, form_token: str = "") -> None:
    """Make sure that a request may have something computed.

    Parameters
    ----------
    headers : Mapping[str, str]
        Of the request, by lower-case names.
    settings : ServeSettings
    form_token : str
        The token of a form, which cannot send it as a header.

    Raises
    ------
    Problem
        403 if a page of another site has sent it, or no token is set while others can reach the
        server; 401 if the token is not the right one.
    """
    _refuse_other_sites(headers)
    if not settings.token:
        if settings.is_open:
            raise problem(
                NOT_FOR_OTHERS,
                "this server computes nothing for others",
                do="ask whoever runs it to start it with --token-file",
            )
        return
    given = headers.get("authorization", "")
    has_scheme = given[: len(_SCHEME)].lower() == _SCHEME
    token = given[len(_SCHEME) :].strip() if has_scheme else form_token
    if not is_token(token, settings.token):
        raise problem(
            WRONG_TOKEN,
            "the token is not the right one" if token else "a token is needed",
            do="send it as Authorization: Bearer TOKEN, or fill it into the form",
            headers=(("www-authenticate", 'Bearer realm="forecast"'),),
        )


def _refuse_other_sites(headers: Mapping[str, str]) -> None:
    """Refuse what a page of another site has sent: browsers say whose it is."""
    site = headers.get("sec-fetch-site", "none")
    origin = headers.get("origin")
    if site not in _OWN_SITE or not _is_own(origin, headers.get("host", "")):
        raise problem(
            NOT_FOR_OTHERS,
            "a page of another site has sent this",
            do="use the form of this server, or a program with the token",
        )


def _is_own(origin: str | None, host: str) -> bool:
    """Return whether what a browser says of the site is this one, or nothing is said."""
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:  # half an address in brackets
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()
