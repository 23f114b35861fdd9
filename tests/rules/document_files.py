"""Files made from the types of the published documents: their schemas, and the page of fields."""

from __future__ import annotations

import inspect
import json

from msgspec import inspect as types

from predictor.published.schema import may_be_missing, schema_of, structs_of
from predictor.published.season_types import SeasonDocument
from predictor.published.told_types import ToldRace
from tests.rules.sources import ROOT

__all__ = ["FILES", "fields_page", "season_schema"]

_HEAD = """# The season document, field by field

`predictions/season_<year>_incremental.json`, one document a season, replaced whole and in one step.
Its schema is [`predictor/report/season.schema.json`](../predictor/report/season.schema.json); both
are made from the types in `predictor/published/` by `make docs`.

Fields are only ever added within a major `schema_version`. null means unknown, 0 means zero.
*Optional* fields are missing where they do not apply. Probabilities are between 0 and 1.

An expected place is the mean over all simulated races, in which a retired car has its place behind
all that finish; beside it stands the mean of the races that the driver finishes.
"""


def season_schema() -> str:
    """Give the schema of the season document as JSON text."""
    # To these three fields are added within a major version.
    found = schema_of(SeasonDocument, "Season forecast", ("Metadata", "Run", "RunEntry"))
    return json.dumps(found, indent=1) + "\n"


def told_schema() -> str:
    """Give the schema of a told race as JSON text."""
    found = schema_of(ToldRace, "A simulated event: one race told, and all it was chosen from", ())
    return json.dumps(found, indent=1) + "\n"


def fields_page() -> str:
    """Give the page: a section per type, a line per field."""
    sections = [_section(one) for one in structs_of(SeasonDocument)]
    return "\n".join([_HEAD, *(line for section in sections for line in section)])


def _section(struct: types.StructType) -> list[str]:
    name = struct.cls.__name__
    return [
        f"## {name}",
        "",
        inspect.cleandoc(struct.cls.__doc__),
        "",
        "| field | type | unit | meaning |",
        "|---|---|---|---|",
        *(_line(field) for field in struct.fields),
        "",
    ]


def _line(field: types.Field) -> str:
    kind, said, unit = field.type, "", ""
    while isinstance(kind, types.Metadata):
        said = said or (kind.extra_json_schema or {}).get("description", "")
        unit = unit or (kind.extra or {}).get("unit", "")
        kind = kind.type
    optional = "optional " if may_be_missing(field) else ""
    return f"| `{field.encode_name}` | {optional}{_words(kind)} | {unit} | {said} |"


def _words(kind: types.Type) -> str:
    """Give a type in words, with its bounds."""
    said = _WORDS.get(type(kind))
    return said(kind) if said is not None else _PLAIN[type(kind)] + _bounds(kind)


def _either(kind: types.UnionType) -> str:
    """Give what a value may be, null last."""
    return " or ".join(map(_words, sorted(kind.types, key=lambda one: type(one) is types.NoneType)))


def _choices(values) -> str:
    return ", ".join(f"`{one}`" for one in values)


_WORDS = {
    types.Metadata: lambda kind: _words(kind.type),
    types.UnionType: _either,
    types.StructType: lambda kind: f"[{kind.cls.__name__}](#{kind.cls.__name__.lower()})",
    types.VarTupleType: lambda kind: f"list of {_words(kind.item_type)}",
    types.DictType: lambda kind: f"object: {_words(kind.key_type)} → {_words(kind.value_type)}",
    types.EnumType: lambda kind: _choices(one.value for one in kind.cls),
    types.LiteralType: lambda kind: _choices(kind.values),
}
_PLAIN = {
    types.AnyType: "anything",
    types.BoolType: "true or false",
    types.FloatType: "number",
    types.IntType: "whole number",
    types.NoneType: "null",
    types.StrType: "text",
}


def _bounds(kind: types.Type) -> str:
    low, high = getattr(kind, "ge", None), getattr(kind, "le", None)
    if low is not None and high is not None:
        return f", {low:g} to {high:g}"
    return f", at least {low:g}" if low is not None else ""


FILES = {
    ROOT / "predictor" / "report" / "season.schema.json": season_schema,
    ROOT / "predictor" / "report" / "simulated_race.schema.json": told_schema,
    ROOT / "docs" / "season-document.md": fields_page,
}
