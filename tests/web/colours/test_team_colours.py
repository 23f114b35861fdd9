"""Teams' colours, as the style sheet has them."""

from __future__ import annotations

from itertools import combinations

import pytest

from services.web.derived.team_colours import NO_COLOUR, TEAM_COLOURS, team_class
from tests.rules.sources import ROOT
from tests.web.colours.measures import apart, contrast, schemes

CSS = schemes((ROOT / "services/web/static/page.css").read_text())
# Who raced, by the entry lists: the first and the last year, and those with a team of their own.
SEASONS = {
    2014: ("caterham", "marussia", "lotus-f1", "force-india", "toro-rosso", "sauber"),
    2016: ("haas", "manor", "renault", "force-india", "toro-rosso", "sauber"),
    2025: ("haas", "alpine", "aston-martin", "racing-bulls", "kick-sauber"),
    2026: ("haas", "cadillac", "alpine", "aston-martin", "racing-bulls", "audi"),
}
ALWAYS = ("mclaren", "red-bull", "mercedes", "ferrari", "williams")
LEAST_APART = 4.0  # of two teams of one season, to whomever sees them most alike


def colours_in(season, scheme):
    names = {one: team_class(one, season) for one in (*ALWAYS, *SEASONS[season])}
    assert NO_COLOUR not in names.values()
    return {name: CSS[scheme][class_.replace("t-", "team-")] for name, class_ in names.items()}


def test_measures__are_those_of_the_standards():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#666a72", "#fcfbf8") == pytest.approx(5.2, abs=0.05)
    # Black and white are as far apart as colours can be, to everybody.
    assert apart("#000000", "#ffffff") == pytest.approx(100.0, abs=0.1)
    # Red and green of one lightness are far apart to most, and near to a few.
    assert apart("#d00000", "#5f7f00") < 10.0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_team_colours__the_style_sheet_has_them(scheme):
    named = {name: value for name, value in CSS[scheme].items() if name.startswith("team-")}
    del named["team-none"]
    assert named == {
        class_.replace("t-", "team-"): getattr(one, scheme) for class_, one in TEAM_COLOURS.items()
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_team_colours__every_mark_is_seen(scheme):
    paper = CSS[scheme]["paper"]
    low = {
        name: contrast(value, paper)
        for name, value in CSS[scheme].items()
        if name.startswith("team-") and contrast(value, paper) < 3.0
    }
    assert low == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("season", list(SEASONS))
def test_team_colours__teams_of_one_season_are_told_apart(season, scheme):
    found = colours_in(season, scheme)
    close = {
        (one, other): apart(found[one], found[other])
        for one, other in combinations(found, 2)
        if apart(found[one], found[other]) < LEAST_APART
    }
    assert close == {}
