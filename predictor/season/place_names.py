"""Every name by which files and people know the Grands Prix of 2010-2026, as slugs.

Facts alone; `predictor.season.places` and `predictor.season.naming` say what they mean.
Source: event names, official names, circuits, places and countries of f1db, Ergast and
Jolpica, OpenF1 and FastF1, 2010-2025; FIA calendar of 2026.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CIRCUITS", "COUNTRIES", "GRANDS_PRIX", "SPONSORS", "Circuit", "GrandPrix", "SlugsFrom"]

SlugsFrom = tuple[str, str]  # from the day on ("": always), the slug of a Grand Prix


class GrandPrix(NamedTuple):
    """What a Grand Prix is called beside its slug."""

    name: str | None = None  # before "Grand Prix"; None: the words of the slug
    names: tuple[str, ...] = ()  # further slugs that mean this Grand Prix and no other


class Circuit(NamedTuple):
    """What a circuit is called beside its id, and what is held there."""

    country: str  # a key of COUNTRIES
    held: tuple[SlugsFrom, ...]  # of two in one season the second has a day between both
    names: tuple[str, ...] = ()  # of the circuit and of its place


GRANDS_PRIX: dict[str, GrandPrix] = {
    "70th-anniversary": GrandPrix("70th Anniversary", ("anniversary",)),
    "abu-dhabi": GrandPrix(),
    "australia": GrandPrix("Australian", ("australian",)),
    "austria": GrandPrix("Austrian", ("austrian", "osterreich", "oesterreich")),
    "azerbaijan": GrandPrix(names=("azerbaijani",)),
    "bahrain": GrandPrix(names=("bahraini",)),
    "barcelona-catalunya": GrandPrix("Barcelona-Catalunya", ("barcelona", "catalan")),
    "belgium": GrandPrix("Belgian", ("belgian", "belgique", "belgie")),
    "brazil": GrandPrix("Brazilian", ("brazilian", "brasil")),
    "canada": GrandPrix("Canadian", ("canadian",)),
    "china": GrandPrix("Chinese", ("chinese",)),
    "eifel": GrandPrix(),
    "emilia-romagna": GrandPrix(names=("emilia", "romagna", "dellemilia-romagna")),
    "europe": GrandPrix("European", ("european",)),
    "france": GrandPrix("French", ("french",)),
    "germany": GrandPrix("German", ("german", "deutschland")),
    "great-britain": GrandPrix("British", ("british",)),
    "hungary": GrandPrix("Hungarian", ("hungarian", "magyar")),
    "india": GrandPrix("Indian", ("indian",)),
    "italy": GrandPrix("Italian", ("italian", "ditalia")),
    "japan": GrandPrix("Japanese", ("japanese",)),
    "korea": GrandPrix("Korean", ("korean",)),
    "las-vegas": GrandPrix(names=("vegas",)),
    "malaysia": GrandPrix("Malaysian", ("malaysian",)),
    "mexico": GrandPrix("Mexican", ("mexican", "mexico-city", "ciudad-de-mexico")),
    "miami": GrandPrix(),
    "monaco": GrandPrix(),
    "netherlands": GrandPrix("Dutch", ("dutch", "nederland")),
    "portugal": GrandPrix("Portuguese", ("portuguese",)),
    "qatar": GrandPrix(names=("qatari",)),
    "russia": GrandPrix("Russian", ("russian",)),
    "sakhir": GrandPrix(),
    "sao-paulo": GrandPrix("São Paulo"),
    "saudi-arabia": GrandPrix("Saudi Arabian", ("saudi-arabian", "saudi")),
    "singapore": GrandPrix(names=("singaporean",)),
    "spain": GrandPrix("Spanish", ("spanish", "espana")),
    "styria": GrandPrix("Styrian", ("styrian", "steiermark")),
    "turkey": GrandPrix("Turkish", ("turkish",)),
    "tuscany": GrandPrix("Tuscan", ("tuscan", "toscana")),
    "united-states": GrandPrix("United States", ("american",)),
}

# Names of countries, and codes of them that are no word of their own and no driver's code
# ("can", "mon" and "rus" are).
COUNTRIES: dict[str, tuple[str, ...]] = {
    "australia": ("aus",),
    "austria": ("aut", "osterreich", "oesterreich"),
    "azerbaijan": ("aze",),
    "bahrain": ("brn", "bhr"),
    "belgium": ("bel", "belgique", "belgie"),
    "brazil": ("bra", "brasil"),
    "canada": (),
    "china": ("chn",),
    "france": ("fra",),
    "germany": ("ger", "deu", "deutschland"),
    "great-britain": ("united-kingdom", "uk", "gb", "gbr", "england", "britain"),
    "hungary": ("hun", "magyarorszag"),
    "india": ("ind",),
    "italy": ("ita", "italia"),
    "japan": ("jpn",),
    "korea": ("south-korea", "republic-of-korea", "kor"),
    "malaysia": ("mys", "mas"),
    "mexico": ("mex",),
    "monaco": ("mco",),
    "netherlands": ("the-netherlands", "holland", "ned", "nld", "nederland"),
    "portugal": ("prt",),
    "qatar": ("qat",),
    "russia": ("russian-federation",),
    "saudi-arabia": ("saudi", "ksa", "sau"),
    "singapore": ("sgp",),
    "spain": ("esp", "espana"),
    "turkey": ("turkiye", "tur"),
    "united-arab-emirates": ("uae",),
    "united-states": ("united-states-of-america", "usa", "us", "america"),
}

CIRCUITS: dict[str, Circuit] = {
    "austin": Circuit(
        "united-states",
        (("", "united-states"),),
        ("americas", "circuit-of-the-americas", "cota", "texas"),
    ),
    "bahrain": Circuit(
        "bahrain",
        (("", "bahrain"), ("2020-12-02", "sakhir"), ("2021", "bahrain")),
        ("sakhir", "bahrain-international-circuit"),
    ),
    "baku": Circuit("azerbaijan", (("", "europe"), ("2017", "azerbaijan"))),
    "buddh": Circuit("india", (("", "india"),), ("greater-noida", "uttar-pradesh", "new-delhi")),
    "catalunya": Circuit(
        "spain",
        (("", "spain"), ("2026", "barcelona-catalunya")),
        ("barcelona", "montmelo", "catalonia", "barcelona-catalunya"),
    ),
    "hockenheimring": Circuit("germany", (("", "germany"),), ("hockenheim",)),
    "hungaroring": Circuit("hungary", (("", "hungary"),), ("budapest", "mogyorod")),
    "imola": Circuit(
        "italy",
        (("", "emilia-romagna"),),
        ("enzo-e-dino-ferrari", "autodromo-enzo-e-dino-ferrari", "dino-ferrari"),
    ),
    "interlagos": Circuit(
        "brazil",
        (("", "brazil"), ("2021", "sao-paulo")),
        ("sao-paulo", "jose-carlos-pace", "carlos-pace"),
    ),
    "istanbul": Circuit("turkey", (("", "turkey"),), ("istanbul-park", "istanbul-racing-circuit")),
    "jeddah": Circuit("saudi-arabia", (("", "saudi-arabia"),), ("jeddah-corniche", "jiddah")),
    "las-vegas": Circuit("united-states", (("", "las-vegas"),), ("vegas", "las-vegas-strip")),
    "lusail": Circuit("qatar", (("", "qatar"),), ("losail", "doha")),
    "madrid": Circuit("spain", (("2026", "spain"),), ("madring", "ifema-madrid")),
    "marina-bay": Circuit("singapore", (("", "singapore"),), ("singapore", "marina-bay-street")),
    "melbourne": Circuit(
        "australia",
        (("", "australia"),),
        ("albert-park", "albert-park-grand-prix-circuit", "albert-park-circuit"),
    ),
    "mexico-city": Circuit(
        "mexico", (("", "mexico"),), ("rodriguez", "hermanos-rodriguez", "ciudad-de-mexico")
    ),
    "miami": Circuit("united-states", (("", "miami"),), ("miami-gardens", "hard-rock-stadium")),
    "monaco": Circuit("monaco", (("", "monaco"),), ("monte-carlo", "circuit-de-monaco")),
    "montreal": Circuit("canada", (("", "canada"),), ("villeneuve", "gilles-villeneuve")),
    "monza": Circuit("italy", (("", "italy"),), ("autodromo-nazionale", "autodromo-di-monza")),
    "mugello": Circuit("italy", (("", "tuscany"),), ("scarperia", "scarperia-e-san-piero")),
    "nurburgring": Circuit(
        "germany", (("", "germany"), ("2020", "eifel")), ("nurburg", "nuerburgring", "nuerburg")
    ),
    "paul-ricard": Circuit(
        "france", (("", "france"),), ("ricard", "le-castellet", "castellet", "circuit-paul-ricard")
    ),
    "portimao": Circuit("portugal", (("", "portugal"),), ("algarve",)),
    "sepang": Circuit("malaysia", (("", "malaysia"),), ("kuala-lumpur",)),
    "shanghai": Circuit("china", (("", "china"),)),
    "silverstone": Circuit(
        "great-britain",
        (("", "great-britain"), ("2020-08-05", "70th-anniversary"), ("2021", "great-britain")),
    ),
    "sochi": Circuit("russia", (("", "russia"),), ("sochi-autodrom",)),
    "spa-francorchamps": Circuit(
        "belgium",
        (("", "belgium"),),
        ("spa", "francorchamps", "circuit-de-spa-francorchamps", "stavelot"),
    ),
    "spielberg": Circuit(
        "austria",
        (("", "austria"), ("2020-07-08", "styria"), ("2021", "styria"), ("2021-06-30", "austria")),
        ("red-bull-ring", "redbullring", "osterreichring"),
    ),
    "suzuka": Circuit("japan", (("", "japan"),)),
    "valencia": Circuit("spain", (("", "europe"),), ("valencia-street-circuit",)),
    "yas-marina": Circuit(
        "united-arab-emirates",
        (("", "abu-dhabi"),),
        ("abu-dhabi", "yas-island", "yas", "yas-marina-circuit"),
    ),
    "yeongam": Circuit(
        "korea", (("", "korea"),), ("yeongam-county", "korea-international-circuit", "mokpo")
    ),
    "zandvoort": Circuit("netherlands", (("", "netherlands"),), ("circuit-park-zandvoort",)),
}

# Title sponsors and teams in whose names a place stands that is not meant.
SPONSORS = frozenset(
    {"emirates", "etihad-airways", "gulf-air", "made-in-italy", "qatar-airways", "red-bull"}
    | {"singapore-airlines"}
)
