"""Whoever is told of a publication is told once it stands, and can take nothing of it back."""

from __future__ import annotations

import logging
from pathlib import Path

import orjson
import pytest

from predictor.errors import F1Error
from services.publishing.subscribers import Published, Subscriber, tell
from services.settings.logs import LOG
from tests.forecasting.small_season import SmallSeason, impossible_plan
from tests.published.small_document import as_json

PUBLISHED = Published({}, Path("season.json"), None, "published")


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def refuse(published):
    raise OSError(28, "no space left for /some/file")


def test_tell__calls_in_order_and_gives_everybody_the_same():
    calls = []
    names = ("first", "second", "third")
    many = [Subscriber(one, lambda told, one=one: calls.append((one, told))) for one in names]

    assert tell(many, PUBLISHED) == ()
    assert calls == [(one, PUBLISHED) for one in names]


def test_tell__one_that_fails_is_named_and_the_next_is_called(caplog):
    calls = []
    many = (Subscriber("archive", refuse), Subscriber("page", calls.append))

    with caplog.at_level(logging.ERROR, logger=LOG.name):
        notes = tell(many, PUBLISHED)

    assert calls == [PUBLISHED]
    (note,) = notes
    assert note.startswith("archive could not take up the forecast: OSError: ")
    assert "Traceback" in caplog.text


def test_tell__an_error_without_words_is_told_by_its_kind():
    def refuse_silently(published):
        raise KeyError

    assert tell((Subscriber("page", refuse_silently),), PUBLISHED) == (
        "page could not take up the forecast: KeyError",
    )


def test_tell__ctrl_c_is_no_failure_of_a_subscriber():
    def interrupted(published):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tell((Subscriber("page", interrupted),), PUBLISHED)


def test_tell__one_that_takes_long_is_named_in_the_log(caplog):
    now = [100.0]

    def take_five_seconds(published):
        now[0] += 5.0

    many = (Subscriber("archive", take_five_seconds), Subscriber("page", lambda published: None))
    with caplog.at_level(logging.WARNING, logger=LOG.name):
        assert tell(many, PUBLISHED, clock=lambda: now[0]) == ()

    assert [one.getMessage() for one in caplog.records] == [
        "subscriber archive took 5.0 s, while others waited"
    ]


def test_run_job__tells_when_the_document_is_in_place_and_recorded(season):
    seen = []

    def look(published):
        in_place = orjson.loads(published.path.read_bytes())
        seen.append((published, in_place, season.history()[-1]))

    report = season.run(subscribers=[Subscriber("look", look)])

    ((published, in_place, entry),) = seen
    assert (published.outcome, published.path) == ("published", season.output)
    assert in_place == as_json(published.document)
    assert published.facts.run_id == report.run_id == entry["run_id"]
    assert (entry["outcome"], entry["data_hash"]) == ("published", published.facts.data_hash)


def test_run_job__tells_of_an_unchanged_document_too(season):
    season.run()
    seen = []

    season.run(subscribers=[Subscriber("look", seen.append)])

    (published,) = seen
    assert published.outcome == "unchanged"
    assert as_json(published.document) == season.document()


def test_run_job__a_failing_subscriber_is_a_note_and_the_run_is_published(season):
    seen = []
    many = (Subscriber("archive", refuse), Subscriber("look", seen.append))

    report = season.run(subscribers=many)

    assert report.outcome == "published"
    assert len(seen) == 1
    assert report.not_told == report.notes
    assert "archive could not take up the forecast" in report.notes[0]
    assert season.history()[-1]["outcome"] == "published"
    assert season.run().outcome == "unchanged"
    assert "no space left" in (season.output.parent / "training.log").read_text()


def test_run_job__a_run_that_failed_tells_nobody(season):
    seen = []

    with pytest.raises(F1Error, match="schema"):
        season.run(impossible_plan, subscribers=[Subscriber("look", seen.append)])

    assert seen == []
