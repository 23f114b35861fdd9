"""Pages of drivers and teams, from a real season."""

from __future__ import annotations

import re

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from predictor.vocabulary import EventStatus, ResultStatus
from services.web.derived import figures
from services.web.derived.figures import THIN
from services.web.maker import Later
from services.web.pages import event, people, season, what_if
from tests.web.derived.test_what_if import answer, driver
from tests.web.pages.conftest import each_event, world_of
from tests.web.pages.reading import Page


def made(world, *, hide=False, makers=(people,)):
    """Every page, read again; addresses that lead elsewhere are left out."""
    found = {}
    for maker in makers:
        for path, one in maker.make(world, hide=hide):
            make = one.make if isinstance(one, Later) else one
            resource = make() if callable(make) else make
            if resource.status == 200:
                found[path] = Page(resource.body.decode())
    return found


@pytest.fixture(scope="module")
def pages(world):
    return made(world)


def test_people__everybody_has_a_page_and_every_name_leads_to_one(world):
    for hide in (False, True):
        found = made(world, hide=hide, makers=(people, season, event))
        query = "?hide=results" if hide else ""
        named = {
            link
            for path, page in found.items()
            for link in page.links
            # The page's own switch leads to the other world.
            if link not in (path, f"{path}?hide=results")
            and re.match(r"(/\d+)?/(drivers|teams)(/|\?|$)", link)
        }
        assert named
        assert named <= {f"{path}{query}" for path in found}
        assert f"/drivers/lando-norris{query}" in found["/2025"].links or hide


def test_people__another_season_has_its_year_in_its_addresses(document):
    earlier = replace(document, metadata=replace(document.metadata, season=2024))
    world = world_of(earlier, document)
    found = made(world, makers=(people, season))
    assert "/2024/drivers/lando-norris" in found
    assert "/drivers/lando-norris" in found
    assert "/2024/drivers/lando-norris" in found["/drivers/lando-norris"].links
    assert all(not link.startswith("/drivers/") for link in found["/2024/drivers"].links)
    where = dict(people.make(world, hide=True))
    assert dict(where["/2025/drivers"].plain)[b"location"] == b"/drivers?hide=results"


def test_drivers__the_strongest_is_in_the_headline_and_level_ones_share_a_place(pages, world):
    page = pages["/drivers"]
    rows = world.documents[2025].championship.drivers
    best = max(rows, key=lambda row: row.points.mean - row.points.current)
    assert f"Strongest from here on: {figures.surname(best.name)} with " in page.text
    # Who has no point yet is expected none here, without spread: all of them are level.
    scored = sum(row.points.current > 0 for row in rows)
    n_cars = len(world.documents[2025].predictions["Bahrain Grand Prix"].predictions)
    assert f"{scored + 1}–{n_cars}" in page.words


def test_drivers__no_forecast_is_certain_or_impossible(pages):
    for path, page in pages.items():
        said = "".join(page.words).replace("0 to 100 %", "")
        if path.startswith("/drivers"):
            assert not re.findall(rf"(?<![\d.])(?:0|100){THIN}%", said), path


def test_driver__the_headline_says_how_good_and_where_next(pages, world):
    title = next(
        row for row in world.documents[2025].championship.drivers if row.driver_id == "lando-norris"
    )
    chance = figures.per_cent(title.p_title).replace(THIN, " ")
    said = f"Norris has {chance} for the title. Bahrain: half of his races end "
    assert said in pages["/drivers/lando-norris"].text


def test_driver__every_race_is_a_row_with_what_became_of_it(pages, world):
    page = pages["/drivers/lando-norris"]
    events = world.documents[2025].predictions.values()
    assert {f"/events/{one.metadata.event_id}" for one in events} <= set(page.links)
    row = next(
        one
        for one in world.documents[2025].predictions["Australian Grand Prix"].result.order
        if one.driver_id == "lando-norris"
    )
    assert f"{row.grid} → {row.position}" in page.words
    assert len(page.of_class("is-next")) == 1


def test_driver__one_who_changed_teams_has_the_car_of_each_race(pages):
    text = pages["/drivers/liam-lawson"].text
    assert re.search(r"Entered by Red Bull \(rounds? \d.*\) and Racing Bulls \(round", text)
    assert len(pages["/drivers/liam-lawson"].of_class("t-red-bull")) >= 2
    mates = pages["/teams/red-bull"].text
    assert "Yuki Tsunoda" in mates
    assert "Liam Lawson" in mates


def test_driver__who_retired_or_did_not_start_is_said_so(document):
    def changed(title, one):
        if title == "Chinese Grand Prix":
            order = tuple(
                replace(row, status=ResultStatus.DNF, position=None)
                if row.driver_id == "lando-norris"
                else row
                for row in one.result.order
            )
            return replace(one, result=replace(one.result, order=order))
        if title == "Japanese Grand Prix":
            order = tuple(row for row in one.result.order if row.driver_id != "lando-norris")
            return replace(one, result=replace(one.result, order=order))
        return one

    page = made(world_of(each_event(document, changed)))["/drivers/lando-norris"]
    assert "× retired" in page.words
    assert "× did not start" in page.words
    assert "The one finish" in page.text or "the one finish" in page.text


def test_people__hidden_results_say_nothing_that_hangs_on_one(document):
    def with_another_winner(_, one):
        if one.result is UNSET:
            rows = tuple(replace(row, p_win=row.p_win / 2) for row in reversed(one.predictions))
            return replace(one, predictions=rows)
        order = (one.result.order[1], one.result.order[0], *one.result.order[2:])
        return replace(one, result=replace(one.result, winner=order[0].driver_id, order=order))

    other = each_event(document, with_another_winner)
    drivers = tuple(
        replace(one, p_title=0.05, points=replace(one.points, current=1.0))
        for one in reversed(other.championship.drivers)
    )
    other = replace(other, championship=replace(other.championship, drivers=drivers))
    plain = [made(world_of(one)) for one in (document, other)]
    hidden = [made(world_of(one), hide=True) for one in (document, other)]
    assert plain[0]["/drivers/lando-norris"].text != plain[1]["/drivers/lando-norris"].text
    assert {path: page.text for path, page in hidden[0].items()} == {
        path: page.text for path, page in hidden[1].items()
    }
    assert not re.search(r"\d\s?%|champion|points", hidden[0]["/drivers/lando-norris"].text)


def test_people__before_the_first_race_nothing_is_claimed(document):
    def to_come(_, one):
        metadata = replace(one.metadata, status=EventStatus.SCHEDULED)
        return replace(one, metadata=metadata, result=UNSET, scores=UNSET)

    found = made(world_of(each_event(document, to_come)))
    text = found["/drivers/lando-norris"].text
    assert "before the first race" in text
    assert "Race by race: what each could bring" in text
    assert "have finished no race together" in text
    assert "Before the first race, with 24 to come" in found["/drivers"].text


def test_people__once_all_is_run_it_tells_what_came(document):
    ended = replace(
        document,
        predictions={
            title: one for title, one in document.predictions.items() if one.result is not UNSET
        },
    )
    found = made(world_of(ended))
    leader = max(ended.championship.drivers, key=lambda one: one.points.current)
    name = figures.surname(leader.name)
    assert f"{name} is champion of 2025: " in found[f"/drivers/{leader.driver_id}"].text
    assert f"{name} was best in 2025 with " in found["/drivers"].text
    assert "to come" not in found["/drivers"].text
    without = next(one for one in ended.championship.drivers if one.points.current == 0)
    assert "scored no point in 2025" in found[f"/drivers/{without.driver_id}"].text


def test_people__a_name_is_text_whatever_it_holds(document):
    nasty = '"><script>alert(1)</script>'

    def named(_, one):
        rows = tuple(replace(row, name=nasty, driver=nasty, team=nasty) for row in one.predictions)
        return replace(one, predictions=rows)

    for page in made(world_of(each_event(document, named))).values():
        assert [tag for tag, _ in page.tags].count("script") == 1


def test_what_if__an_answer_leads_to_whom_it_is_about(world):
    rows = (driver("lando-norris", 0.3, 0.4), driver("nobody-known", 0.1, 0.05))
    for hide, query in ((False, ""), (True, "?hide=results")):
        found = what_if.answer_page(world, answer(*rows), "x", hide=hide)
        links = Page(found.body.decode()).links
        assert f"/drivers/lando-norris{query}" in links
        assert not [one for one in links if "nobody-known" in one]
