"""What is written is what is read, and what breaks a type is named."""

from __future__ import annotations

import math

import msgspec
import pytest

from predictor.errors import F1Error
from predictor.published.json_text import read_json, write_json
from predictor.published.season_types import SeasonDocument
from tests.published.small_document import driver_forecast, event, small_document


def with_odds(**changed):
    """Give a document whose first driver has other odds."""
    one = event("first")
    row = msgspec.structs.replace(driver_forecast("AAA", 0.75), **changed)
    return small_document(
        event("zero"), msgspec.structs.replace(one, predictions=(row, *one.predictions[1:]))
    )


def test_write_json__gives_what_read_json_takes():
    document = small_document()
    payload = write_json(document)
    assert read_json(payload, SeasonDocument) == document
    assert write_json(read_json(payload, SeasonDocument)) == payload


@pytest.mark.parametrize(
    ("part", "is_one"),
    [
        (b"2024-02-29", True),
        (b"2025-02-29", False),
        (b"2025-06-01T24:01:00Z", False),
        (b"2025-06-01T23:59:59.5+02:00", True),
    ],
)
def test_read_json__a_day_that_there_is_not_is_refused(part, is_one):
    payload = write_json(small_document())
    changed = payload.replace(b'{"', b'{"a later field":"%b","' % part, 1)
    if is_one:
        assert read_json(changed, SeasonDocument) == small_document()
        return
    with pytest.raises(F1Error, match="there is not") as refused:
        read_json(changed, SeasonDocument)
    assert refused.value.got == part.decode()


@pytest.mark.parametrize("beginning", [b"[", b'{"a":', b'{"metadata":', b'{"predictions":{"a":'])
def test_read_json__what_is_too_deep_is_refused(beginning):
    with pytest.raises(F1Error, match="does not follow its schema"):
        read_json(beginning * 100_000, SeasonDocument)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_write_json__a_number_that_is_not_finite_is_named(bad):
    with pytest.raises(F1Error, match="finite") as caught:
        write_json(with_odds(p_win=bad))
    assert caught.value.where == "/predictions/2025-first Grand Prix/predictions/0/p_win"


def test_write_json__a_number_that_would_read_as_unknown_is_named():
    layer = small_document().metadata.ml_layer
    candidate = msgspec.structs.replace(layer.candidate, gain=math.nan)
    layer = msgspec.structs.replace(layer, candidate=candidate)
    with pytest.raises(F1Error, match="finite") as caught:
        write_json(small_document(ml_layer=layer))
    assert caught.value.where == "/metadata/ml_layer/candidate/gain"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"p_win": 1.5}, "p_win"),
        ({"p_position": (0.5,)}, "p_position"),
        ({"interval_90": (1, 2, 3)}, "interval_90"),
        ({"driver_id": None}, "driver_id"),
    ],
)
def test_write_json__what_breaks_its_type_is_named_with_its_event(changed, words):
    with pytest.raises(F1Error, match="schema") as caught:
        write_json(with_odds(**changed))
    assert caught.value.where == "2025-first Grand Prix"
    assert words in caught.value.got


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"predictions": 1}', b"\xff"])
def test_read_json__what_is_no_document_is_refused(payload):
    with pytest.raises(F1Error):
        read_json(payload, SeasonDocument)
