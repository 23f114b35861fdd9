"""Ten thousand session files with damaged bytes: the same, refused, or sane; nothing else."""

from __future__ import annotations

import random

import pytest

from predictor.errors import DropError
from predictor.formats import link_files, parse_file
from predictor.season.fold import fold
from tests.forecasting.small_season import RACE_DATA
from tests.input.judge import faults_of_file, faults_of_season
from tests.input.told import ToldSeason, sha256

N_EACH = 1250  # of eight files: 10,000
FILES = (
    "2025/01-australia/race.json",
    "2025/01-australia/qualifying.json",
    "2025/01-australia/fp1.json",
    "2025/02-china/sprint.json",
    "2025/02-china/sprint-qualifying.json",
    "2021/10-great-britain/race.json",
    "2025/entries.json",
    "2025/calendar.json",
)
PROVIDERS = (
    "ergast_jolpica/jolpica_2024_race_session.json",
    "openf1/pit_9488.json",
    "fastf1/2024_01_Bahrain_race_results_export_offline.csv",
    "fastf1/2024_01_Bahrain_race_results_export_offline.json",
)
_DIGITS = b"0123456789"
_ODD = (b"NaN", b"1e400", b"-1", b"null", b"true", b'"', b"{", b"]", b"\0", b"\xff", b"\x1b[2J")


def damaged(data, dice):
    """Change one to five places; every other time a digit for a digit, which parses most often."""
    some = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        at = dice.randrange(len(some))
        kind = dice.randrange(8)
        if kind < 4:
            at = next((n for n in range(at, len(some)) if some[n] in _DIGITS), at)
            some[at] = dice.choice(_DIGITS)
        elif kind == 4:
            some[at] ^= 1 << dice.randrange(8)
        elif kind == 5:
            del some[at : at + dice.randrange(1, 30)]
        elif kind == 6:
            some[at:at] = dice.choice(_ODD)
        else:
            some[at:at] = some[max(0, at - 200) : at]
    return bytes(some)


def check_damaged(name, data, n_files):
    """Give how many damaged copies were refused, and how many came to another value."""
    whole, dice = parse_file(name, data), random.Random(name)
    n_refused = n_other = 0
    for _ in range(n_files):
        copy = damaged(data, dice)
        try:
            parsed = parse_file(name, copy)
        except DropError as error:
            reason = error.one_line()
            assert reason.isprintable(), reason
            assert len(reason) < 1000, reason[:300]
            n_refused += 1
            continue
        if parsed == whole:
            continue
        n_other += 1
        assert faults_of_file(parsed) == [], copy
        linked, _ = link_files({name: parsed})
        for state in fold(linked).values():
            assert faults_of_season(state) == [], copy
    return n_refused, n_other


@pytest.mark.parametrize("name", FILES)
def test_parse_file__damaged_bytes_are_refused_or_give_a_sane_value(name):
    n_refused, n_other = check_damaged(name, (RACE_DATA / name).read_bytes(), N_EACH)
    # Both happen often, or the damage would prove nothing.
    assert min(n_refused, n_other) > N_EACH / 20


@pytest.mark.real_data
@pytest.mark.parametrize("name", PROVIDERS)
def test_parse_file__a_providers_damaged_file_is_refused_or_sane(reference_data, name):
    data = (reference_data / "formats" / name).read_bytes()
    n_refused, n_other = check_damaged(name, data, 500)
    assert min(n_refused, n_other) > 10


def test_run_job__damaged_files_never_stop_a_run(tmp_path):
    """Forecasts of the other events stay; the damaged one's stays too unless the file is used."""
    season = ToldSeason(tmp_path / "season")
    before = season.told()
    data, dice = season.good(), random.Random(7)
    refused = 0
    for _ in range(25):
        season.drop("02-china/race.json", damaged(data, dice))
        after = season.told()
        if after["metadata"]["rejected"]:
            refused += 1
            assert after["metadata"]["stale_inputs"] == ["02-china/race.json"]
        season.drop("02-china/race.json", data)
        assert sha256(season.told()) == sha256(before)
    assert 0 < refused < 25
