"""The glossary as a page has it: words and what they mean, read from the one in the docs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

__all__ = ["Word", "by_letter", "glossary", "slug"]

_MARKS = re.compile(r"`([^`]+)`|\*([^*]+)\*")


@dataclass(frozen=True, slots=True)
class Word:
    """One word.

    Attributes
    ----------
    word : str
    slug : str
        Its id on the page, ``expected-position``.
    meaning : Markup
        In a sentence, without a full stop.
    in_code : Markup
        The same in documents and API; empty where there is no such word.
    """

    word: str
    slug: str
    meaning: Markup
    in_code: Markup

    @property
    def letter(self) -> str:
        """Under which it stands."""
        return self.slug[0].upper()


def glossary(text: str) -> tuple[Word, ...]:
    """Return the words of a table in Markdown: word, meaning, word in the code.

    Parameters
    ----------
    text : str
        A page with one table.
    """
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        is_row = line.startswith("| ") and len(cells) == 3
        if is_row and cells[0] != "word":
            found.append(Word(cells[0], slug(cells[0]), _marked(cells[1]), _marked(cells[2])))
    return tuple(found)


def by_letter(words: Iterable[Word]) -> dict[str, list[Word]]:
    """Return words by their first letter, in their order."""
    found: dict[str, list[Word]] = {}
    for word in words:
        found.setdefault(word.letter, []).append(word)
    return found


def slug(word: str) -> str:
    """Return a word as an id: small letters without accents, a hyphen for all between them."""
    plain = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _marked(text: str) -> Markup:
    """Return the two marks that the glossary has, code and stress, as elements."""
    parts, end = [], 0
    for found in _MARKS.finditer(text):
        parts.append(escape(text[end : found.start()]))
        element = "code" if found[1] else "em"
        parts.append(Markup("<{0}>{1}</{0}>").format(Markup(element), found[1] or found[2]))  # noqa: S704
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
