"""A reader never sees a part of a document, however often it is replaced."""

from __future__ import annotations

import hashlib

import orjson
import pytest

from services.publishing.publisher import publish
from tests.crash.reader import Reader
from tests.crash.traces import strays

_TIMES = 1000


def document(number):
    predictions = {"event": [number] * (10_000 + 50_000 * (number % 3))}  # of changing length
    digest = hashlib.sha256(orjson.dumps(predictions)).hexdigest()
    metadata = {"predictions_sha256": digest, "run": {"run_id": number}}
    return {"metadata": metadata, "predictions": predictions}


def test_publish__a_thousand_publishes_are_seen_whole_or_not_at_all(tmp_path):
    path = tmp_path / "season.json"
    publish(orjson.dumps(document(0)), path)
    with Reader(path) as reader, path.open("rb") as held:
        for number in range(1, _TIMES + 1):
            publish(orjson.dumps(document(number)), path)
        seen = reader.stop()
        assert orjson.loads(held.read()) == document(0)
    assert seen["documents"] > 5
    assert seen["reads"] >= seen["documents"]
    assert strays(tmp_path) == []


def test_publish__a_document_that_is_written_in_place_is_noticed(tmp_path):
    path = tmp_path / "season.json"
    publish(orjson.dumps(document(0)), path)
    with Reader(path) as reader:
        for number in range(100 * _TIMES):
            path.write_bytes(orjson.dumps(document(number)))
            if reader.has_ended:
                break
        with pytest.raises(AssertionError):
            reader.stop()
