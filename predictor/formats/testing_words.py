"""Which day of pre-season testing the words of a path or a name mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from predictor.records import DayOfTesting
from predictor.vocabulary import names_testing

__all__ = ["testing_in"]

# Tests that are not before the season: after it, between races, of tyres, for the young.
_OTHER_TESTS = frozenset(("post", "postseason", "young", "rookie", "tyre", "tire", "inseason"))
_NUMBER = re.compile(r"([a-z]+)?0?(\d{1,2})", re.ASCII)
_TESTS = ("test", "testing", "preseason", "season")
_DAYS = ("day", "session", "practice", "fp", "d")


def testing_in(parts: Iterable[tuple[Sequence[str], str]]) -> DayOfTesting | None:
    """Return the day of testing that parts of a path mean; None where they mean no test.

    Parameters
    ----------
    parts : iterable of (sequence of str, str)
        From the file's name out to its folders: all words in lower case, and those of them that
        may name an event. A part that names another event ends the search: a race's practice in
        a folder that somebody calls "testing" is no test.
    """
    day: int | None = None
    for words, event in parts:
        day = day or _numbered(words, _DAYS)
        if names_testing(words):
            is_other = not _OTHER_TESTS.isdisjoint(words)
            return None if is_other else DayOfTesting(_numbered(words, _TESTS), day)
        if _names_an_event(event):
            return None
    return None


def _names_an_event(words: str) -> bool:
    return any(word.rstrip("0123456789") not in _DAYS for word in words.split())


def _numbered(words: Sequence[str], names: Sequence[str]) -> int | None:
    """Return the number behind one of some names: "day 1", "day1"."""
    for before, word in zip(("", *words), words, strict=False):
        match = _NUMBER.fullmatch(word)
        if match is not None and (match[1] or before) in names:
            return int(match[2]) or None
    return None
