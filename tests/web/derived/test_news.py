"""One run as one sentence, worked out by hand."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import structs

from predictor.vocabulary import EventStatus, SessionKind
from services.web.derived.news import changed_events, latest_run, news
from tests.published.small_document import driver_forecast, event, small_document

FP1, QUALIFYING, RACE = SessionKind.FP1, SessionKind.QUALIFYING, SessionKind.RACE


def to_come(name, *, p_win=0.75, known=(FP1,), n_simulations=1000, **changed):
    """Give an event of two drivers whose race is still to come."""
    made = event(
        name,
        status=EventStatus.SCHEDULED,
        known_sessions=known,
        n_simulations=n_simulations,
        **changed,
    )
    odds = (driver_forecast("AAA", p_win), driver_forecast("BBB", 1 - p_win))
    named = ("Ann Able", "Bea Baker")
    drivers = tuple(structs.replace(one, name=name) for one, name in zip(odds, named, strict=True))
    return structs.replace(made, predictions=drivers)


def run(name, known=(QUALIFYING, RACE)):
    return event(name, known_sessions=known)


def told(before, after, *, hide=False, **metadata):
    return news(small_document(*before), small_document(*after, **metadata), hide=hide)


def test_news__a_session_and_whom_it_moved():
    before = [to_come("spa", p_win=0.5)]
    after = [to_come("spa", p_win=0.561, known=(FP1, QUALIFYING))]
    # Two standard errors of the difference: 2 sqrt((0.25 + 0.561 * 0.439) / 1000) = 4.5 points.
    assert told(before, after) == "Spa, qualifying added: Able +6.1, Baker −6.1"


def test_news__what_lies_within_the_noise_is_no_move():
    before = [to_come("spa", p_win=0.5)]
    after = [to_come("spa", p_win=0.54, known=(FP1, QUALIFYING))]
    assert told(before, after) == "Spa, qualifying added"
    more = [to_come("spa", p_win=0.5, n_simulations=10_000)]
    sharper = [to_come("spa", p_win=0.54, known=(FP1, QUALIFYING), n_simulations=10_000)]
    assert told(more, sharper) == "Spa, qualifying added: Able +4.0, Baker −4.0"


def test_news__a_race_moves_the_next_one():
    before = [to_come("spa", known=(QUALIFYING,)), to_come("monza", p_win=0.3)]
    after = [run("spa"), to_come("monza", p_win=0.6)]
    assert told(before, after) == "Spa, race added. In Monza: Able +30.0, Baker −30.0"


def test_news__hidden_it_says_what_came_and_whom_it_moved_not():
    before = [to_come("spa", p_win=0.5), to_come("monza", p_win=0.5)]
    after = [to_come("spa", p_win=0.9, known=(FP1, QUALIFYING)), to_come("monza", p_win=0.9)]
    said = told(before, after, hide=True)
    assert said == "Spa, qualifying added"


def test_news__several_sessions_at_once_are_one_sentence():
    before, after = [to_come("spa", known=())], [to_come("spa", known=(FP1, QUALIFYING))]
    assert told(before, after) == "Spa, first practice and qualifying added"


def test_news__of_several_events_the_latest_is_told():
    before = [to_come("spa", known=()), to_come("monza", known=())]
    after = [run("spa"), to_come("monza", known=(FP1,))]
    assert told(before, after) == "Monza, first practice added"


def test_news__a_result_that_is_revised_or_taken_back():
    revised = structs.replace(run("spa"), result=structs.replace(run("spa").result, winner="bbb"))
    assert told([run("spa")], [revised]) == "Spa, result revised"
    back = to_come("spa", known=(QUALIFYING,))
    assert told([run("spa")], [back]).startswith("Spa, race taken back")


def test_news__documents_of_earlier_versions_tell_by_what_their_forecasts_rest_on():
    spa = to_come("spa", known=msgspec.UNSET)
    inputs = structs.replace(spa.metadata.inputs, sessions=(FP1,))
    old = structs.replace(spa, metadata=structs.replace(spa.metadata, inputs=inputs))
    assert told([old], [spa]) == "Spa, qualifying added"


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"driver_weights": {"AAA": 1.5}}, "Weights changed"),
     ({"team_weights": {"Team": 1.5}}, "Weights changed"),
     ({"ml_layer": msgspec.UNSET}, "Another model has a say"),
     ({"code_version": "9.9.9+abc"}, "Forecast made again by a newer version"),
     ({"seed": 7}, "Settings changed"),
     ({"seed": 7, "code_version": "9.9.9+abc"}, "Settings and the program changed"),
     ({}, "Forecast made again")],
)  # fmt: skip
def test_news__without_a_new_session_says_why(changed, said):
    assert told([to_come("spa")], [to_come("spa")], **changed) == said


def test_news__what_changed_beside_a_session_is_named_with_it():
    before, after = [to_come("spa", known=())], [to_come("spa", known=(FP1,))]
    said = told(before, after, driver_weights={"AAA": 1.5})
    assert said == "Spa, first practice added, weights changed, too"


def test_news__of_a_season_that_was_not_there_before():
    assert news(None, small_document(season=2026), hide=False) == (
        "The first forecast of 2026 is here"
    )


def test_news__a_new_event_is_told_and_one_that_is_gone_moves_nobody():
    assert told([run("spa")], [run("spa"), to_come("monza")]) == "Monza added to the calendar"
    assert told([run("spa"), to_come("monza")], [run("spa")]) == "Forecast made again"


def test_changed_events__are_those_told_otherwise():
    before = small_document(run("spa"), to_come("monza"))
    after = small_document(run("spa"), to_come("monza", p_win=0.5), to_come("baku"))
    assert changed_events(before, after) == ("2025-monza", "2025-baku")
    assert changed_events(None, before) == ("2025-spa", "2025-monza")
    assert changed_events(before, before) == ()


def test_latest_run__is_the_number_of_the_last_and_0_without_any():
    document = small_document()
    assert latest_run(document) == document.metadata.training_history[-1].counter
    assert latest_run(small_document(training_history=())) == 0
