"""A file that is written bit by bit in place: the old one, until the new one is whole."""

from __future__ import annotations

import json

from tests.input.told import RACE, ToldSeason, sha256


def test_run_job__a_file_written_in_chunks_is_the_old_one_until_it_is_whole(tmp_path):
    season = ToldSeason(tmp_path / "season")
    before = season.told()
    race = json.loads(season.good())
    race["results"][0]["time_s"] += 1
    new = json.dumps(race).encode()
    with (season.drops / RACE).open("wb", buffering=0) as file:
        for start in range(0, len(new) - 1024, 1024):
            file.write(new[start : start + 1024])
            during = season.told()
            assert sha256(during) == sha256(before)
            assert during["metadata"]["stale_inputs"] == [RACE]
            written = start + 1024
        file.write(new[written:])
    after = season.told()
    assert sha256(after) != sha256(before)
    assert after["metadata"]["stale_inputs"] == []


def test_run_job__a_new_file_written_in_chunks_counts_once_it_is_whole(tmp_path):
    season = ToldSeason(tmp_path / "season")
    whole = season.told()
    data = season.good()
    (season.drops / RACE).unlink()
    without = season.told()
    assert sha256(without) != sha256(whole)
    with (season.drops / RACE).open("wb", buffering=0) as file:
        for start in range(0, len(data), 4096):
            assert sha256(season.told()) == sha256(without)
            file.write(data[start : start + 4096])
    assert sha256(season.told()) == sha256(whole)
