import pytest

from predictor.formats import link_files, parse_file
from predictor.vocabulary import SessionKind
from tests.said import said

from .test_fastf1 import LAPS, RESULTS, result_row, table

SPRINT_2021 = (3.0, 2.0, 1.0)
SPRINT = (8.0, 7.0, 6.0)
RACE = (25.0, 18.0, 15.0)
HALF = (12.5, 9.0, 7.5)
SHORT = (6.0, 4.0, 3.0)  # less than a quarter of the distance, since 2022


def settled(name, points=(), **cells):
    """Give the kind that a result gets, why it is refused, and its notes."""
    path = f"2025/08-monaco/{name}.csv"
    rows = []
    for place in range(1, 13):
        paid = {"Points": points[place - 1] if place <= len(points) else 0.0}
        rows.append(result_row(place, **paid | cells))
    files, reasons = link_files({path: parse_file(path, table(RESULTS, rows))})
    if path in reasons:
        return None, str(reasons[path]), ()
    (record,) = files[path].records
    return record.kind, "", said(files[path].notes)


@pytest.mark.parametrize("points", [SPRINT_2021, SPRINT, ()])
@pytest.mark.parametrize("name", ["sprint_qualifying", "sq", "sprint-quali", "Sprint Shootout"])
def test_settle_by_path__a_race_called_sprint_qualifying_is_the_sprint(name, points):
    kind, _, notes = settled(name, points)
    assert kind is SessionKind.SPRINT
    assert notes == ("called sprint-qualifying, but its rows are of a race: taken as the sprint",)


@pytest.mark.parametrize("points", [RACE, HALF, SPRINT, ()])
@pytest.mark.parametrize("name", ["qualifying", "q", "quali"])
def test_settle_by_path__a_race_called_qualifying_is_refused(name, points):
    kind, reason, _ = settled(name, points)
    assert kind is None
    assert "the rows are of a race, but the file says it is qualifying" in reason
    assert "expected race or sprint" in reason


@pytest.mark.parametrize(
    ("name", "points", "kind"),
    [
        ("race", RACE, SessionKind.RACE),
        ("race", HALF, SessionKind.RACE),
        ("race", SHORT, SessionKind.RACE),
        ("race", (26.0, 18.0), SessionKind.RACE),
        ("race", (), SessionKind.RACE),
        ("sprint", SPRINT, SessionKind.SPRINT),
        ("sprint", SPRINT_2021, SessionKind.SPRINT),
        ("sprint", (), SessionKind.SPRINT),
    ],
)
def test_settle_by_path__what_fits_its_name_is_taken_by_it(name, points, kind):
    assert settled(name, points) == (kind, "", ())


@pytest.mark.parametrize(
    ("name", "points", "word"),
    [
        ("race", SPRINT, "the points are those of a sprint"),
        ("race", SPRINT_2021, "the points are those of a sprint"),
        ("sprint", RACE, "the points are those of a race"),
        ("sprint", HALF, "the points are those of a race"),
        ("sprint_qualifying", RACE, "the points are those of a race"),
    ],
)
def test_settle_by_path__points_tell_a_sprint_from_a_race(name, points, word):
    kind, reason, _ = settled(name, points)
    assert kind is None
    assert word in reason
    assert "rename the file after its session" in reason


@pytest.mark.parametrize("name", ["fp1", "Practice 2", "fp3_results"])
def test_settle_by_path__results_of_practice_ask_for_laps(name):
    _, reason, _ = settled(name)
    assert reason.startswith("results of practice hold no times")
    assert "export session.laps" in reason


def test_settle_by_path__times_of_qualifying_are_no_sprint():
    kind, reason, _ = settled("sprint", Q1="0 days 00:01:20", Status="", Points="")
    assert kind is None
    assert "Q1 to Q3 are filled" in reason
    assert settled("sq", Q1="0 days 00:01:20")[0] is SessionKind.SPRINT_QUALIFYING


def test_settle_by_path__a_lap_of_five_minutes_is_no_best():
    path = "2025/08-monaco/fp2.csv"
    cells = ",1.0,,,SOFT,2.0,Ferrari,2025-05-23 12:00:00,False,True"
    laps = [f"LEC,16,0 days 02:00:00,1.0{cells}", f"LEC,16,0 days 00:01:11,2.0{cells}"]
    laps += [f"VER,1,0 days 00:05:01,1.0{cells}"]
    files, _ = link_files({path: parse_file(path, table(LAPS, laps))})
    ranked = files[path].records[-1]
    assert [row.best_s for row in ranked.results] == [71.0, None]
    assert said(files[path].notes) == ("2 impossible lap times, over 300 s, count as no best",)
