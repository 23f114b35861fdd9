"""What a JSON Schema says of a value, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["schema_words"]

Schema = Mapping[str, Any]

_PLAIN = {
    "boolean": "true or false",
    "integer": "whole number",
    "null": "null",
    "number": "number",
    "string": "text",
}


def schema_words(schema: Schema, named: Mapping[str, Schema]) -> str:
    """Return what a value may be.

    Parameters
    ----------
    schema : mapping
        With references that end in the name of a schema.
    named : mapping of str to mapping
        Schemas by name: values of an enum are said, other types are called by their names.
    """
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        found = named.get(name, {})
        return schema_words(found, named) if "enum" in found else name
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(schema_words(one, named) for one in schema["anyOf"])
    kind = schema.get("type")
    if kind == "array":
        return f"list of {schema_words(schema.get('items', {}), named)}"
    if kind == "object":
        values = schema.get("additionalProperties")
        return (
            f"object of {schema_words(values, named)}" if isinstance(values, Mapping) else "object"
        )
    return f"{_PLAIN.get(str(kind), 'anything')}{_bounds(schema)}"


def _bounds(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f", {low:g} to {high:g}"
    return f", at least {low:g}" if low is not None else ""
