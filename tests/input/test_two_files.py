"""Two files for one session: equal is redundant; otherwise one rule, whoever came first."""

from __future__ import annotations

import json

import orjson
import pytest

from tests.input.told import RACE, ToldSeason, sha256

COPY = "02-china/a copy.json"


def other(data, **fields):
    """Give a race in which the winner's row says something else."""
    race = json.loads(data)
    race["results"][0] |= fields
    return json.dumps(race).encode()


def test_run_job__two_files_that_say_the_same_change_nothing(tmp_path):
    season = ToldSeason(tmp_path / "season")
    before = season.told()
    race = orjson.loads(season.good())
    season.drop(COPY, orjson.dumps(race, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    after = season.told()
    assert sha256(after) == sha256(before)
    assert after["metadata"]["notes"] == before["metadata"]["notes"]


@pytest.mark.parametrize("fields", [{"time_s": 5555.5}, {"number": 98}, {"points": 24}])
def test_run_job__two_files_that_differ_give_one_answer_whichever_came_first(tmp_path, fields):
    documents = []
    for order in (0, 1, 2):
        season = ToldSeason(tmp_path / f"season-{order}")
        both = {RACE: season.good(), COPY: other(season.good(), **fields)}
        (season.drops / RACE).unlink()
        names = sorted(both, reverse=bool(order))
        for name in names:
            season.drop(name, both[name])
            if order < 2:  # the third sees both at once
                season.told()
        season.told()
        documents.append(season.digest())
    assert len(set(documents)) == 1


def test_run_job__two_files_that_differ_are_noted_with_the_one_in_use(tmp_path):
    season = ToldSeason(tmp_path / "season")
    season.drop(COPY, other(season.good(), laps=3))
    (note,) = (one for one in season.told()["metadata"]["notes"] if "differs" in one)
    assert RACE in note
    assert COPY in note
    assert "is used" in note
    assert "laps" in note


def test_run_job__swapped_names_swap_nothing(tmp_path):
    """Which file is called what does not decide which of them counts."""
    digests = []
    for swap in (False, True):
        season = ToldSeason(tmp_path / f"season-{swap}")
        one, two = season.good(), other(season.good(), time_s=5555.5)
        season.drop(RACE, two if swap else one)
        season.drop(COPY, one if swap else two)
        digests.append(sha256(season.told()))
    assert digests[0] == digests[1]
