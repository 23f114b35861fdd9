"""Causes are what two documents differ in, and nothing else."""

from __future__ import annotations

import pytest
from msgspec import structs

from predictor.published.run_types import ChangedInput
from predictor.vocabulary import EventStatus
from services.web.derived.came import Came, came, kinds_sentence
from tests.archive.small_archive import document_of, one_event

FIRST = one_event(1, order=("AAA", "BBB"))


def before(**metadata):
    return document_of("before", FIRST, one_event(2), one_event(3), **metadata)


def texts(then, now):
    return [(one.kind, one.text) for one in came(then, now)]


def test_came__the_same_has_no_cause():
    assert came(before(), before()) == ()


def test_came__a_race_a_revision_and_one_taken_back_are_results():
    run = document_of("now", FIRST, one_event(2, order=("BBB", "AAA")), one_event(3))
    assert texts(before(), run) == [("results", "Second: the race")]
    assert texts(run, before()) == [("results", "Second: the race taken back")]
    revised = document_of("now", one_event(1, order=("BBB", "AAA")), one_event(2), one_event(3))
    assert texts(before(), revised) == [("results", "First: the result of the race revised")]


def test_came__weights_settings_and_the_program_are_told_with_both_values():
    now = before(
        driver_weights={"AAA": 1.2},
        num_simulations=2000,
        seed=7,
        code_version="0.2.0+other",
        config_hash="sha256:" + "9" * 64,
    )
    then = before(num_simulations=1000, seed=1, code_version="0.1.0+this")
    assert texts(then, now) == [
        ("weights", "weight of driver AAA: 1 → 1.2"),
        ("simulation", "simulations: 1,000 → 2,000"),
        ("simulation", "seed: 1 → 7"),
        ("code", "version 0.1.0+this → 0.2.0+other"),
    ]


def test_came__a_changed_digest_is_a_cause_only_where_nothing_else_tells_of_it():
    other = "sha256:" + "9" * 64
    assert texts(before(), before(data_hash=other)) == [
        ("data", "the content of files that were known already")
    ]
    assert texts(before(), before(config_hash=other)) == [
        ("simulation", "settings or constants of the model")
    ]
    run = document_of(
        "now", FIRST, one_event(2, order=("BBB", "AAA")), one_event(3), data_hash=other
    )
    assert texts(before(), run) == [("results", "Second: the race")]


def with_files(document, *files):
    """The document as a run with these changed files made it: name, digest before, digest now."""
    changed = tuple(ChangedInput(file=name, old=old, new=new) for name, old, new in files)
    entry = structs.replace(document.metadata.training_history[0], changed_inputs=changed)
    metadata = structs.replace(document.metadata, training_history=(entry,))
    return structs.replace(document, metadata=metadata)


def test_came__a_file_told_otherwise_is_a_cause_of_its_own_beside_what_came():
    run = document_of("now", FIRST, one_event(2, order=("BBB", "AAA")), one_event(3))
    new = ("race.json", None, "sha256:1")
    assert texts(before(), with_files(run, new)) == [("results", "Second: the race")]
    both = with_files(run, new, ("laps.json", "sha256:1", "sha256:2"))
    assert texts(before(), both) == [
        ("results", "Second: the race"),
        ("data", "other content of laps.json"),
    ]
    # That of a revised result is the revision, and no further cause.
    revised = document_of("now", one_event(1, order=("BBB", "AAA")), one_event(2), one_event(3))
    again = with_files(revised, ("race.json", "sha256:1", "sha256:2"))
    assert texts(before(), again) == [("results", "First: the result of the race revised")]


def test_came__another_model_is_a_cause_and_its_weight_that_follows_the_races_is_none():
    then = document_of("before", FIRST, use_ml_layer=True)
    scored = structs.replace(then.metadata.ml_layer, races_scored=9)
    assert came(then, document_of("now", FIRST, use_ml_layer=True, ml_layer=scored)) == ()
    other = structs.replace(scored, digest="sha256:" + "7" * 64, version="2")
    assert [
        one.kind for one in came(then, document_of("now", FIRST, use_ml_layer=True, ml_layer=other))
    ] == ["model"]


def test_came__an_event_that_is_new_or_gone_is_data():
    shorter = document_of("now", FIRST, one_event(2))
    assert texts(before(), shorter) == [("data", "Third: no longer in the calendar")]
    assert texts(shorter, before()) == [("data", "Third: new in the calendar")]


RACE = Came("results", "Second: the race")
WEIGHT = Came("weights", "weight of driver AAA: 1 → 1.2")


@pytest.mark.parametrize(
    ("found", "n_moved", "said"),
    [
        ((), 0, "Nothing that a forecast rests on is different, and no chance moved"),
        ((), 3, "Nothing that a forecast rests on is different."),
        ((RACE,), 0, "Results came, and no chance moved by more than the simulation’s noise."),
        ((RACE, RACE), 3, "Only results came: what moved beyond the noise, they moved."),
        ((RACE, WEIGHT), 3, "Results and weights came in one run. What each of them did cannot"),
    ],
)
def test_kinds_sentence__says_what_moved_it_only_where_one_thing_can_have(found, n_moved, said):
    assert kinds_sentence(found, n_moved).startswith(said)


def test_kinds_sentence__what_weights_did_is_told_apart_where_forecasts_tell_it():
    two = kinds_sentence((RACE, WEIGHT), 3, has_split=True)
    assert "For the next race the two are told apart" in two
    three = kinds_sentence((RACE, WEIGHT, Came("code", "version")), 3, has_split=True)
    assert "what each of the others did cannot be told apart" in three


def test_came__a_calendar_entry_that_is_cancelled_is_no_result():
    third = one_event(3)
    metadata = structs.replace(third.metadata, status=EventStatus.CANCELLED)
    off = document_of("now", FIRST, one_event(2), structs.replace(third, metadata=metadata))
    assert texts(before(), off) == [("data", "Third: scheduled → cancelled")]
