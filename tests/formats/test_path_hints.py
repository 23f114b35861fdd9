import pytest

from predictor.formats.path_hints import PathHints, hints_from_path
from predictor.vocabulary import SessionKind as Kind


@pytest.mark.parametrize(
    ("path", "hints"),
    [
        (
            "2024_01_Bahrain_race_results_export_offline.csv",
            PathHints(2024, 1, "Bahrain Grand Prix", Kind.RACE),
        ),
        ("2025/05-monaco/fastf1_q.csv", PathHints(2025, 5, "Monaco Grand Prix", Kind.QUALIFYING)),
        (
            "race-data/2025/07-emilia-romagna/fp2.csv",
            PathHints(2025, 7, "Emilia Romagna Grand Prix", Kind.FP2),
        ),
        (
            "2025/02-china/sprint-qualifying_results.json",
            PathHints(2025, 2, "China Grand Prix", Kind.SPRINT_QUALIFYING),
        ),
        ("2025/02-china/sprint.csv", PathHints(2025, 2, "China Grand Prix", Kind.SPRINT)),
        ("2024_Bahrain_laps.csv", PathHints(2024, None, "Bahrain Grand Prix", None)),
        ("05-monaco/fastf1_q.csv", PathHints(None, 5, "Monaco Grand Prix", Kind.QUALIFYING)),
        ("2025/monaco/practice_1.csv", PathHints(2025, None, "Monaco Grand Prix", Kind.FP1)),
        ("2025/R05/race.openf1.json", PathHints(2025, 5, None, Kind.RACE)),
        ("downloads/results.csv", PathHints()),
        ("", PathHints()),
        (
            "2024_12_British_Grand_Prix_Sprint_Shootout.csv",
            PathHints(2024, 12, "British Grand Prix", Kind.SPRINT_QUALIFYING),
        ),
    ],
)
def test_hints_from_path__reads_what_people_name_their_files(path, hints):
    assert hints_from_path(path) == hints


def test_hints_from_path__file_name_outweighs_its_folders():
    assert hints_from_path("2024/01-bahrain/2025_05_monaco_q.csv").season == 2025
