"""A client for Python that needs nothing but Python: types, and a method for each operation."""

from __future__ import annotations

import json
import keyword
import textwrap
from collections.abc import Sequence
from importlib import resources
from typing import Any

from services.web.api.clients.described import (
    Names,
    Operation,
    Schema,
    alternatives,
    operations,
    said,
)

__all__ = ["python"]

_WIDTH = 100
_BASE = "python_base.py"
_SPLIT = "_MOST_ROWS = "  # from here on the base is taken over
_HEAD = '''"""A client of the F1 season forecast's API. It needs Python 3.11 and nothing else.

Made from the API's description: an address is a method, an answer is a dictionary with a type.

    from f1_forecast_client import Client

    client = Client("http://127.0.0.1:8000")
    for event in client.list_events(status="scheduled"):
        print(event["date"], event["name"], event["favourite_driver_id"], event["favourite_p_win"])
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NotRequired, TypedDict
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

__all__ = ["Client", "Problem"]

'''
_OF_PAGES = ("after", "limit")
_OF_TABLES = ("format", "csv")
_FOLLOWED = "text/event-stream"  # by the base itself


def python(described: Schema) -> str:
    """Return the client that a description makes.

    Its base is a module of its own, checked as the others are; types and methods are put into it.
    """
    base = resources.files(__package__).joinpath(_BASE).read_text(encoding="utf-8")
    _, mark, connection = base.partition(_SPLIT)
    constants, _, classes = (mark + connection).partition("\n\n\n")
    types = [_type(*one) for one in described["components"]["schemas"].items()]
    methods = [_method(one) for one in operations(described) if one.media_type != _FOLLOWED]
    client = 'class Client(Connection):\n    """Every address of the API as a method."""\n'
    parts = [*types, classes.rstrip() + "\n", "\n".join([client, *methods])]
    return "\n\n".join([_HEAD + constants + "\n", *parts])


def _type(name: str, schema: Schema) -> str:
    doc = textwrap.indent(_doc(schema.get("description", "")), "    ")
    if alternatives(schema):
        values = "".join(f"    {json.dumps(one)},\n" for one in alternatives(schema))
        return f"{name} = Literal[\n{values}]\n"
    required = schema.get("required", ())
    lines = []
    for key, one in schema.get("properties", {}).items():
        if keyword.iskeyword(key) or not key.isidentifier():
            raise ValueError(f"{name}.{key} is no name in Python")
        words = said(one, _NAMES)
        lines.append(f"    {key}: {words if key in required else f'NotRequired[{words}]'}\n")
    return f"class {name}(TypedDict):\n{doc}\n{''.join(lines)}"


def _method(one: Operation) -> str:
    """Return the method of an operation: rows of all pages for a list, else the answer."""
    is_list = bool(one.row) and one.name.startswith("list_")
    left_out = (*_OF_TABLES, *(_OF_PAGES if is_list else ()))
    query = [name for name in one.in_query if name["name"] not in left_out]
    arguments = _arguments(one, query)
    kind = f"Iterator[{one.row}]" if is_list else one.answer or _untyped(one)
    words = f"{one.summary[0].lower()}{one.summary[1:]}"
    lines = [f"    def {one.name}({arguments}) -> {kind}:\n", f'        """Return {words}."""\n']
    if one.body:
        lines += [
            f'        found: {kind} = self._send("{one.path}", body)\n',
            "        return found\n",
        ]
        return "".join(lines)
    asked = f'\n            "{one.path}",\n{_table(one.in_path)}{_table(query)}        '
    if is_list:
        lines.append(f"        return self._rows({asked})\n")
    elif kind == "str":
        lines.append(f"        return self._get({asked}).decode()\n")
    else:
        lines += [f"        found: {kind} = self._json({asked})\n", "        return found\n"]
    return "".join(lines)


def _arguments(one: Operation, query: list[Schema]) -> str:
    needed = [*one.in_path, *(name for name in query if name["required"])]
    others = [name for name in query if not name["required"]]
    words = [f"{name['name']}: {said(name['schema'], _NAMES)}" for name in needed]
    words += [f"body: {one.body}"] if one.body else []
    if others:
        words.append("*")
        words += [
            f"{name['name']}: {said(name['schema'], _NAMES)} | None = None" for name in others
        ]
    if not words:
        return "self"
    lines = "".join(f"        {word},\n" for word in ("self", *words))
    return f"\n{lines}    "


def _table(parameters: Sequence[Schema]) -> str:
    if not parameters:
        return "            {},\n"
    lines = "".join(f'                "{one["name"]}": {one["name"]},\n' for one in parameters)
    return f"            {{\n{lines}            }},\n"


def _untyped(one: Operation) -> str:
    return "dict[str, Any]" if "json" in one.media_type else "str"


def _doc(text: str) -> str:
    words = " ".join(text.split())
    if len(words) + 10 <= _WIDTH:
        return f'"""{words}"""\n'
    lines = textwrap.wrap(words, _WIDTH - 8)
    return "\n".join(['"""' + lines[0], *lines[1:], '"""\n'])


def _literal(values: list[Any]) -> str:
    return f"Literal[{', '.join(map(json.dumps, values))}]"


_NAMES = Names(
    plain={
        "string": "str",
        "integer": "int",
        "number": "float",
        "boolean": "bool",
        "null": "None",
    },
    list_of=lambda one: f"list[{one}]",
    table_of=lambda one: f"dict[str, {one}]",
    either=" | ".join,
    literal=_literal,
    anything="Any",
)
