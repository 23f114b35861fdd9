"""The glossary as a page has it, made from the one in the docs."""

from __future__ import annotations

from services.web.derived.words import by_letter, glossary, slug

TEXT = """# Glossary

Words.

| word | means here | in code |
|---|---|---|
| DNF, DNS | started & retired; a *model* | `ResultStatus` |
| drop | one file like `fp1`, arriving |  |
| parc fermé | the car's setup is frozen |  |
"""


def test_glossary__rows_of_the_table_and_nothing_else():
    words = glossary(TEXT)
    assert [one.word for one in words] == ["DNF, DNS", "drop", "parc fermé"]
    assert words[0].meaning == "started &amp; retired; a <em>model</em>"
    assert words[1].meaning == "one file like <code>fp1</code>, arriving"
    assert [one.in_code for one in words] == ["<code>ResultStatus</code>", "", ""]


def test_slug__is_an_id_without_accents():
    assert [one.slug for one in glossary(TEXT)] == ["dnf-dns", "drop", "parc-ferme"]
    assert slug("interval (of places)") == "interval-of-places"


def test_by_letter__in_their_order():
    found = by_letter(glossary(TEXT))
    assert {letter: len(words) for letter, words in found.items()} == {"D": 2, "P": 1}
