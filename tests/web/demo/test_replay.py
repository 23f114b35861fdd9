"""A weekend replayed: files, documents and archive come drop by drop, and what-ifs can be asked."""

from __future__ import annotations

import json
import re

import pytest

from predictor.vocabulary import EventStatus
from services.archive.reader import open_archive
from services.cli.main import commands, main
from services.publishing.publisher import read_document
from services.web.demo.replay import Replay
from services.web.snapshot import make_snapshot
from services.web.world_reader import WorldReader
from tests.web.server_process import ServerProcess


@pytest.fixture(scope="module", name="replay")
def _replay(tmp_path_factory):
    """A weekend that has been replayed to its end, and what was said of it."""
    said = []
    replay = Replay(tmp_path_factory.mktemp("replay"), 0.01, said.append)
    replay.start()
    replay.join()
    return replay, said


def test_replay__says_each_drop_and_the_end(replay):
    _, said = replay
    assert [line.partition(": ")[2] for line in said[:-1]] == [
        "13-belgium/fp1",
        "13-belgium/sprint-qualifying",
        "13-belgium/sprint",
        "13-belgium/qualifying",
        "13-belgium/race",
    ]
    assert "the weekend is over" in said[-1]


def test_replay__ends_with_the_race_and_all_files_there(replay):
    one, _ = replay
    document = read_document(one.output / "season_2025_incremental.json").document
    belgium = document.predictions["Belgian Grand Prix"]
    assert belgium.metadata.status is EventStatus.COMPLETED
    files = [name for drop in one.drops for name in drop.files]
    assert sorted(files) == sorted(
        path.relative_to(one.data).as_posix() for path in one.data.rglob("*.json")
    )


def test_replay__tells_what_comes_next_and_no_later_than_its_document(tmp_path):
    replay = Replay(tmp_path, 20.0, print)
    replay.open()
    reader = WorldReader(replay.output, clock=replay.now, demo=replay.demo)
    told = [reader.look().demo.words]
    for drop in replay.drops[-5:]:
        replay.drop(drop)
        told.append(reader.look().demo.words)
    reader.close()
    of = "The Belgian Grand Prix of 2025"
    coming = ("practice 1", "sprint qualifying", "the sprint", "qualifying", "the race")
    next_ones = [
        f"{of} is replayed as it was recorded. Next: {one}, within 20 seconds." for one in coming
    ]
    assert told == [
        *next_ones,
        f"{of} has been replayed to its end. Start the demo anew to see it again.",
    ]


def test_replay__the_archive_scores_reference_models_beside_ours(replay):
    one, _ = replay
    with open_archive(one.store.path) as archive:
        rows = archive.scores(season=2025)
    losses = [row for row in rows if row.metric == "winner_log_loss"]
    for horizon in ("a", "b", "c"):
        models = {row.model for row in losses if row.horizon.value == horizon}
        assert {"elo", "grid_frequency", "reverse_plackett_luce", "uniform"} < models
    # Of twenty alike, each wins one race in twenty: -ln 0.05.
    belgium = [row for row in losses if row.event_id == "2025-belgium" and row.model == "uniform"]
    assert [row.value for row in belgium] == pytest.approx([2.9957] * 3, abs=1e-3)


def test_replay__every_page_says_that_it_is_a_demo(replay):
    one, _ = replay
    reader = WorldReader(one.output, clock=one.now, demo=one.demo)
    made = make_snapshot(reader.look()).resources
    reader.close()
    pages = {at: page for at, page in made.items() if b"<html" in page.body}
    assert "/2025?hide=results" in pages
    assert [at for at, page in pages.items() if b"A demo, not live:" not in page.body] == []
    assert b"replayed, not live" in pages["/2025"].body


def test_replay__its_clock_is_that_of_the_weekend(replay):
    one, _ = replay
    assert one.now().isoformat().startswith("2025-07-27T15:")


def test_replay__has_an_archive_with_every_forecast_that_froze(replay):
    one, _ = replay
    with open_archive(one.store.path) as archive:
        assert len(archive.runs(limit=500)) == len(one.drops)
        rounds = {row.known_round for row in archive.title_by_round(2025, "driver")}
        assert rounds == set(range(14))
        for event_id in ("2025-monaco", "2025-belgium"):
            assert {horizon.value for horizon in archive.frozen(event_id)} == {"a", "b", "c"}


def test_replay__the_race_and_the_sprint_are_told(replay):
    one, _ = replay
    reader = WorldReader(one.output, clock=one.now)
    pages = make_snapshot(reader.look()).resources
    reader.close()
    for path in ("/events/2025-belgium/race", "/events/2025-belgium/race-sprint"):
        assert b"simulated, not a result" in pages[path].body
        assert b"has been run since" in pages[path].body


def test_serve__every_without_a_demo_is_refused(capsys):
    assert main(commands, ["serve", "--every", "3"]) == 2
    assert "where: --every" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--output-folder", "--store"])
def test_serve__a_demo_has_a_folder_of_its_own(capsys, tmp_path, option):
    assert main(commands, ["serve", "--demo", option, str(tmp_path / "x")]) == 2
    assert f"where: {option}" in capsys.readouterr().err


def test_serve__of_a_taken_port_says_so(capsys):
    with ServerProcess.demo("--every", "600") as server:
        code = main(commands, ["serve", "--demo", "--port", str(server.port)])
    said = capsys.readouterr()
    assert code == 75
    assert "another process listens there" in said.err
    assert "serving" not in said.out


def ask(server, **headers):
    return server.get(
        "/v1/what-if",
        method="POST",
        body=json.dumps({"driver_weights": {"VER": 1.2}, "n_simulations": 100}).encode(),
        content_type="application/json",
        **headers,
    )


def test_demo__answers_a_what_if_and_leaves_nothing_behind(tmp_path):
    environment = {"TMPDIR": str(tmp_path), "F1_TOKEN": ""}
    with ServerProcess.demo("--every", "600", environment=environment) as server:
        server.until_ready()
        answer = ask(server)
        while answer.status == 503:  # a machine that is busy takes longer than the server waits
            answer = ask(server)
        assert answer.status == 200, answer.text
        told = json.loads(answer.body)
        assert told["race"]["event_id"] == "2025-belgium"
        assert told["driver_weights"] == {"max-verstappen": 1.2}
        code, _ = server.stop()
    assert code == 0
    assert list(tmp_path.iterdir()) == []


def test_demo__that_others_can_reach_makes_a_token_and_shows_it():
    options = ("--every", "600", "--allow-host", "f1.example")
    with ServerProcess.demo(*options, environment={"F1_TOKEN": ""}) as server:
        server.until_ready()
        token = re.search(r"asks others for: (\S+)", server.process.stdout.readline())[1]
        assert ask(server).status == 401
        assert ask(server, authorization=f"Bearer {token[::-1]}").status == 401
        assert len(token) > 30
