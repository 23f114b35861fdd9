import pytest

from predictor.formats.path_hints import PathHints, hints_from_path
from predictor.vocabulary import SessionKind as Kind


@pytest.mark.parametrize(
    ("path", "hints"),
    [
        (
            "2024_01_Bahrain_race_results_export_offline.csv",
            PathHints(2024, 1, ("bahrain",), Kind.RACE),
        ),
        ("2025/05-monaco/fastf1_q.csv", PathHints(2025, 5, ("monaco",), Kind.QUALIFYING)),
        (
            "race-data/2025/07-emilia-romagna/fp2.csv",
            PathHints(2025, 7, ("emilia romagna",), Kind.FP2),
        ),
        (
            "2025/02-china/sprint-qualifying_results.json",
            PathHints(2025, 2, ("china",), Kind.SPRINT_QUALIFYING),
        ),
        ("2025/02-china/sprint.csv", PathHints(2025, 2, ("china",), Kind.SPRINT)),
        ("2024_Bahrain_laps.csv", PathHints(2024, None, ("bahrain",), None)),
        ("05-monaco/fastf1_q.csv", PathHints(None, 5, ("monaco",), Kind.QUALIFYING)),
        ("2025/monaco/practice_1.csv", PathHints(2025, None, ("monaco",), Kind.FP1)),
        ("2025/R05/race.openf1.json", PathHints(2025, 5, (), Kind.RACE)),
        ("downloads/results.csv", PathHints()),
        ("", PathHints()),
        (
            "2024_12_British_Grand_Prix_Sprint_Shootout.csv",
            PathHints(2024, 12, ("british grand prix",), Kind.SPRINT_QUALIFYING),
        ),
        ("2024_Monza_R.csv", PathHints(2024, None, ("monza",), Kind.RACE)),
        ("Monza/2024/race_results.csv", PathHints(2024, None, ("monza",), Kind.RACE)),
        ("15-singapore/race.csv", PathHints(None, 15, ("singapore",), Kind.RACE)),
        ("2024.05.monaco.race.csv", PathHints(2024, 5, ("monaco",), Kind.RACE)),
        (
            "AbuDhabi2024SprintShootout.csv",
            PathHints(2024, None, ("abu dhabi",), Kind.SPRINT_QUALIFYING),
        ),
        ("2024 Round 5 Free Practice 1.csv", PathHints(2024, 5, (), Kind.FP1)),
        ("2024/Sprint Quali/miami.csv", PathHints(2024, None, ("miami",), Kind.SPRINT_QUALIFYING)),
        ("race-data/2024/monaco/laps.csv", PathHints(2024, None, ("monaco",), None)),
        ("2024_Sa\u0303o Paulo_R.csv", PathHints(2024, None, ("sao paulo",), Kind.RACE)),
        ("FORMULA 1 DUTCH GP 2024 q.csv", PathHints(2024, None, ("dutch gp",), Kind.QUALIFYING)),
    ],
)
def test_hints_from_path__reads_what_people_name_their_files(path, hints):
    assert hints_from_path(path) == hints


def test_hints_from_path__file_name_outweighs_its_folders():
    assert hints_from_path("2024/01-bahrain/2025_05_monaco_q.csv").season == 2025


@pytest.mark.parametrize(
    "path",
    [
        "15-singapore/race copy.csv",
        "15-singapore/race (1).csv",
        "15-singapore/race 2.csv",
        "15-singapore/race-2.csv",
        "15-singapore/race2.csv",
        "15-singapore/race - Copy.csv",
        "15-singapore/race - Kopie (2).csv",
        "15-singapore/copia de race.csv",
        "15-singapore/race_clean.csv",
        "15-singapore/new_race_final_v2.csv",
        "15-singapore/race.csv.1",
        "15-singapore/race.old.csv",
        "R15_singapore/Race.csv.bak",
    ],
)
def test_hints_from_path__marks_of_copies_say_nothing(path):
    assert hints_from_path(path) == PathHints(None, 15, ("singapore",), Kind.RACE)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("2024/Bob's Monza.csv", None),
        ("2024/Bob\u2019s Monza.csv", None),
        ("2024/Bob_s Monza.csv", None),
        ("2024/MONZA BOB'S.csv", None),
        ("2024/monza of bob_s.csv", None),
        ("2024/Bob's Monza race.csv", Kind.RACE),
        ("2024/Bob_s Monza R.csv", Kind.RACE),
        ("2024_Miami_S.csv", Kind.SPRINT),
        ("2024/miami/s.csv", Kind.SPRINT),
        ("2024/miami/fastf1_s_laps.csv", Kind.SPRINT),
        ("2024_Monza_R_VER_laps.csv", Kind.RACE),
        ("2024_miami_sprint_race.csv", Kind.SPRINT),
        ("2024_miami_sprint_weekend_race.csv", Kind.RACE),
        ("2024_miami_race_vs_qualifying.csv", None),
        ("2024/race/miami_race_vs_sprint.csv", None),
    ],
)
def test_hints_from_path__a_letter_is_a_session_only_where_fastf1_has_it(path, kind):
    assert hints_from_path(path).kind is kind


@pytest.mark.parametrize(
    ("path", "season", "day"),
    [
        ("2024-03-02_Bahrain_R.csv", None, "2024-03-02"),
        ("20240302 Bahrain R.csv", None, "2024-03-02"),
        ("Bahrain R 20240302_150000.csv", None, "2024-03-02"),
        ("Bahrain R 2024-03-02T15-00-00Z.csv", None, "2024-03-02"),
        ("02.03.2024 Bahrain R.csv", None, "2024-03-02"),
        ("02-03-2024 Bahrain R.csv", None, None),  # in March or in February
        ("2023/Bahrain R exported 2024-03-02.csv", 2023, "2024-03-02"),
        ("2024-13-02_Bahrain_R.csv", 2024, None),
    ],
)
def test_hints_from_path__a_date_is_no_round_and_no_season(path, season, day):
    hints = hints_from_path(path)
    assert (hints.season, hints.date, hints.kind) == (season, day, Kind.RACE)
    assert hints.year_of_date == (None if "-13-" in path else 2024)
    assert hints.round in (None, 13)
    assert hints.words == ("bahrain",)


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("2024/R05/race.csv", 5),
        ("2024/Round 5/race.csv", 5),
        ("2024/rd5_race.csv", 5),
        ("2024/05/race.csv", 5),
        ("2024_05_race.csv", 5),
        ("2024/05-monaco/2024_06_race.csv", None),  # which of both?
        ("2024/05-monaco/2024_R06_race.csv", 6),
        ("2024/05-monaco/4_laps.csv", None),
        ("2024/monaco/3.csv", None),
        ("2024/99-monaco/race.csv", None),
        ("2024/race_15.csv", None),
    ],
)
def test_hints_from_path__a_number_is_a_round_only_where_rounds_stand(path, number):
    assert hints_from_path(path).round == number
