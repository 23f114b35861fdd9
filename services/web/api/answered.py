"""From what is asked of a route to the bytes that are sent."""

from __future__ import annotations

from typing import Annotated, Any, get_args, get_origin

import msgspec
from msgspec import Struct

from services.web.api.asking import wants_csv
from services.web.api.csv_text import CSV, as_csv
from services.web.api.paging import Paged, next_address
from services.web.api.route import ApiRoute, Asked
from services.web.api.view import View
from services.web.resource import Resource, make_resource

__all__ = ["answered", "row_type"]


def answered(route: ApiRoute, asked: Asked, view: View) -> Resource:
    """Compute an answer.

    Raises
    ------
    Problem
        If there is none.
    """
    if route.compute is None:
        raise TypeError(f"{route.path} is answered elsewhere")
    found: Any = route.compute(asked, view)
    if isinstance(found, bytes):
        return _made(route, found, route.media_type)
    more: tuple[tuple[str, str], ...] = ()
    if isinstance(asked, Paged):
        found = msgspec.structs.replace(found, next=next_address(route, asked, found.next))
        if found.next is not None:
            more = (("link", f'<{found.next}>; rel="next"'),)
    if not wants_csv(asked):
        return _made(route, msgspec.json.encode(found), route.media_type, more)
    name = f"{route.name.removeprefix('list_').removeprefix('get_')}.csv"
    more += (("content-disposition", f'attachment; filename="{name}"'),)
    return _made(route, as_csv(found.data, row_type(route)), CSV, more)


def row_type(route: ApiRoute) -> type[Struct]:
    """Return the type of a route's rows."""
    for field in msgspec.structs.fields(route.answer or Struct):
        if field.name == "data":
            rows = field.type.__origin__ if get_origin(field.type) is Annotated else field.type
            found: type[Struct] = get_args(rows)[0]
            return found
    raise TypeError(f"{route.path} has no rows")


def _made(
    route: ApiRoute, body: bytes, media_type: str, more: tuple[tuple[str, str], ...] = ()
) -> Resource:
    return make_resource(body, media_type, immutable=route.is_immutable, is_api=True, more=more)
