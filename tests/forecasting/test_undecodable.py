"""What the product keeps for itself is whole and yet of nobody's making: it is made again."""

from __future__ import annotations

import pytest

from services.disk.sealed_file import write_sealed
from services.engine.store import Store
from tests.forecasting.small_season import SmallSeason

PAYLOADS = {
    "nothing": b"",
    "no-msgpack": b"\xc1",
    "no-text": b"\x81\xa1\xff\xa1\xff",
    "deep": b"\x91" * 100_000,
    "another-type": b"\x93\x01\x02\x03",
}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_run_job__what_was_kept_and_cannot_be_decoded_is_made_again(tmp_path, payload):
    season = SmallSeason(tmp_path / "season")
    season.run()
    before = season.output.read_bytes()
    cache = season.output.parent / ".cache"
    n_stages = 0
    for path in [*(cache / "stages").rglob("*")]:
        if path.is_file():
            n_stages += 1
            Store(cache / "stages", 2**40).put(path.parent.name + path.name, payload)
    sealed = [cache / "stat_cache", *(cache / "runs").iterdir()]
    sealed += (season.output.parent / ".last-good").glob("*.table")
    for path in sealed:
        write_sealed(path, payload)
    assert n_stages > 10
    report = season.run(verify=True)
    assert report.stages_run > 0
    assert season.output.read_bytes() == before
    season.add("04-bahrain/qualifying.json")
    assert season.run(verify=True).outcome == "published"
    after = season.digest()
    assert season.run(incremental=False, force_retrain=True).outcome == "unchanged"
    assert season.digest() == after
