"""Names of Grands Prix and circuits, brought to one spelling each."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from predictor.season.place_names import CIRCUITS, COUNTRIES, GRANDS_PRIX, SPONSORS
from predictor.season.words import slugify, squeeze, title_of
from predictor.vocabulary import names_testing

__all__ = [
    "EVERY_NAME",
    "Phrase",
    "circuit_slug",
    "circuits_of",
    "event_slug",
    "grand_prix_at",
    "grand_prix_name",
    "grands_prix_of",
    "is_testing",
    "names_of_circuit",
    "names_of_country",
    "names_of_country_at",
    "names_of_grand_prix",
    "phrases_in",
]

_TITLES = (("grand", "prix"), ("gp",))
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)


def _squeezed(names: Iterable[str]) -> frozenset[str]:
    """Give names as they are compared: "abu-dhabi", "abu dhabi" and "abudhabi" are one."""
    return frozenset(squeeze(name) for name in names)


# A country's name means the Grand Prix that is named after it, if there is one.
_GRAND_PRIX_NAMES = {
    slug: _squeezed({slug, *known.names, *COUNTRIES.get(slug, ())})
    for slug, known in GRANDS_PRIX.items()
}
_GRAND_PRIX_BY_NAME = {name: slug for slug, names in _GRAND_PRIX_NAMES.items() for name in names}
_COUNTRY_NAMES = {key: _squeezed({key, *names}) for key, names in COUNTRIES.items()}
_COUNTRY_BY_NAME = {name: key for key, names in _COUNTRY_NAMES.items() for name in names}
_CIRCUIT_NAMES = {key: _squeezed({key, *known.names}) for key, known in CIRCUITS.items()}
_CIRCUIT_BY_NAME = {name: key for key, names in _CIRCUIT_NAMES.items() for name in names}
_SPONSORS = _squeezed(SPONSORS)
_LONGEST = 6  # words of a name

EVERY_NAME: frozenset[str] = frozenset(
    _GRAND_PRIX_BY_NAME.keys() | _COUNTRY_BY_NAME.keys() | _CIRCUIT_BY_NAME.keys()
)


@lru_cache(maxsize=4096)
def event_slug(name: str) -> str:
    """Give the slug of a Grand Prix: "Australian Grand Prix" is "australia".

    Sponsors before the name are passed over where the rest is known, and so is the year.
    """
    slug = slugify(name)
    words = [word for word in slug.split("-") if not _YEAR.fullmatch(word)]
    head = _before_title(words)
    for start in range(len(head)):
        known = _GRAND_PRIX_BY_NAME.get("".join(head[start:]))
        if known is not None:
            return known
    # Official names in the country's language: "Formula 1 Aramco Gran Premio de España".
    found = {_GRAND_PRIX_BY_NAME[one.name] for one in phrases_in(words, _GRAND_PRIX_BY_NAME)}
    if len(found) == 1:
        return found.pop()
    return "-".join(head) or slug


def circuit_slug(name: str) -> str:
    """Give the circuit's id: "albert_park" and "Melbourne" are both "melbourne"."""
    return _CIRCUIT_BY_NAME.get(squeeze(name)) or slugify(name)


def grand_prix_at(circuit_id: str, season: int, day: str | None = None) -> str | None:
    """Give the slug of the Grand Prix held at a circuit; None for a circuit not known.

    Parameters
    ----------
    circuit_id : str
        From `circuit_slug`.
    season : int
    day : str, optional
        YYYY-MM-DD; tells two of one season apart. Without it the first is given.
    """
    known = CIRCUITS.get(circuit_id)
    when = day if day is not None and day.startswith(f"{season}-") else str(season)
    held = [slug for since, slug in known.held if since <= when] if known is not None else []
    return held[-1] if held else None


def grands_prix_of(season: int) -> dict[str, tuple[str, ...]]:
    """Give every Grand Prix that a season may have, by slug, with its circuits."""
    found: dict[str, tuple[str, ...]] = {}
    for circuit_id, known in CIRCUITS.items():
        days = [str(season), *(since for since, _ in known.held if since.startswith(f"{season}-"))]
        for slug in dict.fromkeys(grand_prix_at(circuit_id, season, day) for day in days):
            if slug is not None:
                found[slug] = (*found.get(slug, ()), circuit_id)
    return found


def circuits_of(slug: str, season: int) -> tuple[str, ...]:
    """Give the circuits at which a Grand Prix is held in a season, as far as known."""
    return grands_prix_of(season).get(slug, ())


def grand_prix_name(slug: str) -> str:
    """Give the display name of a Grand Prix: "great-britain" is "British Grand Prix"."""
    known = GRANDS_PRIX.get(slug)
    return f"{(known.name if known else None) or title_of(slug)} Grand Prix"


def names_of_grand_prix(slug: str) -> frozenset[str]:
    """Give every name that means this Grand Prix and no other, squeezed."""
    return _GRAND_PRIX_NAMES.get(slug, _squeezed({slug}))


def names_of_circuit(circuit_id: str) -> frozenset[str]:
    """Give every name of a circuit and of its place, squeezed."""
    return _CIRCUIT_NAMES.get(circuit_id, _squeezed({circuit_id}))


def names_of_country(name: str) -> frozenset[str]:
    """Give every name of a country, squeezed, by one of them."""
    said = squeeze(name)
    return _COUNTRY_NAMES.get(_COUNTRY_BY_NAME.get(said, ""), frozenset({said}))


def names_of_country_at(circuit_id: str) -> frozenset[str]:
    """Give every name of the country that a circuit lies in, squeezed; none if not known."""
    known = CIRCUITS.get(circuit_id)
    return _COUNTRY_NAMES[known.country] if known is not None else frozenset()


def is_testing(name: str | None) -> bool:
    """Tell whether a meeting is a test, not a Grand Prix."""
    return name is not None and names_testing(slugify(name).split("-"))


class Phrase(NamedTuple):
    """A name that stands among other words."""

    name: str  # squeezed
    is_title: bool  # "Grand Prix" follows it
    first: int  # its words are words[first:last]
    last: int


def phrases_in(words: Sequence[str], names: Container[str]) -> Iterator[Phrase]:
    """Give the names that stand among words, the longest at each place.

    Parameters
    ----------
    words : sequence of str
        Of a slug: lower case, no accents.
    names : container of str
        Squeezed. A sponsor that has a place's name is passed over.
    """
    at = 0
    while at < len(words):
        for width in range(min(_LONGEST, len(words) - at), 0, -1):
            name, end = "".join(words[at : at + width]), at + width
            if name in _SPONSORS:
                at = end
                break
            if name in names:
                is_title = any(tuple(words[end : end + len(each)]) == each for each in _TITLES)
                yield Phrase(name, is_title, at, end)
                at = end
                break
        else:
            at += 1


def _before_title(words: Sequence[str]) -> Sequence[str]:
    for title in _TITLES:
        for at in range(1, len(words)):
            if tuple(words[at : at + len(title)]) == title:
                return words[:at]
    return words
