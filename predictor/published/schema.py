"""The JSON Schema (draft 7) of a published document, made from its type."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec import inspect as types

__all__ = ["components_of", "may_be_missing", "schema_of", "structs_of"]


def schema_of(document: type[Struct], title: str, open_types: tuple[str, ...]) -> dict[str, Any]:
    """Return the schema that every document of a type follows as it is written.

    Parameters
    ----------
    document : type of Struct
    title : str
    open_types : tuple of str
        Names of the types to which versions add fields; the others have no field but their own.
    """
    definitions = components_of([document], "#/definitions/{name}")
    for name in {one.cls.__name__ for one in structs_of(document)} - set(open_types):
        definitions[name]["additionalProperties"] = False
    top = definitions.pop(document.__name__)
    head = {"$schema": "http://json-schema.org/draft-07/schema#", **top, "title": title}
    return {**head, "definitions": dict(sorted(definitions.items()))}


def components_of(kinds: Sequence[type[Struct]], ref_template: str) -> dict[str, dict[str, Any]]:
    """Return the schemas of types, and of all types that stand in them, by name.

    None of them forbids a field that it does not name.

    Parameters
    ----------
    kinds : sequence of type of Struct
        No two of the same name stand in them.
    ref_template : str
        Of references, as ``#/definitions/{name}``.
    """
    _, definitions = msgspec.json.schema_components(kinds, ref_template=ref_template)
    for struct in {one.cls: one for kind in kinds for one in structs_of(kind)}.values():
        definitions[struct.cls.__name__] |= _unsaid(struct, definitions)
    return definitions


def structs_of(document: type[Struct]) -> list[types.StructType]:
    """Return a type and all types that stand in it, in the order in which they are met."""
    found: dict[type, types.StructType] = {}
    waiting: list[Any] = [types.type_info(document)]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, types.StructType) and one.cls not in found:
            found[one.cls] = one
            waiting = [field.type for field in one.fields] + waiting
        elif isinstance(one, types.Type) and not isinstance(one, types.StructType):
            waiting = [getattr(one, name) for name in one.__struct_fields__] + waiting
        elif isinstance(one, tuple):
            waiting = [*one, *waiting]
    return list(found.values())


def may_be_missing(field: types.Field) -> bool:
    """Return whether a document can be written without a field: only one that may be ``UNSET``.

    A default of another kind stands in when a document of an earlier version is read.
    """
    return not field.required and field.default is NODEFAULT and field.default_factory is NODEFAULT


def _unsaid(struct: types.StructType, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return what msgspec leaves out of a type's schema, or says otherwise than it is meant."""
    said = definitions[struct.cls.__name__]
    properties = {key: dict(block) for key, block in said["properties"].items()}
    for field in struct.fields:
        block = properties[field.encode_name]
        block.pop("default", None)
        kind = field.type.type if isinstance(field.type, types.Metadata) else field.type
        if isinstance(kind, types.DictType) and isinstance(kind.key_type, types.EnumType):
            block["propertyNames"] = {"enum": [one.value for one in kind.key_type.cls]}
    always = [one.encode_name for one in struct.fields if not may_be_missing(one)]
    tag = [struct.tag_field] if struct.tag_field is not None else []
    return {
        "description": inspect.cleandoc(struct.cls.__doc__ or ""),
        "properties": properties,
        "required": [*tag, *always],
    }
