"""Names of Grands Prix and circuits, brought to one spelling each."""

from __future__ import annotations

from predictor.season.words import slugify, title_of

__all__ = ["circuit_slug", "event_slug", "grand_prix_at", "grand_prix_name", "is_testing"]

# First words of a Grand Prix's name that differ from its slug. Everything else, such as
# "Monaco" or "Las Vegas", is its own slug. Source: event names and ids of f1db 2010-2025.
_GRANDS_PRIX = {
    "australian": "australia",
    "austrian": "austria",
    "azerbaijani": "azerbaijan",
    "barcelona": "barcelona-catalunya",
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

# The Grand Prix held at each circuit, from the day on that is given ("": always). Of two in
# one season the second has a day between both. Source: calendars of f1db 2010-2025, FIA
# calendar of 2026.
_HELD_AT: dict[str, tuple[tuple[str, str], ...]] = {
    "austin": (("", "united-states"),),
    "bahrain": (("", "bahrain"), ("2020-12-02", "sakhir"), ("2021", "bahrain")),
    "baku": (("", "europe"), ("2017", "azerbaijan")),
    "buddh": (("", "india"),),
    "catalunya": (("", "spain"), ("2026", "barcelona-catalunya")),
    "hockenheimring": (("", "germany"),),
    "hungaroring": (("", "hungary"),),
    "imola": (("", "emilia-romagna"),),
    "interlagos": (("", "brazil"), ("2021", "sao-paulo")),
    "istanbul": (("", "turkey"),),
    "jeddah": (("", "saudi-arabia"),),
    "las-vegas": (("", "las-vegas"),),
    "lusail": (("", "qatar"),),
    "madrid": (("", "spain"),),
    "marina-bay": (("", "singapore"),),
    "melbourne": (("", "australia"),),
    "mexico-city": (("", "mexico"),),
    "miami": (("", "miami"),),
    "monaco": (("", "monaco"),),
    "montreal": (("", "canada"),),
    "monza": (("", "italy"),),
    "mugello": (("", "tuscany"),),
    "nurburgring": (("", "germany"), ("2020", "eifel")),
    "paul-ricard": (("", "france"),),
    "portimao": (("", "portugal"),),
    "sepang": (("", "malaysia"),),
    "shanghai": (("", "china"),),
    "silverstone": (
        ("", "great-britain"),
        ("2020-08-05", "70th-anniversary"),
        ("2021", "great-britain"),
    ),
    "sochi": (("", "russia"),),
    "spa-francorchamps": (("", "belgium"),),
    "spielberg": (
        ("", "austria"),
        ("2020-07-08", "styria"),
        ("2021", "styria"),
        ("2021-06-30", "austria"),
    ),
    "suzuka": (("", "japan"),),
    "valencia": (("", "europe"),),
    "yas-marina": (("", "abu-dhabi"),),
    "yeongam": (("", "korea"),),
    "zandvoort": (("", "netherlands"),),
}
# Where a Grand Prix is not called by the words of its slug.
_NAMES = {
    "australia": "Australian",
    "austria": "Austrian",
    "barcelona-catalunya": "Barcelona-Catalunya",
    "belgium": "Belgian",
    "brazil": "Brazilian",
    "canada": "Canadian",
    "china": "Chinese",
    "europe": "European",
    "france": "French",
    "germany": "German",
    "great-britain": "British",
    "hungary": "Hungarian",
    "india": "Indian",
    "italy": "Italian",
    "japan": "Japanese",
    "korea": "Korean",
    "malaysia": "Malaysian",
    "mexico": "Mexican",
    "netherlands": "Dutch",
    "portugal": "Portuguese",
    "russia": "Russian",
    "sao-paulo": "São Paulo",
    "saudi-arabia": "Saudi Arabian",
    "spain": "Spanish",
    "styria": "Styrian",
    "turkey": "Turkish",
    "tuscany": "Tuscan",
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
    when = day if day is not None and day.startswith(f"{season}-") else str(season)
    held = [slug for since, slug in _HELD_AT.get(circuit_id, ()) if since <= when]
    return held[-1] if held else None


def grand_prix_name(slug: str) -> str:
    """Give the display name of a Grand Prix: "great-britain" is "British Grand Prix"."""
    return f"{_NAMES.get(slug) or title_of(slug)} Grand Prix"


def is_testing(name: str | None) -> bool:
    """Tell whether a meeting is a test, not a Grand Prix."""
    return name is not None and "testing" in slugify(name).split("-")
