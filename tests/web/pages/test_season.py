"""The season's page, from a real season."""

from __future__ import annotations

import re

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from predictor.vocabulary import EventStatus
from services.web.derived import figures
from services.web.derived.figures import THIN
from services.web.pages import event as event_pages
from services.web.pages import season
from tests.archive.small_archive import SmallArchive, payload_of
from tests.web.pages.conftest import each_event, world_of
from tests.web.pages.reading import Page


def page_of(world, path="/2025", *, hide=False):
    made = {at: one() if callable(one) else one for at, one in season.make(world, hide=hide)}
    return Page(made[path].body.decode())


def test_season__the_first_thing_seen_is_the_answer(world):
    page = page_of(world)
    rows = world.documents[2025].predictions["Bahrain Grand Prix"].predictions
    first, second = (figures.surname(row.name) for row in rows[:2])
    assert f"Bahrain: {first} ahead of {second}." in page.text
    assert "Who wins the Bahrain Grand Prix?" in page.text
    assert len(page.of_class("heroes")) == 1
    assert f"30{THIN}%" in "".join(page.words)


def test_season__every_event_has_its_column_and_leads_to_its_page(world):
    page = page_of(world)
    events = world.documents[2025].predictions.values()
    ids = [one.metadata.event_id for one in events]
    assert all(f"/events/{one}" in page.links for one in ids)
    assert len(page.of_class("next")) == 1
    assert page.text.count("won against our favourite, ") == 3


def test_season__a_race_that_is_run_shows_its_winner(world):
    page = page_of(world)
    for event in world.documents[2025].predictions.values():
        if event.result is not UNSET:
            winner = next(one for one in event.result.order if one.position == 1)
            assert winner.driver in page.words


def test_season__no_forecast_is_said_to_be_certain_or_impossible(world):
    said = "".join(page_of(world).words).replace("0 to 100 %", "")
    assert not re.findall(rf"(?<![\d.])(?:0|100){THIN}%", said)


def test_season__hidden_results_say_nothing_that_hangs_on_one(document):
    def with_another_winner(_, event):
        if event.result is UNSET:
            # What is to come is forecast from what has been.
            return replace(event, predictions=tuple(reversed(event.predictions)))
        order = (event.result.order[1], event.result.order[0], *event.result.order[2:])
        result = replace(event.result, winner=order[0].driver_id, order=order)
        return replace(event, result=result, scores=UNSET)

    other = each_event(document, with_another_winner)
    drivers = tuple(
        replace(one, p_title=0.05, points=replace(one.points, current=1.0))
        for one in other.championship.drivers
    )
    other = replace(other, championship=replace(other.championship, drivers=drivers))
    plain = [page_of(world_of(one)).text for one in (document, other)]
    hidden = [page_of(world_of(one), hide=True).text for one in (document, other)]
    assert plain[0] != plain[1]
    assert hidden[0] == hidden[1]
    assert "won" not in hidden[0]


def test_season__hidden_pages_lead_to_hidden_pages(world):
    page = page_of(world, hide=True)
    inside = [one for one in page.links if one.startswith("/events/")]
    assert inside
    assert all(one.endswith("hide=results") for one in inside)


def test_season__before_the_first_race_nothing_is_claimed(document):
    def to_come(_, event):
        metadata = replace(event.metadata, status=EventStatus.SCHEDULED)
        return replace(event, metadata=metadata, result=UNSET, scores=UNSET)

    page = page_of(world_of(each_event(document, to_come)))
    assert "The season: 0 run, 24 to go" in page.text
    assert "No race has been run yet" in page.text
    assert "before the season" in page.text
    assert "leads" not in page.text.partition("Drivers’ title")[2].partition("Teams’")[0]


def test_season__once_all_are_run_it_tells_of_the_champion(document):
    ended = replace(
        document,
        predictions={
            title: one for title, one in document.predictions.items() if one.result is not UNSET
        },
    )
    page = page_of(world_of(ended))
    leader = max(ended.championship.drivers, key=lambda one: one.points.current)
    assert f"{leader.name.split()[-1]} is champion" in page.text
    assert "Final standings" in page.text
    assert f"Nobody can catch {leader.name.split()[-1]} any more" in page.text
    assert f">99{THIN}%" not in page.text.partition("Drivers’ title")[2]
    assert "The season: all 3 run" in page.text
    assert "Next race" not in page.text
    hidden = page_of(world_of(ended), hide=True)
    assert leader.name not in hidden.text
    assert "champion" not in hidden.text


def test_season__a_name_is_text_whatever_it_holds(document):
    nasty = '"><script>alert(1)</script>'

    def named(_, event):
        rows = tuple(
            replace(row, name=nasty, driver=nasty, team=nasty) for row in event.predictions
        )
        return replace(event, predictions=tuple(rows))

    made = each_event(document, named)
    made = replace(made, predictions={f"{nasty}{k}": v for k, v in made.predictions.items()})
    page = page_of(world_of(made))
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert nasty in page.text


@pytest.fixture
def archive(tmp_path, document):
    """An archive that holds the document before, in which the next race looked otherwise."""

    def otherwise(_, event):
        if event.metadata.event_id != "2025-bahrain":
            return event
        rows = list(event.predictions)
        rows[0] = replace(rows[0], p_podium=0.2)
        rows[5] = replace(rows[5], p_podium=0.9)
        return replace(event, predictions=tuple(rows))

    made = SmallArchive(tmp_path / "archive.sqlite")
    before = each_event(document, otherwise)
    metadata = replace(
        before.metadata,
        predictions_sha256="0" * 64,
        run=replace(before.metadata.run, run_id="before"),
    )
    made.take(payload_of(replace(before, metadata=metadata)))
    yield made
    made.close()


def test_season__says_whom_the_last_update_moved(world, document, archive):
    rows = document.predictions["Bahrain Grand Prix"].predictions
    up, down = (figures.surname(rows[place].name) for place in (0, 5))
    page = page_of(world_of(document, archive=archive.open()))
    assert f"What moved: the update lifted {up}, and cost {down}" in page.text
    assert "▲" in "".join(page.words)
    hidden = page_of(world_of(document, archive=archive.open()), hide=True)
    assert "What moved" not in hidden.text
    # Without an archive there is nothing to compare with, and the page says so.
    assert "Nothing to compare yet." in page_of(world).text


def test_season__an_archive_that_is_gone_costs_no_page(document, archive, tmp_path):
    opened = archive.open()
    (tmp_path / "archive.sqlite").unlink()
    page = page_of(world_of(document, archive=opened))
    assert "Who wins the Bahrain Grand Prix?" in page.text


def test_season__scores_without_the_forecasts_or_results_they_are_of_fail_no_page(document):
    def bare(_, event):
        result = event.result and replace(event.result, order=())
        return replace(event, predictions=(), scenarios={}, result=result)

    world = world_of(each_event(document, bare))
    assert world.documents[2025].predictions["Australian Grand Prix"].scores
    for maker in (season, event_pages):
        for path, made in maker.make(world, hide=False):
            make = getattr(made, "make", made)
            assert (make() if callable(make) else make).status in (200, 307), path
