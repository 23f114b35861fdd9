"""The page of an event: before its race, after it, and where neither can be told."""

from __future__ import annotations

import re

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from predictor.vocabulary import EventStatus
from services.web.derived.figures import THIN, surname
from services.web.pages import event as event_page
from tests.web.pages.conftest import each_event, world_of
from tests.web.pages.reading import Page

RUN, TO_COME = "2025-australia", "2025-bahrain"


def page_of(world, event_id, *, hide=False):
    path = f"/events/{event_id}"
    made = next(one for at, one in event_page.make(world, hide=hide) if at == path)
    return Page(made().body.decode())


def changed(document, event_id, change):
    return world_of(
        each_event(
            document, lambda _, one: change(one) if one.metadata.event_id == event_id else one
        )
    )


def test_event__before_its_race_every_starter_has_a_row(world, document):
    page = page_of(world, TO_COME)
    rows = document.predictions["Bahrain Grand Prix"].predictions
    assert all(row.name in page.words for row in rows)
    assert f"All {len(rows)} starters" in page.text
    first, second = (surname(row.name) for row in rows[:2])
    assert f"Bahrain Grand Prix: {first} ahead of {second}" in page.text
    assert len(page.of_class("cell")) >= len(rows) ** 2


def test_event__a_race_that_is_run_is_told_with_its_winner(world, document):
    for title, one in document.predictions.items():
        if one.result is UNSET:
            continue
        page = page_of(world, one.metadata.event_id)
        winner = next(row for row in one.predictions if row.driver_id == one.result.winner)
        assert f"{surname(winner.name)} won" in page.text
        assert title in page.text
        assert "chance of every driver" in str(page.tags).lower()


def test_event__no_forecast_is_said_to_be_certain_or_impossible(world):
    for event_id in (RUN, TO_COME):
        said = "".join(page_of(world, event_id).words)
        assert not re.findall(rf"(?<![\d.])(?:0|100){THIN}%", said)


def test_event__hidden_it_is_the_same_whoever_won(document):
    def another(event):
        first, second, *rest = event.result.order
        order = (replace(second, position=1), replace(first, position=2), *rest)
        return replace(
            event,
            result=replace(event.result, winner=second.driver_id, order=order),
            scores=UNSET,
        )

    worlds = [world_of(document), changed(document, RUN, another)]
    plain = [page_of(one, RUN).text for one in worlds]
    hidden = [page_of(one, RUN, hide=True) for one in worlds]
    assert plain[0] != plain[1]
    assert hidden[0].text == hidden[1].text
    assert "the result is hidden" in hidden[0].text
    assert not hidden[0].of_class("came")
    ways = [link for link in hidden[0].links if link.startswith("/events/2025-china")]
    assert ways == ["/events/2025-china?hide=results"]


@pytest.mark.parametrize(
    ("status", "headline", "reason"),
    [
        (EventStatus.CANCELLED, "The Bahrain Grand Prix is cancelled", "It is not run"),
        (EventStatus.POSTPONED, "The Bahrain Grand Prix is postponed", "no new date yet"),
        (EventStatus.SCHEDULED, "Bahrain Grand Prix: no forecast yet", "comes with the entries"),
    ],
)
def test_event__without_a_forecast_says_why(document, status, headline, reason):
    def without(event):
        metadata = replace(event.metadata, status=status, horizon=None, as_of=None)
        return replace(event, metadata=metadata, predictions=(), scenarios={})

    page = page_of(changed(document, TO_COME, without), TO_COME)
    assert headline in page.text
    assert reason in page.text


def test_event__a_race_that_nobody_forecast_still_has_its_result(document):
    world = changed(document, RUN, lambda one: replace(one, predictions=(), scenarios={}))
    winner = world.documents[2025].predictions["Australian Grand Prix"].result.order[0]
    page = page_of(world, RUN)
    assert f"{winner.driver} won. We had no forecast for him" in page.text
    assert "The result" in page.text
    assert "won" not in page_of(world, RUN, hide=True).text


@pytest.mark.parametrize("event_id", [RUN, TO_COME])
def test_event__hidden_it_leads_to_forecasts_alone_and_not_to_what_holds_a_result(world, event_id):
    plain, hidden = (api_links(page_of(world, event_id, hide=hide)) for hide in (False, True))
    of_event = f"/v1/events/{event_id}"
    assert plain == {of_event, f"{of_event}/forecast?format=csv"}
    assert hidden == {f"{of_event}/forecast", f"{of_event}/forecast?format=csv"}


def api_links(page):
    return {one for one in page.links if one.startswith("/v1/")}


def test_event__without_the_circuit_or_the_day_it_says_neither(document):
    def bare(event):
        metadata = replace(event.metadata, circuit=None, date=None, sessions={})
        return replace(event, metadata=metadata)

    page = page_of(changed(document, TO_COME, bare), TO_COME)
    assert "Round 1 of 24" in page.text
    assert "None" not in page.text.replace("None of this is betting advice", "")


def test_event__share_tags_only_where_readers_can_reach_it(document):
    plain = page_of(world_of(document), TO_COME)
    assert not [one for tag, one in plain.tags if "og:" in (one.get("property") or "")]
    public = page_of(world_of(document, public_url="https://f1.example"), TO_COME, hide=True)
    images = [one["content"] for _, one in public.tags if one.get("property") == "og:image"]
    assert images == [f"https://f1.example/events/{TO_COME}/card.png?hide=results"]


def test_event__a_name_is_text_whatever_it_holds(document):
    nasty = '"><script>alert(1)</script>'

    def named(event):
        rows = tuple(
            replace(row, name=nasty, driver=nasty, team=nasty) for row in event.predictions
        )
        metadata = replace(event.metadata, notes=(nasty,), circuit=nasty)
        return replace(event, predictions=tuple(rows), metadata=metadata)

    for event_id in (RUN, TO_COME):
        page = page_of(changed(document, event_id, named), event_id)
        assert [tag for tag, _ in page.tags].count("script") == 1
        assert nasty in page.text


def test_event__one_page_that_cannot_be_made_fails_alone(document):
    broken = changed(document, TO_COME, lambda one: replace(one, scenarios={"wet": None}))
    made = dict(event_page.make(broken, hide=False))
    assert len(made) == 24
    assert Page(made[f"/events/{RUN}"]().body.decode()).text
    with pytest.raises(AttributeError):
        made[f"/events/{TO_COME}"]()
