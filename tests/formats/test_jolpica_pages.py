import pytest

from predictor.errors import FormatError, PartialPageError
from predictor.formats import parse_file
from tests.formats.builders import (
    dump,
    jolpica_answer,
    jolpica_page,
    jolpica_season,
)
from tests.said import said


def parse(value):
    return parse_file("jolpica.json", dump(value))


def rounds(parsed):
    return [record.event.round for record in parsed.records]


def test_parse_answers__a_race_cut_by_the_page_is_left_out_and_named():
    parsed = parse(jolpica_page(jolpica_season(3), offset=0, limit=30))
    assert rounds(parsed) == [1]
    (note,) = said(parsed.notes)
    assert "2025 round 2" in note
    assert "page 1 of 2 has only 10 of 20 drivers" in note


def test_parse_answers__the_middle_of_a_season_keeps_only_whole_races():
    parsed = parse(jolpica_page(jolpica_season(5), offset=30, limit=60))
    assert rounds(parsed) == [3, 4]  # 2 lacks its first ten, 5 all but ten


def test_parse_answers__a_page_that_ends_with_a_race_keeps_it_and_says_why():
    parsed = parse(jolpica_page(jolpica_season(5), offset=0, limit=40))
    assert rounds(parsed) == [1, 2]
    assert "taken as whole" in str(parsed.notes[0])


def test_parse_answers__the_last_race_is_cut_when_the_others_are_fuller():
    season = jolpica_season(2, n_drivers=22)
    parsed = parse(jolpica_page(season, offset=0, limit=42))  # 22 and 20 of 22
    assert rounds(parsed) == [1]


def test_parse_answers__a_lone_cut_race_names_page_and_drivers():
    with pytest.raises(PartialPageError) as caught:
        parse(jolpica_page(jolpica_season(1), limit=10, round="1"))
    assert "page 1 of 2" in caught.value.what
    assert caught.value.got.startswith("10 of 20 drivers")


def test_parse_answers__a_lone_race_before_further_pages_is_never_trusted():
    with pytest.raises(PartialPageError):
        parse(jolpica_page(jolpica_season(3), limit=20))


def test_parse_answers__the_tail_of_a_race_is_never_trusted():
    with pytest.raises(PartialPageError) as caught:
        parse(jolpica_page(jolpica_season(1), offset=10, limit=30))
    assert caught.value.got.startswith("10 of 20 drivers")


def test_parse_answers__all_pages_in_one_list_give_every_race():
    season = jolpica_season(7)
    pages = [jolpica_page(season, offset=offset) for offset in range(0, 140, 30)]
    parsed = parse(pages[::-1])
    assert rounds(parsed) == [1, 2, 3, 4, 5, 6, 7]
    assert parsed.notes == ()
    assert parsed == parse(jolpica_page(season, limit=1000))


def test_parse_answers__pages_with_one_missing_between_them_are_not_joined():
    season = jolpica_season(7)
    pages = [jolpica_page(season, offset=offset) for offset in (0, 60)]
    assert rounds(parse(pages)) == [1, 4]


@pytest.mark.parametrize("n_drivers", [18, 20, 22])
@pytest.mark.parametrize("limit", [30, 50, 100])
@pytest.mark.parametrize("offset", range(0, 120, 13))
def test_parse_answers__no_race_with_a_row_missing_ever_passes(n_drivers, limit, offset):
    season = jolpica_season(8, n_drivers)
    try:
        parsed = parse(jolpica_page(season, offset=offset, limit=limit))
    except PartialPageError:
        return
    assert [len(record.results) for record in parsed.records] == [n_drivers] * len(parsed.records)


def test_parse_answers__rows_missing_inside_a_page_are_noticed():
    page = jolpica_page(jolpica_season(1))
    page["MRData"]["RaceTable"]["Races"][0]["Results"].pop()
    with pytest.raises(PartialPageError, match="inside the page"):
        parse(page)


@pytest.mark.parametrize(
    "url",
    [
        "http://ergast.com/api/f1/2025/status/1/results.json",
        "https://api.jolpi.ca/ergast/f1/2025/results/1/",
        "https://api.jolpi.ca/ergast/f1/2025/drivers/norris/results/?limit=100",
        "https://api.jolpi.ca/ergast/f1/2025/1/constructors/ferrari/results.json",
    ],
)
def test_parse_answers__a_filtered_address_is_refused(url):
    page = jolpica_page(jolpica_season(1))
    page["MRData"]["url"] = url
    with pytest.raises(FormatError, match="filtered"):
        parse(page)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.jolpi.ca/ergast/f1/2025/1/results.json",
        "https://api.jolpi.ca/ergast/f1/2025/1/results/",
        "https://api.jolpi.ca/ergast/f1/current/last/results.json?limit=100",
        "http://ergast.com/api/f1/2025/results.json",
        "https://example.org/copy.json",
        "",
    ],
)
def test_parse_answers__an_unfiltered_address_is_taken(url):
    page = jolpica_page(jolpica_season(1))
    page["MRData"]["url"] = url
    assert rounds(parse(page)) == [1]


def test_parse_answers__a_filter_in_the_table_is_refused():
    with pytest.raises(FormatError, match="filtered"):
        parse(jolpica_page(jolpica_season(1), constructorId="ferrari"))


def test_parse_answers__winners_alone_are_no_session_even_without_an_address():
    season = jolpica_season(4, n_drivers=1)
    with pytest.raises(PartialPageError, match="only part"):
        parse(jolpica_page(season))


@pytest.mark.parametrize("table", ["StandingsTable", "CircuitTable", "StatusTable", "DriverTable"])
def test_parse_answers__other_tables_are_refused_by_name(table):
    with pytest.raises(FormatError, match=table):
        parse({"MRData": {"limit": "30", "offset": "0", "total": "1", table: {}}})


def test_parse_answers__a_race_not_run_yet_is_refused():
    with pytest.raises(FormatError, match="without a race"):
        parse(jolpica_answer([]))


def shared(places, key="QualifyingResults", **page):
    """Give an answer whose only race has these places."""
    (race,) = jolpica_season(1, n_drivers=len(places), key=key)
    for row, place in zip(race[key], places, strict=True):
        row["position"] = str(place)
    return jolpica_page([race], key, round="1", **page)


@pytest.mark.parametrize(
    "places",
    [
        [*range(1, 20), 19],  # Mexico 2017
        [*range(1, 18), 18, 18, 20],
        [*range(1, 18), 18, 18, 19],
        [*range(1, 18), 18, 20, 20],
        [*range(1, 17), 17, 17, 17, 17],
        [1, 1, *range(3, 21)],
        [1, 1, *range(2, 20)],
        [*range(1, 10), 10, 10, 12, 13, 14, 15, 15, 17, 18, 19, 20],
    ],
)
def test_parse_answers__a_qualifying_with_shared_places_is_whole(places):
    (record,) = parse(shared(places)).records
    assert sorted(row.position for row in record.results) == places


@pytest.mark.parametrize(
    ("places", "hole"),
    [
        ([*range(1, 19), 20, 21], 19),
        ([*range(2, 22)], 1),
        ([1, 1, *range(4, 22)], 2),
        ([*range(1, 11), 10, 13, *range(14, 22)], 11),
    ],
)
def test_parse_answers__a_hole_beside_a_whole_count_is_named_without_contradiction(places, hole):
    with pytest.raises(PartialPageError) as caught:
        parse(shared(places))
    assert f"none of them in place {hole}," in caught.value.got
    assert "20 of 20" not in caught.value.got


def test_parse_answers__a_shared_place_of_a_race_is_called_so():
    (race,) = jolpica_season(1)
    race["Results"][19] |= {"position": "19", "positionText": "19"}
    answer = jolpica_page([race], round="1")
    with pytest.raises(FormatError, match="two drivers share a place"):
        parse(answer)


def test_parse_answers__a_page_that_cuts_behind_a_shared_place_is_cut():
    answer = shared([*range(1, 20), 19], limit=15)
    with pytest.raises(PartialPageError) as caught:
        parse(answer)
    assert caught.value.got.startswith("15 of 20 drivers")


def test_parse_answers__a_race_without_a_row_is_left_out_of_its_page():
    first, second = jolpica_season(2)
    second["Results"] = []
    answer = jolpica_page([first])
    answer["MRData"]["RaceTable"]["Races"].append(second)
    assert rounds(parse(answer)) == [1]
