"""The description of the API as the generators of clients read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

__all__ = ["Names", "Operation", "Schema", "alternatives", "operations", "said"]

Schema = Mapping[str, Any]


class Operation(NamedTuple):
    """One operation.

    Attributes
    ----------
    answer : str
        Name of the type of its answer; empty for text, and for JSON without a type of ours.
    row : str
        Name of the type of its rows, if they come a page at a time; else empty.
    body : str
        Name of the type that is sent; empty for none.
    """

    name: str
    method: str
    path: str
    summary: str
    parameters: tuple[Schema, ...]
    answer: str
    row: str
    body: str
    media_type: str

    @property
    def in_path(self) -> tuple[Schema, ...]:
        """Parameters that stand in the path."""
        return tuple(one for one in self.parameters if one["in"] == "path")

    @property
    def in_query(self) -> tuple[Schema, ...]:
        """Parameters that stand in the query."""
        return tuple(one for one in self.parameters if one["in"] == "query")


def operations(described: Schema) -> Iterator[Operation]:
    """Give the operations of a description, in its order."""
    schemas = described["components"]["schemas"]
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            media_type, content = next(iter(told["responses"]["200"]["content"].items()))
            answer = _name(content["schema"])
            yield Operation(
                name=told["operationId"],
                method=method.upper(),
                path=path,
                summary=told["summary"],
                parameters=tuple(told["parameters"]),
                answer=answer,
                row=_row(schemas.get(answer, {})),
                body=_body(told),
                media_type=media_type,
            )


class Names(NamedTuple):
    """How a language says what a schema says.

    Attributes
    ----------
    plain : mapping of str to str
        JSON's word for a kind of value -> the language's.
    list_of, table_of, either : callable
    literal : callable
        From a value to its type.
    anything : str
    """

    plain: Mapping[str, str]
    list_of: Callable[[str], str]
    table_of: Callable[[str], str]
    either: Callable[[list[str]], str]
    literal: Callable[[list[Any]], str]
    anything: str


def said(schema: Schema, names: Names) -> str:
    """Return the type that a schema describes, in the words of a language."""
    if "$ref" in schema:
        return _name(schema)
    if "enum" in schema:
        return names.literal(list(schema["enum"]))
    if "anyOf" in schema:
        return names.either([said(one, names) for one in schema["anyOf"]])
    kind = schema.get("type")
    if kind == "array":
        return names.list_of(said(schema.get("items", {}), names))
    if kind == "object":
        return names.table_of(said(_values(schema), names))
    return names.plain[kind] if isinstance(kind, str) else names.anything


def alternatives(schema: Schema) -> list[Any]:
    """Return the values of an enum; none for another schema."""
    return list(schema.get("enum", ()))


def _values(schema: Schema) -> Schema:
    values = schema.get("additionalProperties", {})
    return values if isinstance(values, Mapping) else {}


def _name(schema: Schema) -> str:
    name: str = schema.get("$ref", "").rpartition("/")[2]
    return name


def _row(answer: Schema) -> str:
    properties = answer.get("properties", {})
    is_paged = "data" in properties and "next" in properties
    return _name(properties["data"]["items"]) if is_paged else ""


def _body(told: Schema) -> str:
    body = told.get("requestBody")
    return _name(next(iter(body["content"].values()))["schema"]) if body else ""
