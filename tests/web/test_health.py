"""The page of health: every trouble once, and none where there is none."""

from __future__ import annotations

from services.web.pages import health
from services.web.snapshot import make_snapshot
from services.web.world import World
from services.web.world_reader import read_world
from tests.web.conftest import NAME


def shown(world):
    return make_snapshot(world, makers=(health.make,)).resources["/health"].body.decode()


def test_health__of_a_folder_in_which_all_is_well_says_so(folder):
    text = shown(read_world(folder))
    assert "<h1>Nothing is wrong that this server knows of</h1>" in text
    assert "<li>" not in text.partition("<main")[2]
    assert "Season 2025" in text


def test_health__tells_every_trouble(folder):
    (folder / NAME).write_bytes(b"{")
    (folder / "told").mkdir()
    (folder / "told" / "<b>.json").write_text("{")
    text = shown(read_world(folder))
    assert "<h1>2 things need a look</h1>" in text
    assert f"{NAME} is no season document" in text
    assert "told/&lt;b&gt;.json: it is no told race" in text


def test_health__one_trouble_is_told_in_the_singular(tmp_path):
    text = shown(World(output=tmp_path, archive_trouble="the archive is damaged"))
    assert "<h1>One thing needs a look</h1>" in text
    assert "the archive is damaged" in text


def test_health__a_page_that_failed_is_told_there(tmp_path):
    def fails(world, *, hide):
        yield "/x", lambda: 1 / 0

    made = make_snapshot(World(output=tmp_path), makers=(fails, health.make))
    assert b"/x could not be made: ZeroDivisionError" in made.resources["/health"].body
