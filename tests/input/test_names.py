"""Names that people and attackers give files and drivers: names, and nothing more."""

from __future__ import annotations

import json
import os

import pytest
from click.testing import CliRunner

from services.cli.commands.doctor import doctor
from services.cli.commands.explain import explain
from services.cli.commands.status import status
from services.cli.main import forecast, main
from services.disk.lock import hold_folder
from services.monitoring.status_file import Status, write_status
from services.publishing.publisher import read_document
from services.publishing.table import season_table
from services.settings.terminal import plain, plain_lines
from tests.input.told import RACE, ToldSeason, sha256

CLEAR = "\x1b[2J\x1b]0;title\x07"
ODD = f"odd{CLEAR}\r\n\u202ename.json"
NAMES = (
    "line\nbreak.json",
    f"clear{CLEAR}.json",
    "quotes'\".json",
    "-rf.json",
    "$(id) `id` ;id.json",
    "%s %n {0}.json",
    "back\\slash.json",
    " .json",
    "Grüße 🏎 中.json",
    "[red]/[b].json",
    "n" * 250 + ".json",
)


@pytest.mark.parametrize("name", NAMES)
def test_run_job__a_files_name_does_not_matter(tmp_path, name):
    season = ToldSeason(tmp_path / "season")
    before = season.told()
    target = season.drops / name
    target.parent.mkdir(exist_ok=True)
    (season.drops / RACE).rename(target)
    after = season.told()
    assert sha256(after) == sha256(before)
    assert after["metadata"]["rejected"] == []


def test_run_job__a_path_as_a_name_writes_nothing_outside_the_output_folder(tmp_path):
    season = ToldSeason(tmp_path / "season")
    race = json.loads(season.good())
    race |= {"grand_prix": "../../../x", "event_id": None, "round": None, "date": None}
    race["results"][0] |= {"driver": "../../y", "driver_id": None, "team": "../../../z"}
    path = season.drop("named.json", json.dumps(race).encode())
    season.told()
    assert season.report.outcome == "published"
    inside = (season.drops, season.earlier, season.output.parent)
    outside = [
        one
        for one in tmp_path.rglob("*")
        if not any(one.is_relative_to(folder) for folder in inside)
    ]
    assert sorted(one.name for one in outside) == ["season"]
    assert not list(tmp_path.rglob("[xyz]*"))
    path.unlink()


@pytest.fixture
def shown(tmp_path):
    """A season with a refused file of an odd name, forecast once."""
    season = ToldSeason(tmp_path / "season")
    season.drop(ODD, b'{"' + CLEAR.encode("unicode_escape").replace(b"\\x", b"\\u00") + b'": 1}')
    season.drop(f"00 used{CLEAR}.json", season.good("01-australia/race.json").replace(b"57", b"56"))
    season.told()
    return season


def check_plain(text, words):
    assert words in text
    assert all(line.isprintable() for line in text.split("\n")), repr(text)


def test_season_table__shows_odd_names_escaped(shown):
    assert "\x1b" in shown.document()["metadata"]["rejected"][0]["file"]
    published = read_document(shown.output)
    check_plain(season_table(published.document, shown.output), r"\x1b[2J")


def test_doctor__shows_odd_names_escaped(shown):
    found = CliRunner().invoke(
        doctor, [str(shown.drops), "--history", str(shown.earlier)], standalone_mode=False
    )
    check_plain(found.output, r"odd\x1b[2J\x1b]0;title\x07\r\n\u202ename.json")


def test_forecast__shows_odd_names_escaped(shown, capsys):
    """On the terminal and in the log; the table, the stages, the errors."""
    output = shown.output.parent / "other.json"
    drops = shown.drops.rename(shown.drops.with_name(f"drops{CLEAR}"))
    given = ["--train-data", drops, "--history", shown.earlier, "--output", output]
    options = ["--num-simulations", "64", "--explain", "--verbose"]
    assert main(forecast, [*map(str, given), *options]) == 0
    for text in capsys.readouterr():
        check_plain(text, r"odd\x1b[2J")
    check_plain((output.parent / "training.log").read_text(), r"drops\x1b[2J")
    assert main(forecast, ["--train-data", str(drops / ODD)]) == 2
    check_plain(capsys.readouterr().err, r"odd\x1b[2J")


def test_explain__shows_odd_names_escaped(shown):
    found = CliRunner().invoke(explain, ["last", "--all", "--output", str(shown.output)])
    check_plain(found.output, r"00 used\x1b[2J\x1b]0;title\x07.json is new")
    check_plain(found.output, r"parse/odd\x1b[2J")


def test_status__shows_odd_names_escaped(tmp_path):
    rejected = [{"file": ODD, "reason": f"because of {CLEAR}"}]
    running = Status(
        "idle",
        os.getpid(),
        "1",
        "c",
        "then",
        "2026-03-08T05:00:00+00:00",
        10.0,
        f"drops{CLEAR}",
        rejected=rejected,
    )
    with hold_folder(tmp_path):
        write_status(tmp_path, running)
        found = CliRunner().invoke(status, ["--output", str(tmp_path)], standalone_mode=False)
    check_plain(found.output, rf"because of {plain(CLEAR)}")


def test_plain__escapes_what_is_not_printable_and_nothing_else():
    assert plain("São Paulo 🏎 90 %") == "São Paulo 🏎 90 %"
    assert plain("a\x1b[2J\n\u202e\udc80") == r"a\x1b[2J\n\u202e\udc80"
    assert plain_lines("a\nb\x07\r\nc") == "a\nb\\x07\\r\nc"
