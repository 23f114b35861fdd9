"""Compare the published document with a full rebuild that used no stored result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from predictor.published.season_types import SeasonDocument
from services.errors import NotTheSameAnswer
from services.publishing.built import Built
from services.publishing.document import RunFacts, complete_document
from services.publishing.publisher import VOLATILE, stable_digest

__all__ = ["SAME_ANSWER", "refuse_another_answer"]

SAME_ANSWER = "verified: a full rebuild without stored results gives the same document"
_SHOWN = 3  # places that differ


def refuse_another_answer(published: SeasonDocument, full: Built, facts: RunFacts) -> None:
    """Make sure that a full rebuild says what is published, outside the volatile fields.

    Parameters
    ----------
    published : SeasonDocument
    full : Built
        Of the very same folders, see `services.forecasting.build.rebuild`.
    facts : RunFacts
        Of the run that published; its configuration must be the same.

    Raises
    ------
    NotTheSameAnswer
        Naming the first places that differ.
    """
    facts = replace(facts, data_hash=full.data_hash, code=full.code)
    rebuilt = msgspec.json.encode(complete_document(facts, full, ended=datetime.now(UTC)))
    in_place = msgspec.json.encode(published)
    got, expected = stable_digest(in_place), stable_digest(rebuilt)
    if got == expected:
        return
    places = _differences(msgspec.json.decode(in_place), msgspec.json.decode(rebuilt), "")
    first = [place for place, _ in zip(places, range(_SHOWN), strict=False)]
    raise NotTheSameAnswer(
        "the incremental document is not that of a full rebuild",
        where=", ".join(first) or "the order of its fields",
        got=got,
        expected=expected,
        do="run once with --force-retrain, and please report it: this is a fault of the tool",
    )


def _differences(one: Any, other: Any, place: str) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys((*one, *other)):
            if place == "/metadata" and name in VOLATILE:
                continue
            yield from _differences(one.get(name), other.get(name), f"{place}/{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differences(left, right, f"{place}/{index}")
    elif one != other:
        yield place
