"""Every provider's name for a driver, to one id: "Andrea Kimi Antonelli" is kimi-antonelli.

An id is the slug of the name a driver races under. What differs from that is listed
here; a driver nobody has heard of yet simply gets the slug of his name.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["driver_id_from_name", "driver_id_from_short", "driver_slug"]

# Source: driver ids of f1db 2010-2025 against the names Jolpica, OpenF1 and FastF1 give.
_BY_NAME = {
    "alex-albon": "alexander-albon",
    "alex-dunne": "alexander-dunne",
    "alfonso-celis": "alfonso-celis-jr",
    "andrea-kimi-antonelli": "kimi-antonelli",
    "carlos-sainz": "carlos-sainz-jr",
    "dani-juncadella": "daniel-juncadella",
    "ollie-bearman": "oliver-bearman",
    "pato-o-ward": "patricio-oward",
    "pato-oward": "patricio-oward",
    "qing-hua-ma": "ma-qinghua",
    "qinghua-ma": "ma-qinghua",
    "robert-schwartzman": "robert-shwartzman",
    "zhou-guanyu": "guanyu-zhou",
}

# Ergast's ids are family names until two drivers share one. Source: Ergast drivers 2010-2025.
_BY_SHORT = {
    "aitken": "jack-aitken",
    "albon": "alexander-albon",
    "alguersuari": "jaime-alguersuari",
    "alonso": "fernando-alonso",
    "ambrosio": "jerome-dambrosio",
    "antonelli": "kimi-antonelli",
    "barrichello": "rubens-barrichello",
    "bearman": "oliver-bearman",
    "bianchi": "jules-bianchi",
    "bortoleto": "gabriel-bortoleto",
    "bottas": "valtteri-bottas",
    "buemi": "sebastien-buemi",
    "button": "jenson-button",
    "chandhok": "karun-chandhok",
    "chilton": "max-chilton",
    "colapinto": "franco-colapinto",
    "de_vries": "nyck-de-vries",
    "doohan": "jack-doohan",
    "ericsson": "marcus-ericsson",
    "garde": "giedo-van-der-garde",
    "gasly": "pierre-gasly",
    "giovinazzi": "antonio-giovinazzi",
    "glock": "timo-glock",
    "grassi": "lucas-di-grassi",
    "grosjean": "romain-grosjean",
    "gutierrez": "esteban-gutierrez",
    "hadjar": "isack-hadjar",
    "hamilton": "lewis-hamilton",
    "haryanto": "rio-haryanto",
    "heidfeld": "nick-heidfeld",
    "hulkenberg": "nico-hulkenberg",
    "karthikeyan": "narain-karthikeyan",
    "klien": "christian-klien",
    "kobayashi": "kamui-kobayashi",
    "kovalainen": "heikki-kovalainen",
    "kubica": "robert-kubica",
    "kvyat": "daniil-kvyat",
    "latifi": "nicholas-latifi",
    "lawson": "liam-lawson",
    "leclerc": "charles-leclerc",
    "lindblad": "arvid-lindblad",
    "liuzzi": "vitantonio-liuzzi",
    "lotterer": "andre-lotterer",
    "maldonado": "pastor-maldonado",
    "massa": "felipe-massa",
    "mazepin": "nikita-mazepin",
    "merhi": "roberto-merhi",
    "nasr": "felipe-nasr",
    "norris": "lando-norris",
    "ocon": "esteban-ocon",
    "perez": "sergio-perez",
    "petrov": "vitaly-petrov",
    "piastri": "oscar-piastri",
    "pic": "charles-pic",
    "raikkonen": "kimi-raikkonen",
    "resta": "paul-di-resta",
    "ricciardo": "daniel-ricciardo",
    "rosa": "pedro-de-la-rosa",
    "rosberg": "nico-rosberg",
    "rossi": "alexander-rossi",
    "russell": "george-russell",
    "sainz": "carlos-sainz-jr",
    "sargeant": "logan-sargeant",
    "sirotkin": "sergey-sirotkin",
    "stevens": "will-stevens",
    "stroll": "lance-stroll",
    "sutil": "adrian-sutil",
    "trulli": "jarno-trulli",
    "tsunoda": "yuki-tsunoda",
    "vandoorne": "stoffel-vandoorne",
    "vergne": "jean-eric-vergne",
    "vettel": "sebastian-vettel",
    "webber": "mark-webber",
    "wehrlein": "pascal-wehrlein",
    "yamamoto": "sakon-yamamoto",
    "zhou": "guanyu-zhou",
}

# Letters that do not decompose into a base letter and an accent.
_APOSTROPHES = re.compile("['’‘`]")
_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d"})


def driver_id_from_name(name: str) -> str:
    """Give the driver id of a full name in any case, with or without accents.

    Parameters
    ----------
    name : str
        "Max Verstappen", "Max VERSTAPPEN", "ZHOU Guanyu".

    Returns
    -------
    str
        Never empty: a name without Latin letters keeps its own.
    """
    slug = driver_slug(name)
    return _BY_NAME.get(slug, slug)


def driver_id_from_short(short: str, name: str | None = None) -> str:
    """Give the driver id of an Ergast driverId, such as ``norris`` or ``max_verstappen``.

    Parameters
    ----------
    short : str
    name : str, optional
        The full name beside it; it settles ids that are not in the table.
    """
    known = _BY_SHORT.get(short)
    if known is not None:
        return known
    return driver_id_from_name(name if name is not None else short.replace("_", " "))


def driver_slug(name: str) -> str:
    """Give lower-case words joined by hyphens: "Sergio Pérez" is "sergio-perez"."""
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name.translate(_LETTERS)))
    ascii_text = decomposed.encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")
    return slug or re.sub(r"[\W_]+", "-", name.casefold()).strip("-") or "unnamed"
