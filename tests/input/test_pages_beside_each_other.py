"""Pages of an answer dropped as files: refused one by one, read together, whatever comes first."""

from __future__ import annotations

from predictor.graph.seasons.folding import fold_parsed
from predictor.graph.seasons.parsing import parse_one
from tests.formats.builders import dump, jolpica_page, jolpica_season


def folded(files):
    outcomes = {path: parse_one(dump(value)) for path, value in files.items()}
    return fold_parsed(outcomes, {}, "2025")


def test_fold_parsed__a_race_in_two_pages_is_whole_once_both_are_there():
    season = jolpica_season(1)
    first, last = (jolpica_page(season, offset=at, limit=12, round="1") for at in (0, 12))
    whole = folded({"race.json": jolpica_page(season, limit=30, round="1")})
    for path, page in (("a.json", first), ("b.json", last)):
        assert [one.file for one in folded({path: page}).rejected] == [path]
    for names in (("a.json", "b.json"), ("b.json", "a.json")):
        both = folded(dict(zip(names, (first, last), strict=True)))
        assert both.rejected == ()
        (event,), (expected,) = both.states[0].events, whole.states[0].events
        assert event.sessions == expected.sessions
