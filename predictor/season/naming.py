"""Which event some words mean: any of its names, places or countries, or its round.

Words are what a person types and what a path says; neither makes an event by itself. What
fits several events is refused with them, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

from predictor.season.places import (
    EVERY_NAME,
    Phrase,
    circuits_of,
    event_slug,
    names_of_circuit,
    names_of_country,
    names_of_country_at,
    names_of_grand_prix,
    phrases_in,
)
from predictor.season.words import slugify, squeeze

__all__ = ["Named", "Strength", "Words", "choose", "name_event", "read_words"]

_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)
# Words around a name that say nothing of which event it is.
_FILLING = frozenset(
    re.findall(
        r"\w+",
        "1 autodromo autodrome circuit city corniche course da das de del della der des di do du "
        "el f1 formula gp gran grand grande grosser grosses intercity international "
        "internazionale la le nagydij of park preis premio prix race street strip the track von",
    )
)


class Strength(IntEnum):
    """How well a name tells an event from others; lower is better."""

    NAME = 1  # it means this Grand Prix and no other
    PLACE = 2  # its circuit or town, where there may be two in a season
    COUNTRY = 3


class Named(NamedTuple):
    """One event with every name by which it may be called, squeezed."""

    event_id: str
    names: frozenset[str]
    places: frozenset[str]
    countries: frozenset[str]

    def strength(self, phrase: Phrase) -> Strength | None:
        """Give how the phrase names this event; None where it does not."""
        if phrase.name in self.names:
            return Strength.NAME
        if phrase.name in self.countries:
            return Strength.COUNTRY
        return Strength.PLACE if phrase.name in self.places else None


class Words(NamedTuple):
    """What words name, among the events of one season."""

    phrases: tuple[Phrase, ...]
    unread: tuple[str, ...]  # words that are no name and do not belong to one
    strengths: dict[str, Strength]  # event id -> how well all phrases together name it
    touched: tuple[str, ...]  # events that any of the phrases names

    @property
    def name_nothing(self) -> bool:
        """Whether no word is the name of an event, here or elsewhere."""
        return not self.phrases


def name_event(
    event_id: str,
    season: int,
    *,
    slug: str,
    name: str | None = None,
    circuits: Collection[str] = (),
    countries: Iterable[str] = (),
) -> Named:
    """Gather every name of an event.

    Parameters
    ----------
    event_id : str
    season : int
    slug : str
    name : str, optional
        As the calendar spells it; "Mexico City Grand Prix" has the slug "mexico".
    circuits : collection of str
        Ids, or names that no table has; where there are none, those at which such a Grand
        Prix is usually held.
    countries : iterable of str
        As the calendar has them, beside those that the circuits lie in.
    """
    slugs = {slug, event_slug(name)} if name else {slug}
    held_at = [*circuits] or [at for each in slugs for at in circuits_of(each, season)]
    own = {squeeze(event_id)}
    own.update(*(names_of_grand_prix(each) for each in slugs))
    own.update(*(names_of_grand_prix(event_slug(each)) for each in slugs))
    where: set[str] = {_without_filling(each) for each in held_at}
    where.update(*(names_of_circuit(each) for each in held_at))
    nations: set[str] = set()
    nations.update(*(names_of_country(each) for each in countries))
    nations.update(*(names_of_country_at(each) for each in held_at))
    return Named(event_id, frozenset(own), frozenset(where - {""}), frozenset(nations))


def read_words(texts: Iterable[str], season: int, events: Sequence[Named]) -> Words:
    """Read what texts name; an event fits if every name in them is one of its own."""
    vocabulary = EVERY_NAME.union(*(each.names | each.places | each.countries for each in events))
    phrases: list[Phrase] = []
    unread: list[str] = []
    for text in texts:
        words = [word for word in slugify(text).split("-") if word and word != str(season)]
        found = list(phrases_in(words, vocabulary))
        phrases += found
        read = {at for one in found for at in range(one.first, one.last)}
        unread += [word for at, word in enumerate(words) if at not in read and word not in _FILLING]
    strengths = {each.event_id: _strength(each, phrases, events) for each in events}
    fitting = {event_id: best for event_id, best in strengths.items() if best is not None}
    touched = [each.event_id for each in events if any(map(each.strength, phrases))]
    return Words(tuple(phrases), tuple(unread), fitting, tuple(touched))


def choose(words: Words) -> str | None:
    """Give the one event that is meant; None where it is none or could be several.

    A Grand Prix that is called after a country is meant by it, not one that is merely run
    there: "italy" is not Imola. A name of one and a place of another is no such case.
    """
    if len(words.strengths) == 1:
        return next(iter(words.strengths))
    if Strength.PLACE in words.strengths.values():
        return None
    by_name = [each for each, best in words.strengths.items() if best is Strength.NAME]
    return by_name[0] if len(by_name) == 1 else None


def _strength(event: Named, phrases: Sequence[Phrase], events: Sequence[Named]) -> Strength | None:
    """Give the best by which an event is named; None unless every phrase names it."""
    best: Strength | None = None
    for phrase in phrases:
        found = event.strength(phrase)
        if found is None:
            return None
        is_anothers = any(each.strength(phrase) is Strength.NAME for each in events)
        if phrase.is_title and found is not Strength.NAME and is_anothers:
            return None  # "Sakhir Grand Prix" is no race at Sakhir that is called otherwise
        best = found if best is None else min(best, found)
    return best


def _without_filling(circuit: str) -> str:
    """Give the words of a circuit's name that tell it: "bangkok" of its street circuit."""
    return "".join(word for word in slugify(circuit).split("-") if word not in _FILLING)
