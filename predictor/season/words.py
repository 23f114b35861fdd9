"""Names to slugs: the same letters whatever accents and spaces a file uses."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

__all__ = ["nearest", "slugify", "squeeze", "title_of"]

_NEAR = 0.75  # of difflib's ratio: "silvrestone" is near, "nowhere" is near nothing

# Letters that do not decompose into a base letter and an accent.
_LETTERS = str.maketrans({"ø": "o", "Ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d"})


def slugify(text: str) -> str:
    """Give lower-case words joined by hyphens: "São Paulo" is "sao-paulo".

    Accents go; text without any Latin letter or digit keeps its own letters, so that
    two such names stay apart.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    ascii_text = decomposed.encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text.replace("'", "")).strip("-")
    return slug or re.sub(r"[\W_]+", "-", text.casefold()).strip("-")


def squeeze(text: str) -> str:
    """Give a name as names are compared: "Abu Dhabi" and "abudhabi" are one."""
    return slugify(text).replace("-", "")


def nearest(wanted: str, names: Iterable[str]) -> str | None:
    """Give the name that was probably meant; None where none is near.

    Two letters that changed places are near in a short name too: "VRE" is "VER". A number
    is near no other one.
    """
    if wanted.isdecimal():
        return None
    ordered = sorted(names)
    swapped = (name for name in ordered if sorted(name) == sorted(wanted) != [])
    near = difflib.get_close_matches(wanted, ordered, n=1, cutoff=_NEAR)
    return next(swapped, None) or next(iter(near), None)


def title_of(slug: str) -> str:
    """Give display words for a slug: "max-verstappen" is "Max Verstappen"."""
    return " ".join(word.capitalize() for word in slug.split("-"))
