"""Pages of one answer in files of their own: the whole answer, whatever the files are called."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.errors import DropError
from predictor.formats import join_parts, parse_file
from tests.formats.builders import dump, jolpica_page, jolpica_season

SEASON = jolpica_season(4)
WHOLE = jolpica_page(SEASON, limit=100)


def parse(value):
    """Parse one file; give its parts too where it is refused alone."""
    try:
        return parse_file("", dump(value)), None
    except DropError as error:
        return None, error


def parts_of(files):
    found = {}
    for path, value in files.items():
        parsed, error = parse(value)
        found[path] = parsed.parts if parsed is not None else error.parts
    return found


def pages(races=SEASON, limit=30, **table):
    n_rows = sum(len(race["Results"]) for race in races)
    return [jolpica_page(races, offset=at, limit=limit, **table) for at in range(0, n_rows, limit)]


def records_of(completed):
    return [record for path in sorted(completed.files) for record in completed.files[path].records]


def test_parse_file__a_whole_answer_has_no_parts():
    parsed, _ = parse(WHOLE)
    assert parsed.parts == ()


@settings(max_examples=20, deadline=None)
@given(limit=st.sampled_from([7, 20, 30, 33, 79]), seed=st.integers(0, 999))
def test_join_parts__pages_in_files_of_their_own_are_the_whole_answer(limit, seed):
    dropped = pages(limit=limit)
    names = [f"{seed}-{at}.json" for at in range(len(dropped))]
    random.Random(seed).shuffle(names)
    completed = join_parts(parts_of(dict(zip(names, dropped, strict=True))))
    assert records_of(completed) == list(parse(WHOLE)[0].records)
    assert completed.refused == {}
    assert set(completed.files) == set(names)


def test_join_parts__a_missing_page_is_named_and_what_is_whole_is_read():
    first, second, third = pages()[:3]
    assert [len(race["Results"]) for race in third["MRData"]["RaceTable"]["Races"]] == [20]
    completed = join_parts(parts_of({"b": first, "a": second}))
    assert [record.event.round for record in records_of(completed)] == [1, 2, 3]
    assert "page 3 of the answer is not here" in str(completed.files["b"].notes[-1])
    assert "joined with b" in str(completed.files["a"].notes[0])


def test_join_parts__a_race_cut_at_both_ends_names_the_missing_page():
    season = jolpica_season(1)
    first, _, last = pages(season, limit=8, round="1")
    completed = join_parts(parts_of({"a": first, "c": last}))
    assert set(completed.refused) == {"a", "c"}
    assert all("page 2 of the answer is not here" in str(why) for why in completed.refused.values())


def test_join_parts__a_lone_page_stays_what_it_is_alone():
    completed = join_parts(parts_of({"a": pages()[0]}))
    assert (completed.files, completed.refused) == ({}, {})


def test_join_parts__a_page_dropped_twice_counts_once():
    first, second, third = pages(jolpica_season(4))[:3]
    completed = join_parts(parts_of({"a": first, "b": second, "c": second, "d": third}))
    assert records_of(completed) == list(parse(WHOLE)[0].records)


def test_join_parts__two_revisions_of_a_page_are_refused_with_both_names():
    first, second, _ = pages()
    other = json.loads(json.dumps(second))
    other["MRData"]["RaceTable"]["Races"][0]["Results"][0]["points"] = "7"
    completed = join_parts(parts_of({"a": first, "b": second, "c": other}))
    assert set(completed.refused) == {"a", "b", "c"}
    assert "in b and c" in str(completed.refused["a"])


def test_join_parts__seasons_with_as_many_rows_are_not_mixed():
    other = [{**race, "season": "2024"} for race in SEASON]
    mixed = [*pages()[:1], *pages(other, season="2024")[1:2]]
    completed = join_parts(parts_of({"a": mixed[0], "b": mixed[1]}))
    assert (completed.files, completed.refused) == ({}, {})
    in_one_file = parse([*pages(), *pages(other, season="2024")])[0]
    assert [(one.event.season, one.event.round) for one in in_one_file.records] == [
        (season, number) for season in (2024, 2025) for number in range(1, 5)
    ]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_join_parts__the_files_names_decide_nothing(order):
    first, second, third = pages()
    one = join_parts(parts_of({order[0]: first, order[1]: second, "c": third}))
    assert records_of(one) == list(parse(WHOLE)[0].records)
