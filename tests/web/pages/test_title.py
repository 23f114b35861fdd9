"""The page of the title race, from a real season, in every state of what is known."""

from __future__ import annotations

from html import unescape

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from predictor.vocabulary import EventStatus, SprintFormat
from services.web.derived.cars import Cars
from services.web.derived.figures import THIN
from services.web.pages import people, title
from services.web.pages.archived import Kept
from services.web.pages.season_shown import SeasonShown
from services.web.pages.title_lines import title_lines
from tests.archive.small_archive import SmallArchive, payload_of
from tests.web.pages.conftest import each_event, world_of
from tests.web.pages.reading import Page

SPRINTS = ("2025-china", "2025-miami")


@pytest.fixture(scope="module")
def document(document):
    """The season with its rounds numbered, and two sprints of which none is told."""
    rounds = {name: number for number, name in enumerate(document.predictions, start=1)}

    def numbered(name, event):
        has_sprint = event.metadata.event_id in SPRINTS
        form = SprintFormat.SPRINT_SHOOTOUT if has_sprint else None
        return replace(event, metadata=replace(event.metadata, round=rounds[name], sprint=form))

    return each_event(document, numbered)


@pytest.fixture(scope="module")
def world(document):
    """The world of that season alone."""
    return world_of(document)


def page_of(world, *, hide=False):
    made = {at: one() if callable(one) else one for at, one in title.make(world, hide=hide)}
    return Page(made["/2025/title"].body.decode())


def known_until(document, last, chances):
    """A document of a run that knew fewer races, and gave some drivers other chances."""

    def not_yet(_, event):
        if event.metadata.round <= last:
            return event
        metadata = replace(event.metadata, status=EventStatus.SCHEDULED)
        return replace(event, metadata=metadata, result=UNSET, scores=UNSET)

    drivers = tuple(
        replace(row, p_title=chances.get(row.driver, 0.0)) for row in document.championship.drivers
    )
    metadata = replace(
        document.metadata,
        predictions_sha256=f"{last:064d}",
        run=replace(document.metadata.run, run_id=f"known-{last}"),
    )
    return replace(
        each_event(document, not_yet),
        metadata=metadata,
        championship=replace(document.championship, drivers=drivers),
    )


@pytest.fixture
def archive(tmp_path, document):
    """What was said before the first race and after each, as single runs."""
    made = SmallArchive(tmp_path / "archive.sqlite")
    for last, chances in enumerate(
        ({"NOR": 0.6, "VER": 0.4}, {"NOR": 0.8, "VER": 0.2}, {"NOR": 0.3, "VER": 0.7})
    ):
        made.take(payload_of(known_until(document, last, chances)))
    made.take(payload_of(document))
    yield made
    made.close()


def test_title__lines_and_swings_come_from_the_archive(document, archive):
    page = page_of(world_of(document, archive=archive.open()))
    assert "Chance of the drivers’ title after each round" in page.text
    # China: 80 to 30 for the one, whose place there stands beside; 20 to 70 for the other.
    order = document.predictions["Chinese Grand Prix"].result.order
    place = next(row.position for row in order if row.driver == "NOR")
    assert place == 2
    assert "2 China 2 Chi NOR, 2nd 80 → 30" in page.text.replace(THIN, " ")
    assert page.text.index("2 China 2 Chi") < page.text.index("1 Australia 1 Aus")
    assert "/v1/title-odds?season=2025&kind=driver&by=round" in page.links
    assert "changed hands" in page.text
    # The numbers of the lines stand in a table, the present beside them.
    for name in ("Start", "1 Australia", "2 China", "Now"):
        assert name in page.words


def test_title__without_an_archive_it_tells_of_the_present_and_how_to_get_more(world):
    page = page_of(world)
    assert "Only the present is known." in page.text
    assert "changed hands" not in page.text
    assert not [one for one in page.links if one.startswith("/v1/title-odds")]
    # 21 races are to come and one sprint, 21 * 25 + 8; of two cars 21 * (25 + 18) + 8 + 7.
    assert "Points left for one driver 533 21 races at 25, 1 sprint at 8" in page.text
    assert "Points left for one team 918 21 races at 43, 1 sprint at 15" in page.text
    assert "Nobody has clinched the title yet." in page.text


def test_title__says_until_when_it_knows_beside_the_line_of_all_pages(document):
    metadata = replace(document.metadata, as_of="2025-04-10T12:00:00Z")
    page = page_of(world_of(replace(document, metadata=metadata)))
    assert "as of 10 April 2025, 12:00 UTC" in page.text
    assert "3 of 24 races run" in page.text


def test_title__before_the_first_race_it_claims_nothing(document):
    chances = {"NOR": 0.6, "VER": 0.4}
    page = page_of(world_of(known_until(document, 0, chances)))
    assert "No race of 2025 has been run yet." in page.text
    assert "No race has been run yet." in page.text
    assert "on points" not in page.text.replace("Equal points", "")


def test_title__once_all_are_run_it_tells_who_won_and_when_it_was_settled(document):
    ended = replace(
        document,
        predictions={
            name: one for name, one in document.predictions.items() if one.result is not UNSET
        },
    )
    leader = max(ended.championship.drivers, key=lambda one: one.points.current)
    name = leader.name.split()[-1]
    page = page_of(world_of(ended))
    assert f"{name} is champion: settled in round 3, Japan" in page.text
    assert "Points left" not in page.text
    assert "Nobody has clinched" not in page.text
    hidden = page_of(world_of(ended), hide=True)
    assert leader.name not in hidden.text
    assert "champion" not in hidden.text


def test_title_lines__of_a_title_that_is_settled_the_chances_are_what_happened(document, archive):
    run = {k: v for k, v in document.predictions.items() if v.result is not UNSET}
    leader = max(document.championship.drivers, key=lambda one: one.points.current)
    rows = [replace(row, p_title=float(row is leader)) for row in document.championship.drivers]
    sure = replace(document.championship, drivers=tuple(rows))

    def drawn(document):
        world = world_of(document, archive=archive.open())
        kept = Kept(world, document.metadata.season)
        return title_lines(SeasonShown(world, document, Cars(document), kept, False), "driver")

    ended = replace(document, predictions=run, championship=sure)
    assert f"{leader.driver} 100{THIN}%" in drawn(ended)
    going = drawn(replace(document, championship=sure))
    assert f"{leader.driver} >99{THIN}%" in unescape(going)


def test_person__once_it_is_settled_a_title_is_won_or_lost(document, archive):
    run = {k: v for k, v in document.predictions.items() if v.result is not UNSET}
    rows = [
        replace(row, p_title=float(row.driver == "NOR")) for row in document.championship.drivers
    ]
    ended = replace(
        document, predictions=run, championship=replace(document.championship, drivers=tuple(rows))
    )
    world = world_of(ended, archive=archive.open())
    pages = dict(people.make(world, hide=False))
    won, lost = (
        Page(pages[f"/drivers/{name}"]().body.decode()).text
        for name in ("lando-norris", "max-verstappen")
    )
    assert "Title won: 30 % at the least, after round 2" in won
    assert "NOR 100 %" in won
    assert "Title lost: 70 % at best, after round 2" in lost
    assert "VER 0 %" in lost


def test_title__hidden_it_shows_no_chance_and_no_points(document, archive):
    page = page_of(world_of(document, archive=archive.open()), hide=True)
    assert not any(row.driver in page.words for row in document.championship.drivers)
    assert "%" not in page.text
    assert "/2025/title" in page.links


def test_title__an_archive_that_is_gone_costs_no_page(document, archive, tmp_path):
    opened = archive.open()
    (tmp_path / "archive.sqlite").unlink()
    assert "Points left for one driver" in page_of(world_of(document, archive=opened)).text
