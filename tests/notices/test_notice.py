"""What a notice says of a document."""

from __future__ import annotations

import msgspec
import pytest

from predictor.published.run_types import Recomputed
from predictor.vocabulary import EventStatus
from services.notices.notice import Chance, notice_of, sentence
from tests.published.small_document import event, small_document

NEXT = event("spain", status=EventStatus.SCHEDULED, round=2)


def said(*events, hide_results=False, public_url="", **metadata):
    return notice_of(
        small_document(*events, **metadata), hide_results=hide_results, public_url=public_url
    )


def test_notice__tells_the_next_race_and_the_titles():
    notice = said(event("monaco"), NEXT, public_url="https://f1.example/")
    assert notice.next_race.event_id == "2025-spain"
    assert notice.next_race.starts_at == "2025-03-16T04:00:00Z"
    assert notice.next_race.chances == (
        Chance("aaa", "Driver AAA", 0.75),
        Chance("bbb", "Driver BBB", 0.25),
    )
    assert notice.drivers_title[0] == Chance("aaa", "Driver AAA", 0.75)
    assert notice.teams_title == (Chance("team", "Team", 1.0),)
    assert notice.url == "https://f1.example/2025"
    assert notice.text == (
        "2025-spain Grand Prix: Driver AAA 75\u2009%. Title: Driver AAA 75\u2009%."
    )


def test_notice__of_a_season_that_is_over_has_no_next_race():
    assert said(event("monaco")).next_race is None


def test_notice__a_race_missing_from_the_data_is_not_to_come():
    missing = event("bahrain", status=EventStatus.SCHEDULED)
    assert said(missing, event("monaco"), NEXT).next_race.event_id == "2025-spain"


def test_notice__of_hidden_results_has_no_number_and_no_name():
    notice = said(event("monaco"), NEXT, hide_results=True)
    assert notice.next_race.event_id == "2025-spain"
    plain = msgspec.json.encode(notice).decode()
    assert "Driver" not in plain
    assert notice.text == ""


def test_notice__names_the_events_that_its_own_run_forecast_anew():
    (run,) = small_document().metadata.training_history
    causes = (Recomputed(cause="a", events=("x", "y")), Recomputed(cause="b", events=("y", "z")))
    own = msgspec.structs.replace(run, races_recomputed=causes)
    other = msgspec.structs.replace(run, run_id="other", races_recomputed=causes[:1])
    assert said(NEXT, training_history=(own, other)).changed == ("x", "y", "z")
    assert said(NEXT, training_history=(other,)).changed == ()


@pytest.mark.parametrize(("n_sims", "level"), [(13, ("Driver AAA",)), (11, None)])
def test_notice__chances_that_simulations_do_not_tell_apart_are_level(n_sims, level):
    # 0.5 apart; two errors are 2 * sqrt((0.75 + 0.25 - 0.5^2) / n): 0.480 of 13 races, 0.522 of 11.
    race = msgspec.structs.replace(
        NEXT, metadata=msgspec.structs.replace(NEXT.metadata, n_simulations=n_sims)
    )
    notice = said(race)
    assert notice.next_race.level == (level or ("Driver AAA", "Driver BBB"))


@pytest.mark.parametrize(
    ("chances", "level", "words"),
    [
        ((), (), ""),
        ((Chance("a", "A", 0.004),), ("A",), "A <1\u2009%"),
        ((Chance("a", "A", 0.999),), ("A",), "A >99\u2009%"),
        ((Chance("a", "A", 1.0),), ("A",), "A 100\u2009%"),
        ((Chance("a", "A", 0.3), Chance("b", "B", 0.29)), ("A", "B"), "A and B level"),
        ((Chance("a", "A", 0.3),) * 3, ("A", "B", "C"), "A, B and C level"),
    ],
)
def test_sentence__ranks_nobody_who_cannot_be_told_apart(chances, level, words):
    assert sentence(chances, level) == words
