"""A practice out of laps that lie in a file to each driver, in a file of all, or in both."""

import itertools

import pytest

from predictor.notes import Note, NoteKind
from predictor.records import DriverRef, SessionRecord
from predictor.season.fold import fold
from predictor.season.material import notes_on_files
from predictor.vocabulary import ResultStatus, SessionKind
from tests.said import said

from .builders import parsed, ref, row


def practice(*rows, provider="fastf1", from_laps=True):
    return SessionRecord(
        ref("australia"), SessionKind.FP1, rows, provider=provider, from_laps=from_laps
    )


def timed(driver_id, position, best_s, n_laps, gap_s=0.0):
    return row(driver_id, position, best_s=best_s, gap_s=gap_s, laps=n_laps)


ANN, BOB = timed("ann", 1, 81.0, 12), timed("bob", 1, 80.5, 9)
UNTIMED = row("cyd", None, ResultStatus.NC, laps=2)
JOINED = [("bob", 1, 80.5, 0.0, 9), ("ann", 2, 81.0, 0.5, 12), ("cyd", None, None, None, 2)]


def folded(*records):
    """Fold the records, and see that neither names nor order of the files matter."""
    states = [
        fold({f"{at}.csv": parsed(record) for at, record in enumerate(order)})[2025]
        for order in itertools.permutations(records)
    ]
    assert all(state.events == states[0].events for state in states)
    return states[0]


def rows_of(state):
    return [
        (one.driver.driver_id, one.position, one.best_s, one.gap_s, one.laps)
        for one in state.events[0].results(SessionKind.FP1)
    ]


def test_join_practice__files_of_single_drivers_are_one_session():
    state = folded(practice(ANN), practice(BOB), practice(UNTIMED))
    assert rows_of(state) == JOINED
    assert not any("differs" in note for note in said(state.notes))


def test_join_practice__a_file_of_the_whole_session_beside_them_changes_nothing():
    whole = practice(BOB, timed("ann", 2, 81.0, 12, 0.5), UNTIMED)
    assert rows_of(folded(practice(ANN), whole, practice(BOB))) == JOINED


def test_join_practice__of_each_driver_the_fullest_file_counts():
    early = timed("ann", 1, 81.7, 5)
    assert rows_of(folded(practice(early), practice(ANN), practice(BOB), practice(UNTIMED))) == (
        JOINED
    )


def test_join_practice__a_published_result_outweighs_laps_of_others():
    listed = practice(timed("ann", 1, 80.9, 12), timed("bob", 2, 81.2, 9, 0.3), from_laps=False)
    native = SessionRecord(listed.event, listed.kind, listed.results)
    state = folded(native, practice(ANN), practice(BOB))
    assert [one[:2] for one in rows_of(state)] == [("ann", 1), ("bob", 2)]
    (note,) = [note for note in said(state.notes) if "differs" in note]
    assert "with 1 more differs" in note


def test_join_practice__providers_are_not_mixed():
    state = folded(practice(ANN, BOB), practice(timed("dan", 1, 70.0, 3), provider="openf1"))
    assert [one[0] for one in rows_of(state)] == ["bob", "ann"]


def test_notes_on_files__many_files_that_say_the_same_are_told_at_once():
    note = Note(NoteKind.DATA_UNUSED, "laps are read")
    few = said(notes_on_files({note: {"a", "b"}}))
    assert sorted(few) == ["a: laps are read", "b: laps are read"]
    paths = {f"{at:02d}.csv" for at in range(40)}
    assert said(notes_on_files({note: paths})) == ("40 files, 00.csv to 39.csv: laps are read",)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (
            NoteKind.VALUE_IMPOSSIBLE,
            ("9 files, 0.csv to 8.csv: 1 impossible lap times left out, and the like",),
        ),
        (
            NoteKind.UNUSABLE,  # each for a reason of its own
            tuple(f"{at}.csv: {at + 1} impossible lap times left out" for at in range(9)),
        ),
    ],
)
def test_notes_on_files__figures_alone_make_no_note_of_their_own(kind, told):
    notes = {
        Note(kind, f"{at + 1} impossible lap times left out"): {f"{at}.csv"} for at in range(9)
    }
    assert said(notes_on_files(notes)) == told
    three = dict(list(notes.items())[:3])
    assert len(said(notes_on_files(three))) == 3


def test_choose_session__many_files_that_differ_are_told_at_once():
    listed = [
        SessionRecord(
            ref("australia"),
            SessionKind.FP1,
            (row("ann", 1, best_s=80.0 + at, laps=at), row("bob", 2)),
        )
        for at in range(30)
    ]
    state = fold({f"{at:02d}.json": parsed(one) for at, one in enumerate(listed)})[2025]
    differing = [note for note in said(state.notes) if "is used, " in note]
    assert len(differing) == 2
    assert any("28 more differ, the last of them" in note for note in differing)
    assert DriverRef(driver_id="ann") == state.events[0].results(SessionKind.FP1)[0].driver
