"""The as-of line: of when, how far, and whether anybody keeps it up to date."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from predictor.published.event_types import Result
from predictor.published.json_text import read_json
from predictor.published.season_types import SeasonDocument
from services.web.derived.as_of import AsOf, Followed, of_frozen, of_season
from services.web.derived.weekend import has_run

STOPPED = Followed("stopped", "2025-07-26T12:00:00Z")


@pytest.fixture(scope="module")
def document(published):
    """A season of which three races are run."""
    found = read_json(published[0].read_bytes(), SeasonDocument)
    events = {
        name: replace(one, result=Result(winner="nobody", order=())) if place < 3 else one
        for place, (name, one) in enumerate(found.predictions.items())
    }
    return replace(found, predictions=events)


@pytest.fixture
def over(document):
    """A season of those three races alone."""
    events = document.predictions.items()
    return replace(document, predictions={name: one for name, one in events if has_run(one)})


def test_of_season__followed_is_up_to_date_and_not_doubted(document):
    told = of_season(document, Followed("well", "2025-07-26T12:00:00Z"), hide=False)
    assert told == AsOf(
        document.metadata.generated_at, ("3 of 24 races run",), "up to date", is_old=False
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("stopped", "new files are not taken up"),
        ("silent", "it may be out of date"),
    ],
)
def test_of_season__one_that_nobody_follows_says_since_when(document, state, said):
    told = of_season(document, Followed(state, "2025-07-26T12:00:00Z"), hide=False)
    assert told.is_old
    assert (told.state, told.since, told.then) == (
        f"daemon {state}",
        "2025-07-26T12:00:00Z",
        said,
    )


def test_of_season__hidden_tells_no_number_of_races(document):
    assert of_season(document, STOPPED, hide=True).facts == ()


def test_of_season__one_that_is_over_cannot_be_out_of_date(over):
    told = of_season(over, STOPPED, hide=False)
    assert (told.facts, told.state, told.is_old) == (("3 of 3 races run",), "season over", False)


def test_of_season__by_a_single_run_follows_nothing_and_is_not_doubted(document):
    told = of_season(document, Followed(), hide=False)
    assert (told.state, told.is_old) == ("made by a single run", False)


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        (0, ()),
        (1, ("result not revised",)),
        (2, ("result revised once, last on 8 July 2025",)),
        (4, ("result revised 3 times, last on 8 July 2025",)),
    ],
)
def test_of_frozen__tells_revisions_where_somebody_kept_count(revision, said):
    told = of_frozen("2025-07-06T13:59:00Z", revision, "2025-07-08T09:00:00Z")
    assert (told.is_frozen, told.facts, told.state) == (True, said, "")
