"""From the words of an address to what is asked, and back; what cannot be asked is told by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from msgspec.structs import FieldInfo

from services.web.api.problem_kinds import BAD_PARAMETER, UNKNOWN_PARAMETER, problem
from services.web.api.route import ApiRoute, Asked, Table

__all__ = ["address_of", "read_asked", "schema_of_field", "wants_csv"]

_MOST = 50  # parameters


def read_asked(route: ApiRoute, in_path: Mapping[str, str], query: bytes) -> Asked:
    """Return what is asked.

    Parameters
    ----------
    route : ApiRoute
    in_path : mapping of str to str
        Fields that stand in the path.
    query : bytes
        As it came.

    Raises
    ------
    Problem
        400, naming the parameter that is unknown, given twice, or not as described.
    """
    given = dict(in_path)
    for name, value in _pairs(query):
        if name not in route.parameters:
            raise _unknown(name, route.parameters)
        if name in given:
            raise _bad(name, "it is given twice", do="give it once")
        given[name] = value
    values = {}
    for field in route.fields:
        if field.name in given:
            text = given[field.name]
            try:
                values[field.name] = msgspec.convert(text, field.type, strict=False)
            except msgspec.ValidationError as error:
                raise _bad(field.name, f"{text[:80]!r} is none", do=_expected(field)) from error
        elif field.required:
            raise _bad(field.name, "it is missing", do=f"give {field.name}=...")
    return route.asked(**values)


def schema_of_field(field: FieldInfo, ref_template: str) -> dict[str, Any]:
    """Return the JSON Schema of a parameter."""
    (schema,), _ = msgspec.json.schema_components([field.type], ref_template=ref_template)
    return dict(schema)


def wants_csv(asked: Asked) -> bool:
    """Return whether what is asked is wanted as CSV."""
    return isinstance(asked, Table) and (asked.format == "csv" or asked.csv is True)


def address_of(route: ApiRoute, asked: Asked) -> str:
    """Return the address at which something is asked, without what goes without saying."""
    named = {}
    for field in route.fields:
        value = getattr(asked, field.name)
        if field.name in route.parameters and value != field.default:
            named[field.name] = str(value).lower() if isinstance(value, bool) else str(value)
    in_path = {name: quote(str(getattr(asked, name)), safe="") for name in route.in_path}
    path = route.path.format(**in_path)
    return f"{path}?{urlencode(named)}" if named else path


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        text = query.decode("ascii")
        return parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=_MOST,
            errors="strict",
        )  # fmt: skip
    except ValueError as error:
        raise problem(
            BAD_PARAMETER,
            "the query is not of the form name=value&name=value in UTF-8, percent-encoded",
            do="encode it so",
        ) from error


def _expected(field: FieldInfo) -> str:
    """Return what to give for a parameter, in words."""
    (schema,), enums = msgspec.json.schema_components([field.type], ref_template="{name}")
    schema = enums.get(schema.get("$ref", ""), schema)
    if "enum" in schema:
        return f"give one of {', '.join(schema['enum'])}"
    if schema.get("type") == "boolean":
        return "give true or false"
    if "maximum" in schema:
        return f"give a whole number from {schema['minimum']} to {schema['maximum']}"
    return "give a whole number" if schema.get("type") == "integer" else "give text"


def _unknown(name: str, allowed: Sequence[str]) -> Exception:
    known = ", ".join(allowed)
    return problem(
        UNKNOWN_PARAMETER,
        f"this address takes no parameter {name[:80]!r}",
        do=f"leave it out; it takes {known}" if allowed else "leave it out; it takes none",
        parameter=name[:80],
        allowed=tuple(allowed),
    )


def _bad(name: str, words: str, *, do: str) -> Exception:
    return problem(BAD_PARAMETER, f"parameter {name}: {words}", do=do, parameter=name)
