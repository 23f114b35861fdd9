"""Names to slugs: the same letters whatever accents and spaces a file uses."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["slugify", "title_of"]

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


def title_of(slug: str) -> str:
    """Give display words for a slug: "max-verstappen" is "Max Verstappen"."""
    return " ".join(word.capitalize() for word in slug.split("-"))
