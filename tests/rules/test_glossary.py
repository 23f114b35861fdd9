"""The glossary is sorted, has every word once, and names words of the code that there are."""

from __future__ import annotations

import re
import unicodedata

import pytest

from tests.rules.sources import ROOT, trees

TEXT = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith("| word |")
]
CODE = {
    word
    for package in ("predictor", "services")
    for path in trees(package)
    for word in re.findall(r"\w+", (ROOT / path).read_text(encoding="utf-8"))
}


def order(word):
    """Give a word as it is sorted: without case and accents."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def test_glossary__is_sorted_and_has_every_word_once():
    words = [order(row[0]) for row in ROWS]
    assert words == sorted(set(words))


def test_glossary__every_word_is_explained_in_one_line():
    assert [row for row in ROWS if len(row) != 3 or len(row[1]) < 12] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_glossary__the_word_in_the_code_is_there(row):
    assert set(re.findall(r"`(\w+)`", row[2])) <= CODE
