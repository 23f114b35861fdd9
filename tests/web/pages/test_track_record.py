"""The track record, from an archive of three races whose figures are worked out by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from predictor.vocabulary import Horizon
from services.archive.writer import Reference
from services.web.api.handlers.track_record import CalibrationAsked, calibration
from services.web.api.view import View
from services.web.derived.figures import THIN
from services.web.pages import track_record
from services.web.world import World
from tests.archive.small_archive import NAMES, RACES, SmallArchive, one_event
from tests.web.pages.reading import Page

# Chance of AAA, and the order: winners had 0.8, 0.2 and 0.6, whose geometric mean is 0.458.
SAID = {1: (0.8, ("AAA", "BBB")), 2: (0.8, ("BBB", "AAA")), 3: (0.6, ("AAA", "BBB"))}
ODDS = {"aaa": (0.5, 0.5), "bbb": (0.5, 0.5)}


@pytest.fixture
def small(tmp_path):
    made = SmallArchive(tmp_path / "archive.sqlite")
    yield made
    made.close()


def raced(small):
    """Archive each race twice: as it stood before, and with its result."""
    for number, (p_win, order) in SAID.items():
        before = one_event(number, Horizon.AFTER_QUALIFYING, p_win)
        after = one_event(number, Horizon.AFTER_QUALIFYING, p_win, order)
        small.add(f"before{number}", before, published_at=RACES[number][1])
        small.add(f"after{number}", after, published_at=f"{RACES[number][2][:11]}23:00:00Z")


def pages(world, *, hide=False):
    made = track_record.make(world, hide=hide)
    return {path: Page((one() if callable(one) else one).body.decode()) for path, one in made}


def world_of(small):
    return World(output=Path("predictions"), archive=small.open())


def test_record__counts_what_came(small):
    raced(small)
    page = pages(world_of(small))["/track-record"]
    assert "3 races, 2025 · forecasts after qualifying · no race left out" in page.text
    assert f"46{THIN}%" in "".join(page.words)
    assert "2 of 3" in page.text  # our favourite won
    assert "Can the percentages be taken at their word? Too early to say" in page.text
    assert "Every forecast here was published before it could be known" in page.text
    text = page.text
    assert text.index("Second 2025") < text.index("Third 2025") < text.index("First 2025")
    assert "One race says little." in text


def test_record__without_reference_models_says_so_and_draws_none(small):
    raced(small)
    page = pages(world_of(small))["/track-record"]
    assert "Too few races so far to say how right we are" in page.text
    assert "No reference model is scored here." in page.text
    assert "store backfill --seasons 2025" in page.text
    assert page.of_class("mark-other") == []


def test_record__beside_the_grid(small):
    raced(small)
    small.refer(
        *(Reference(f"2025-{name}", "c", "grid_frequency", ODDS) for name in NAMES.values())
    )
    page = pages(world_of(small))["/track-record"]
    # It lost 0.470 and 0.182 more, 0.916 less: mean -0.088, two standard errors 0.84.
    assert "Few races so far: we are level with the grid" in page.text
    assert "Grid place alone −0.09 ± 0.84 level" in page.text
    assert "No reference model" not in page.text


def test_record__one_that_not_all_races_have_is_not_compared(small):
    raced(small)
    small.refer(Reference("2025-first", "c", "elo", ODDS))
    assert "No reference model is scored here." in pages(world_of(small))["/track-record"].text


def test_record__a_dot_leads_to_its_races(small):
    raced(small)
    made = pages(world_of(small))
    links = [one for one in made["/track-record"].links if one.startswith("/track-record/win#")]
    # 1 - 0.8 is a hair below 0.2.
    assert links == [f"/track-record/win#from-{low}" for low in (10, 40, 60, 80)]
    behind = made["/track-record/win"]
    ids = {given.get("id") for _, given in behind.tags}
    assert {one.partition("#")[2] for one in links} <= ids
    # Twice 80 % for AAA: it came true in the first race, and not in the second.
    part = behind.text.partition("80 to 90 %: 1 of 2 came true")[2]
    assert part.index("Second 2025") < part.index("First 2025")
    assert len(made) == 5


def test_record__has_the_numbers_of_the_api(small):
    raced(small)
    world = world_of(small)
    answer = calibration(CalibrationAsked(of="win"), View(world))
    page = pages(world)["/track-record/win"]
    for row in answer.data:
        if row.n:
            low, n_came = round(row.lower * 100), round((row.frequency or 0) * row.n)
            assert f"{low} to {low + 10} %: {n_came} of {row.n} came true" in page.text
            interval = f"{row.frequency_low * 100:.0f} to {row.frequency_high * 100:.0f} %"
            assert interval in page.text
    assert (answer.n_races, answer.n_live) == (3, 3)


def test_record__hidden_says_nothing_of_a_result(small):
    raced(small)
    texts = {page.text for page in pages(world_of(small), hide=True).values()}
    for text in texts:
        assert "results, and they are hidden" in text
        assert not re.search(r"\d of \d|AAA|BBB|First|Second", text.partition("Health")[2])


def test_record__of_forecasts_made_late_says_so(small):
    p_win, order = SAID[1]
    late = one_event(1, Horizon.AFTER_QUALIFYING, p_win, order)
    small.add("late", late, published_at="2025-05-01T00:00:00Z")
    page = pages(world_of(small))["/track-record"]
    assert "None was published before its race." in page.text
    assert "1 race, 2025" in page.text


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("", "There is no archive of forecasts."),
        ("the archive is damaged", "the archive is damaged"),
    ],
)
def test_record__without_an_archive_says_what_to_do(trouble, said):
    world = World(output=Path("predictions"), archive_trouble=trouble)
    for page in pages(world).values():
        assert said in page.text
        assert "Do:" in page.text


def test_record__before_the_first_race_is_scored(small):
    small.add("before", one_event(1))
    page = pages(world_of(small))["/track-record"]
    assert "No race has been scored yet" in page.text
