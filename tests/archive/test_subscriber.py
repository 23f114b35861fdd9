"""After each publication the document is kept and archived; a publication is never failed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from services.archive.kept import kept_documents
from services.archive.reader import open_archive
from services.archive.subscriber import archive_forecasts
from services.settings.limits import ArchiveLimits, Limits
from tests.forecasting.small_season import SmallSeason
from tests.rules.sources import ROOT


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def run(season, **changed):
    limits = ArchiveLimits(**changed)
    return season.run(subscribers=(archive_forecasts(limits),))


def archived(season):
    with open_archive(season.output.parent / "archive.sqlite") as archive:
        return [one.run_id for one in archive.runs()]


def change_something(season):
    (season.drops / "03-japan" / "race.json").unlink()


def test_run__is_kept_and_archived(season):
    report = run(season)
    assert report.not_told == ()
    (kept,) = kept_documents(season.output.parent)
    assert archived(season) == [report.run_id]
    with open_archive(season.output.parent / "archive.sqlite") as archive:
        (one,) = archive.runs()
        assert archive.document(one.document_sha256) == season.output.read_bytes()
    assert one.document_sha256.startswith(kept.sha12)
    assert one.changed[0] == "(earlier seasons)"
    change_something(season)
    assert run(season).outcome == "published"
    assert len(archived(season)) == len(kept_documents(season.output.parent)) == 2


def test_run__that_changed_nothing_does_not_even_open_the_archive(season):
    first = run(season)
    archive = season.output.parent / "archive.sqlite"
    archive.write_bytes(b"whoever opened this would say so")
    again = run(season)
    assert (again.outcome, again.not_told) == ("unchanged", ())
    assert [one.path.name[:8] for one in kept_documents(season.output.parent)] == ["00000001"]
    assert first.run_id != again.run_id


def test_run__after_a_kill_between_publishing_and_keeping_keeps_it(season):
    season.run()  # as if nobody had been told
    assert kept_documents(season.output.parent) == []
    assert run(season).outcome == "unchanged"
    assert len(archived(season)) == 1
    assert season.output.read_bytes()


def test_run__after_a_kill_between_keeping_and_archiving_archives_it(season):
    run(season)
    folder = season.output.parent
    (folder / "archive.sqlite").unlink()
    assert run(season).outcome == "unchanged"
    assert len(archived(season)) == 1
    (folder / "published" / ".archived").unlink()
    (folder / "archive.sqlite").write_bytes(b"damaged" * 99)
    assert run(season).not_told != ()  # it was opened: nothing said that it was archived


def test_run__with_a_damaged_archive_is_published_and_told_of(season):
    run(season)
    archive = season.output.parent / "archive.sqlite"
    archive.write_bytes(b"no database" * 99)
    change_something(season)
    report = run(season)
    assert report.outcome == "published"
    (note,) = report.not_told
    assert note.startswith("archive could not take up the forecast: ArchiveDamaged")
    archive.unlink()
    run(season)
    assert len(archived(season)) == 2  # nothing is lost by it


def test_run__another_place_is_filled_at_the_next_run(season, tmp_path):
    run(season)
    other = tmp_path / "other.sqlite"
    assert run(season, url=str(other)).outcome == "unchanged"
    with open_archive(other) as archive:
        assert len(archive.runs()) == 1


def test_run__switched_off_keeps_nothing(season):
    run(season, enabled=False)
    names = {one.name for one in season.output.parent.iterdir()}
    assert names.isdisjoint({"published", "archive.sqlite"})


def test_run__an_experiment_beside_the_seasons_own_document_is_not_archived(season):
    own = season.output.with_name("season_2025_incremental.json")
    season.run(output=own, subscribers=(archive_forecasts(ArchiveLimits()),))
    season.run(subscribers=(archive_forecasts(ArchiveLimits()),))
    assert len(archived(season)) == 1


def test_run__thins_what_is_archived(season):
    for _ in range(3):
        run(season, kept=1)
        season.add("03-japan/race.json") if len(archived(season)) == 2 else change_something(season)
    folder = season.output.parent
    assert len(archived(season)) == 3
    assert [one.number for one in kept_documents(folder)] == [3]


def test_settings__the_archive_is_on_by_default():
    assert Limits().archive == ArchiveLimits(enabled=True, url="", kept=200)


WITHOUT_SQLALCHEMY = """
import importlib.util, sys
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "sqlalchemy" else found(name, *rest)
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "sqlalchemy":
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Refuse())
from pathlib import Path
from services.archive.subscriber import archive_forecasts
from services.settings.limits import ArchiveLimits
from services.settings.logs import LOG
from tests.forecasting.small_season import SmallSeason
LOG.setLevel("INFO")
season = SmallSeason(Path(sys.argv[1]))
for name in ("", "03-japan/race.json"):
    if name:
        (season.drops / name).unlink()
    report = season.run(subscribers=(archive_forecasts(ArchiveLimits()),))
    assert report.outcome == "published" and report.not_told == (), report
"""


def test_run__without_the_packages_documents_are_kept_and_that_is_said_once(tmp_path):
    code = [sys.executable, "-c", WITHOUT_SQLALCHEMY, str(tmp_path)]
    subprocess.run(code, cwd=ROOT, check=True, capture_output=True, timeout=120)
    folder = tmp_path / "predictions"
    assert len(kept_documents(folder)) == 2
    assert not (folder / "archive.sqlite").exists()
    log = (folder / "training.log").read_text()
    assert log.count("not archived, which needs a package") == 1
