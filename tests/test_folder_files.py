"""No file stops the others, however it makes the reading break."""

from dataclasses import replace

import pytest

from predictor.folder_files import join_files
from predictor.notes import Note, NoteKind
from predictor.records import EventRef

from .season.builders import calendar, parsed, planned, race, ref, rows

CALENDAR = calendar(planned("monaco", 8, "2025-05-25", name="Monaco Grand Prix"))
RACE = race(ref("monaco"), rows("a", "b"))
# No parser gives these; they stand for whatever a parser may let through one day.
BROKEN = (
    replace(RACE, event=EventRef(season=2025, name=5)),
    replace(RACE, results=(None,)),
    replace(RACE, pit_stops=(None,)),
)


@pytest.mark.parametrize("broken", BROKEN)
def test_join_files__a_file_that_breaks_the_joining_is_refused_alone(broken):
    files = {"calendar.json": parsed(CALENDAR), "race.json": parsed(RACE)}
    alone = join_files(files)
    joined = join_files({"odd.json": parsed(broken), **files})
    assert joined.states == alone.states
    assert list(joined.refused) == ["odd.json"]
    assert "a fault of this product" in str(joined.refused["odd.json"])


def test_join_files__several_broken_files_are_each_found():
    files = {f"{n:02d}.json": parsed(RACE) for n in range(20)}
    broken = {f"{n:02d}-odd.json": parsed(one) for n, one in zip((3, 11, 17), BROKEN, strict=True)}
    joined = join_files({**files, **broken, "calendar.json": parsed(CALENDAR)})
    assert set(joined.refused) == set(broken)
    assert len(joined.files) == 21


def test_join_files__order_of_files_changes_nothing():
    files = {"a.json": parsed(CALENDAR), "b.json": parsed(BROKEN[0]), "c.json": parsed(RACE)}
    assert join_files(files) == join_files(dict(reversed(files.items())))


class Starved(tuple):
    """Records that take more memory than there is."""

    def __iter__(self):
        raise MemoryError


def test_join_files__too_little_memory_is_no_files_fault():
    with pytest.raises(MemoryError):
        join_files({"race.json": replace(parsed(RACE), records=Starved([RACE]))})


def test_join_files__refused_files_leave_no_trace():
    files = {"calendar.json": parsed(CALENDAR), "race.json": parsed(RACE)}
    elsewhere = replace(RACE, event=EventRef(season=2025, name="Rwandan Grand Prix"))
    lost = replace(RACE, event=EventRef())
    odd = {
        "a.json": parsed(elsewhere, notes=(Note(NoteKind.UNUSABLE, "odd"),)),
        "b.json": parsed(lost),
    }
    joined = join_files(files | odd)
    assert joined.states == join_files(files).states
    assert set(joined.refused) == set(odd)
