"""Published documents to JSON text and back, held to their types, bounds and forms."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from predictor.errors import F1Error
from predictor.fingerprint import find_non_finite
from predictor.published.event_types import Event

__all__ = ["read_json", "write_json"]

_DAYS = re.compile(rb'"([0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.+Z-]{1,40})?)"')

T = TypeVar("T", bound=Struct)


def write_json(document: Struct) -> bytes:
    """Return a document as JSON, once it was read back and found the same.

    A value made in Python is held to nothing; what is read is held to its type.

    Raises
    ------
    F1Error
        Naming the first place that breaks its type, or holds a number that is not finite.
    """
    payload = msgspec.json.encode(document)
    try:
        is_same = read_json(payload, type(document)) == document
    except F1Error:
        _refuse_not_finite(document)
        raise
    if not is_same:
        _refuse_not_finite(document)
    return payload


def read_json(payload: bytes, kind: type[T]) -> T:
    """Return a document of a type; fields that the type does not know are passed over.

    Raises
    ------
    F1Error
        Naming the first place that breaks the type.
    """
    try:
        found = msgspec.json.decode(payload, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise F1Error(
            "document does not follow its schema",
            where=_event_of(payload) or "the document",
            got=str(error),
            expected=f"a {kind.__name__} as in docs/season-document.md",
            do="please report this; the published document is the last good one",
        ) from error
    _refuse_no_days(payload)
    return found


def _refuse_no_days(payload: bytes) -> None:
    """Refuse days and instants that there are not, as the 30th of February: no type says it."""
    for text in sorted(set(_DAYS.findall(payload))):
        try:
            datetime.fromisoformat(text.decode())
        except ValueError as error:
            raise F1Error(
                "document holds a day or an instant that there is not",
                got=text.decode(),
                do="please report this; the published document is the last good one",
            ) from error


def _event_of(payload: bytes) -> str:
    """Return the name of the event that is wrong, which msgspec's words leave out."""
    try:
        parts = msgspec.json.decode(payload, type=dict[str, Raw])
        events = msgspec.json.decode(parts["predictions"], type=dict[str, Raw])
    except (msgspec.MsgspecError, RecursionError, KeyError):
        return ""
    for name, event in events.items():
        try:
            msgspec.json.decode(event, type=Event)
        except msgspec.ValidationError:
            return name
    return ""


def _refuse_not_finite(document: Struct) -> None:
    # NaN is written as null, which reads as "unknown".
    place = find_non_finite(msgspec.to_builtins(document))
    if place is not None:
        raise F1Error("document holds a number that is not finite", where=place)
