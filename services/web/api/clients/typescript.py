"""Types of the API for TypeScript: an interface for each answer, and a table of operations."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from typing import Any

from services.web.api.clients.described import (
    Names,
    Operation,
    Schema,
    alternatives,
    operations,
    said,
)

__all__ = ["typescript"]

_HEAD = """\
// Types of the API of the F1 season forecast, made from its OpenAPI description.
// null means unknown, 0 means zero; fields are only ever added.
//
//     const answer = await fetch(`${server}/v1/events`);
//     const events = (await answer.json()) as Operations["list_events"]["answer"];
"""
_WIDTH = 100


def typescript(described: Schema) -> str:
    """Return the types that a description has."""
    parts = [_HEAD]
    for name, schema in described["components"]["schemas"].items():
        parts.append(_type(name, schema))
    parts.append(_operations(operations(described)))
    return "\n".join(parts)


def _type(name: str, schema: Schema) -> str:
    doc = _doc(schema.get("description", ""))
    if alternatives(schema):
        return f"{doc}export type {name} = {said(schema, _NAMES)};\n"
    required = schema.get("required", ())
    lines = [
        f"{_doc(_meaning(one), '  ')}  {_key(key)}{'' if key in required else '?'}: "
        f"{said(one, _NAMES)};\n"
        for key, one in schema.get("properties", {}).items()
    ]
    return f"{doc}export interface {name} {{\n{''.join(lines)}}}\n"


def _operations(found: Iterable[Operation]) -> str:
    lines = ["/** What each operation takes and gives. */\n", "export interface Operations {\n"]
    for one in found:
        lines += [
            _doc(f"{one.summary}.", "  "),
            f"  {one.name}: {{\n",
            f'    method: "{one.method}";\n',
            f'    path: "{one.path}";\n',
            f"    in_path: {_parameters(one.in_path)};\n",
            f"    query: {_parameters(one.in_query)};\n",
            f"    body: {one.body or 'never'};\n",
            f"    answer: {one.answer or _untyped(one)};\n",
            "  };\n",
        ]
    return "".join([*lines, "}\n"])


def _parameters(parameters: tuple[Schema, ...]) -> str:
    if not parameters:
        return "Record<string, never>"
    said_ones = (
        f"{one['name']}{'' if one['required'] else '?'}: {said(one['schema'], _NAMES)}"
        for one in parameters
    )
    return f"{{ {'; '.join(said_ones)} }}"


def _untyped(one: Operation) -> str:
    return "unknown" if "json" in one.media_type else "string"


def _meaning(schema: Schema) -> str:
    meaning: str = schema.get("description", "")
    return meaning


def _key(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name)


def _doc(text: str, indent: str = "") -> str:
    if not text:
        return ""
    words = " ".join(text.split()).replace("*/", "* /")
    if len(indent) + len(words) + 8 <= _WIDTH:
        return f"{indent}/** {words} */\n"
    lines = textwrap.wrap(words, _WIDTH - len(indent) - 3)
    return "".join([f"{indent}/**\n", *(f"{indent} * {one}\n" for one in lines), f"{indent} */\n"])


def _literal(values: list[Any]) -> str:
    return " | ".join(json.dumps(one) for one in values)


def _list_of(one: str) -> str:
    return f"({one})[]" if " | " in one else f"{one}[]"


_NAMES = Names(
    plain={
        "string": "string",
        "integer": "number",
        "number": "number",
        "boolean": "boolean",
        "null": "null",
    },
    list_of=_list_of,
    table_of=lambda one: f"Record<string, {one}>",
    either=" | ".join,
    literal=_literal,
    anything="unknown",
)
