"""How far two spellings can be the name of one driver: in words, whatever their order."""

from __future__ import annotations

import difflib
import re
from enum import IntEnum

from predictor.season.words import slugify, squeeze

__all__ = ["Likeness", "likeness"]

_NEAR = 0.85  # of difflib's ratio: "lando noris" is near; "arthur" is no slip of "charles leclerc"
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii"))
_LOST = "?\N{REPLACEMENT CHARACTER}"  # what is left of a letter that an encoding did not know
_SHORTENED = 3  # letters: "alex" is short for "alexander"; one letter is an initial


class Likeness(IntEnum):
    """What two spellings share, from nothing to everything."""

    NONE = 0
    NEAR = 1  # as a slip of the keyboard leaves it
    SURNAME = 2  # the surname, and nothing that speaks against it: "leclerc", "c-leclerc"
    FULL = 3  # the same words: last name first, or a letter lost


def likeness(said: str, name: str) -> Likeness:
    """Tell how like two names or ids are.

    Parameters
    ----------
    said : str
        Of any case and order, with or without accents and commas; "?" is a lost letter.
    name : str
        As the driver is known.
    """
    words, known = _words(said), _words(name)
    if not words or not known:
        return Likeness.NONE
    if len(words) == len(known) and _are_among(words, known, shortened=False):
        return Likeness.FULL
    short, full = (words, known) if len(words) <= len(known) else (known, words)
    surname = _surname(known)
    if any(_is_word(word, surname) for word in words) and _are_among(short, full, shortened=True):
        return Likeness.SURNAME
    if difflib.SequenceMatcher(None, squeeze(said), squeeze(name)).ratio() >= _NEAR:
        return Likeness.NEAR
    return Likeness.NONE


def _words(text: str) -> list[str]:
    """Give the words of a name; a lost letter stays as "?"."""
    marked = re.sub(f"[{_LOST}]+", "0lost0", text)
    return [word.replace("0lost0", "?") for word in slugify(marked).split("-") if word]


def _surname(words: list[str]) -> str:
    whole = [word for word in words if word not in _SUFFIXES]
    return (whole or words)[-1]


def _are_among(words: list[str], known: list[str], *, shortened: bool) -> bool:
    """Whether every word is one of those known, each for one of them."""
    left = sorted(known, key=len)
    for word in sorted(words, key=len, reverse=True):
        same = [one for one in left if _is_word(word, one)]
        short = [one for one in left if _is_short(word, one)] if shortened else []
        if not (same or short):
            return False
        left.remove((same or short)[0])
    return True


def _is_word(said: str, known: str) -> bool:
    if "?" not in said:
        return said == known
    pattern = "[a-z]{0,2}".join(map(re.escape, said.split("?")))
    return re.fullmatch(pattern, known) is not None


def _is_short(one: str, other: str) -> bool:
    short, full = sorted((one, other), key=len)
    return full.startswith(short) and (len(short) == 1 or len(short) >= _SHORTENED)
