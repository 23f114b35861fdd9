"""Names of Grands Prix and circuits, brought to one spelling each."""

from __future__ import annotations

from predictor.season.words import slugify

__all__ = ["circuit_slug", "event_slug", "is_testing"]

# First words of a Grand Prix's name that differ from its slug. Everything else, such as
# "Monaco" or "Las Vegas", is its own slug. Source: event names and ids of f1db 2010-2025.
_GRANDS_PRIX = {
    "australian": "australia",
    "austrian": "austria",
    "azerbaijani": "azerbaijan",
    "belgian": "belgium",
    "brazilian": "brazil",
    "british": "great-britain",
    "united-kingdom": "great-britain",
    "uk": "great-britain",
    "silverstone": "great-britain",
    "canadian": "canada",
    "chinese": "china",
    "dutch": "netherlands",
    "european": "europe",
    "french": "france",
    "german": "germany",
    "hungarian": "hungary",
    "indian": "india",
    "italian": "italy",
    "japanese": "japan",
    "korean": "korea",
    "south-korea": "korea",
    "malaysian": "malaysia",
    "mexican": "mexico",
    "mexico-city": "mexico",
    "portuguese": "portugal",
    "russian": "russia",
    "saudi-arabian": "saudi-arabia",
    "spanish": "spain",
    "styrian": "styria",
    "turkish": "turkey",
    "tuscan": "tuscany",
    "usa": "united-states",
    "us": "united-states",
}
_TITLES = ("-grand-prix", "-gp")

# Providers' circuit ids, places and short names that differ from the circuit's id.
# Source: circuit ids of Jolpica, OpenF1 short names and FastF1 locations, 2010-2025.
_CIRCUITS = {
    "albert-park": "melbourne",
    "albert-park-grand-prix-circuit": "melbourne",
    "americas": "austin",
    "circuit-of-the-americas": "austin",
    "spa": "spa-francorchamps",
    "circuit-de-spa-francorchamps": "spa-francorchamps",
    "rodriguez": "mexico-city",
    "villeneuve": "montreal",
    "red-bull-ring": "spielberg",
    "losail": "lusail",
    "vegas": "las-vegas",
    "singapore": "marina-bay",
    "monte-carlo": "monaco",
    "sakhir": "bahrain",
    "barcelona": "catalunya",
    "montmelo": "catalunya",
    "budapest": "hungaroring",
    "sao-paulo": "interlagos",
    "yas-marina-circuit": "yas-marina",
    "yas-island": "yas-marina",
    "miami-gardens": "miami",
    "ricard": "paul-ricard",
    "le-castellet": "paul-ricard",
    "algarve": "portimao",
    "valencia-street-circuit": "valencia",
    "yeongam-county": "yeongam",
    "korea-international-circuit": "yeongam",
    "madring": "madrid",
}


def event_slug(name: str) -> str:
    """Give the slug of a Grand Prix: "Australian Grand Prix" is "australia".

    A title sponsor before the name is passed over where the rest is known.
    """
    slug = slugify(name)
    for title in _TITLES:
        head, found, _ = slug.rpartition(title)
        if found and head:
            slug = head
            break
    words = slug.split("-")
    for start in range(len(words)):
        known = _GRANDS_PRIX.get("-".join(words[start:]))
        if known is not None:
            return known
    return slug


def circuit_slug(name: str) -> str:
    """Give the circuit's id: "albert_park" and "Melbourne" are both "melbourne"."""
    slug = slugify(name)
    return _CIRCUITS.get(slug, slug)


def is_testing(name: str | None) -> bool:
    """Tell whether a meeting is a test, not a Grand Prix."""
    return name is not None and "testing" in slugify(name).split("-")
