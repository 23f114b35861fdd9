"""The description of the API, OpenAPI 3.1, made from the table."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo

import services
from predictor.published.schema import components_of
from services.web.api.answers.server import ProblemAnswer
from services.web.api.asking import schema_of_field
from services.web.api.paging import Paged
from services.web.api.problem_kinds import BAD_PARAMETER, BUSY, UNKNOWN_ID, UNKNOWN_PARAMETER, Kind
from services.web.api.route import ApiRoute
from services.web.api.table import GROUPS, TABLE
from services.web.resource import JSON

__all__ = ["openapi", "openapi_json"]

_REF = "#/components/schemas/{name}"
_PROBLEM = "application/problem+json"
_SAYS = """Forecasts of a Formula 1 season, as they are published, and how they came about.

- Names are those of the season document; ids are permanent, three-letter codes are for display.
- null means unknown, 0 means zero. Fields are only ever added. Probabilities are from 0 to 1.
- Every answer has a strong `ETag`: ask again with `If-None-Match`, which costs a 304. What is
  addressed by a run never changes and says so.
- Rows come a page at a time: follow `next`, or the `Link` header. `format=csv` gives a table.
- What is wrong with a request is told as `application/problem+json` with a `type` that never
  changes, and what to `do`."""


@functools.lru_cache(maxsize=4)
def openapi_json(public_url: str = "") -> bytes:
    """Return the description as JSON."""
    return msgspec.json.format(msgspec.json.encode(openapi(public_url)), indent=1) + b"\n"


def openapi(public_url: str = "") -> dict[str, Any]:
    """Return the description; nobody changes what stands in it.

    Parameters
    ----------
    public_url : str
        Where readers find the server; empty: wherever they have the description from.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "F1 season forecast",
            "version": services.__version__,
            "description": _SAYS,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url or "/"}],
        "tags": [{"name": name} for name in GROUPS],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "headers": {"ETag": _ETAG, "Link": _LINK, "Retry-After": _RETRY_AFTER},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


@functools.cache
def _paths() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for route in TABLE:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return paths


@functools.cache
def _schemas() -> dict[str, Any]:
    """Return the schemas of all answers, bodies and parameters by name."""
    structs: dict[type[Struct], None] = {ProblemAnswer: None}
    for route in TABLE:
        structs |= dict.fromkeys(one for one in (route.answer, route.body) if one is not None)
    of_parameters = [one.type for route in TABLE for one in route.fields]
    _, of_enums = msgspec.json.schema_components(of_parameters, ref_template=_REF)
    return dict(sorted((of_enums | components_of(tuple(structs), _REF)).items()))


def _operation(route: ApiRoute) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": route.name,
        "tags": [route.group],
        "summary": route.summary,
        **({"description": route.says} if route.says else {}),
        "parameters": [_parameter(route, one) for one in route.fields],
        "responses": _responses(route),
    }
    if route.body is not None:
        content = {JSON: {"schema": _reference(route.body)}}
        told["requestBody"] = {"required": True, "content": content}
        told["security"] = [{}, {"token": []}]
    return told


def _parameter(route: ApiRoute, field: FieldInfo) -> dict[str, Any]:
    schema = _schema_of_parameter(field)
    is_in_path = field.name in route.in_path
    return {
        "name": field.name,
        "in": "path" if is_in_path else "query",
        "required": is_in_path or field.required,
        "description": schema.pop("description", ""),
        "schema": schema,
    }


def _schema_of_parameter(field: FieldInfo) -> dict[str, Any]:
    found = schema_of_field(field, _REF)
    if field.default is not msgspec.NODEFAULT and field.default is not msgspec.UNSET:
        found["default"] = field.default
    return found


def _responses(route: ApiRoute) -> dict[str, Any]:
    headers: dict[str, Any] = {"ETag": {"$ref": "#/components/headers/ETag"}}
    if issubclass(route.asked, Paged):
        headers["Link"] = {"$ref": "#/components/headers/Link"}
    found: dict[str, Any] = {
        "200": {
            "description": f"{route.summary}.",
            **({"headers": headers} if route.has_tag else {}),
            "content": _content(route),
        }
    }
    if route.has_tag:
        found["304"] = {"description": "It is as it was: what If-None-Match names is still right."}
    kinds: dict[int, list[Kind]] = {}
    always = (UNKNOWN_PARAMETER, BAD_PARAMETER, BUSY) if route.compute is not None else ()
    rows = (UNKNOWN_ID,) if issubclass(route.asked, Paged) else ()
    for kind in dict.fromkeys((*always, *rows, *route.kinds)):
        kinds.setdefault(kind.status, []).append(kind)
    for status, of_status in sorted(kinds.items()):
        found[str(status)] = _problem([kind.title for kind in of_status], waits=_waits(of_status))
    return found | {"default": _problem(["Any other problem"])}


def _content(route: ApiRoute) -> dict[str, Any]:
    schema = _reference(route.answer) if route.answer else dict(_UNTYPED.get(route.media_type, {}))
    content = {route.media_type: {"schema": schema}}
    if route.is_table:
        content["text/csv"] = {"schema": {"type": "string"}}
    return content


def _waits(kinds: Sequence[Kind]) -> bool:
    return any(kind.retry_after for kind in kinds)


def _problem(titles: Sequence[str], *, waits: bool = False) -> dict[str, Any]:
    return {
        "description": f"{'; or: '.join(titles)}.",
        **(
            {"headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}}
            if waits
            else {}
        ),
        "content": {_PROBLEM: {"schema": _reference(ProblemAnswer)}},
    }


def _reference(kind: type[Struct]) -> dict[str, str]:
    return {"$ref": _REF.format(name=kind.__name__)}


_UNTYPED = {
    "text/plain": {"type": "string"},
    "text/event-stream": {"type": "string"},
    "application/schema+json": {"type": "object"},
    JSON: {"type": "object"},
}
_ETAG = {
    "description": "Strong, of the bytes sent: give it back as If-None-Match.",
    "schema": {"type": "string"},
}
_LINK = {"description": 'Address of the next rows, as rel="next".', "schema": {"type": "string"}}
_RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
