"""Decisions have one form, numbers without gaps, and an index that lists them all."""

from __future__ import annotations

import re

import pytest

from tests.rules.decisions_page import FOLDER, decisions

FILES = sorted(path.name for path in FOLDER.glob("*.md") if path.name != "README.md")
HEADINGS = ["Context", "Options", "Decision"]


def test_decisions__numbers_run_from_one_without_gaps_in_order_of_date():
    known = decisions()
    assert [one.number for one in known] == [f"{n:04}" for n in range(1, len(known) + 1)]
    assert [one.date for one in known] == sorted(one.date for one in known)


@pytest.mark.parametrize("name", FILES)
def test_decision__has_its_headings_in_order(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    found = re.findall(r"(?m)^## (.*)$", text)
    assert found in (HEADINGS, [*HEADINGS, "Figures"])


def test_decision__that_is_superseded_or_amended_names_a_later_one_that_names_it():
    known = {one.number: one for one in decisions()}
    changed = [one for one in decisions() if one.status != "accepted"]
    assert changed
    for one in changed:
        later = one.status[-4:]
        assert later > one.number
        assert one.number in (FOLDER / known[later].file_name).read_text(encoding="utf-8")
        if "amended" in one.status:
            assert f"Since {later} " in (FOLDER / one.file_name).read_text(encoding="utf-8")


def test_decisions__no_two_have_the_same_title():
    titles = [one.title for one in decisions()]
    assert len(titles) == len(set(titles))
