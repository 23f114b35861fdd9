"""Whole folders in which a word, a mark or a unit says other than the content around it."""

from pathlib import Path

import pytest

from predictor.errors import DropError
from predictor.formats import link_files, parse_file
from predictor.season import fold
from predictor.vocabulary import SessionKind

CASES = Path(__file__).parents[3] / "shared" / "cases"


def load(folder):
    """Give a folder's only season, and why its unused files are not used."""
    root = CASES / folder / "input"
    if not root.is_dir():
        pytest.skip(f"no folder {root}")
    files, reasons = {}, {}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = str(path.relative_to(root))
        try:
            files[name] = parse_file(name, path.read_bytes())
        except DropError as error:
            reasons[name] = str(error)
    linked, alone = link_files(files)
    (season,) = fold(linked).values()
    return season, reasons | alone


def rows_of(season, event_id, kind=SessionKind.RACE):
    return {row.driver.driver_id: row for row in season.event(event_id).results(kind)}


def test_fold__a_team_with_its_engine_behind_it_is_that_team():
    season, _ = load("37-team-with-engine")
    race = rows_of(season, "2025-australia")
    assert {row.team for row in race.values()} == {
        *("mclaren", "red-bull", "mercedes", "ferrari", "williams"),
        *("aston-martin", "kick-sauber", "alpine", "haas", "racing-bulls"),
    }
