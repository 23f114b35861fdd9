"""Team names over the years: one id per team and year, one lineage across renames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from predictor.season.words import slugify

__all__ = ["Team", "resolve_team"]


@dataclass(frozen=True, slots=True)
class Team:
    """A team in one season."""

    team_id: str  # "racing-bulls"
    name: str  # "Racing Bulls"
    lineage: str  # "toro-rosso"


# Who a lineage raced as, with the first season under each name; a name holds until the next.
# Source: constructors' championship entries 2010-2025 and the 2026 entry list.
_NAMES: dict[str, tuple[tuple[int, str, str], ...]] = {
    "mclaren": ((2010, "mclaren", "McLaren"),),
    "mercedes": ((2009, "brawn", "Brawn"), (2010, "mercedes", "Mercedes")),
    "red-bull": ((2010, "red-bull", "Red Bull"),),
    "ferrari": ((2010, "ferrari", "Ferrari"),),
    "williams": ((2010, "williams", "Williams"),),
    "haas": ((2016, "haas", "Haas"),),
    "cadillac": ((2026, "cadillac", "Cadillac"),),
    "toro-rosso": (
        (2010, "toro-rosso", "Toro Rosso"),
        (2020, "alphatauri", "AlphaTauri"),
        (2024, "rb", "RB"),
        (2025, "racing-bulls", "Racing Bulls"),
    ),
    "sauber": (
        (2010, "sauber", "Sauber"),
        (2019, "alfa-romeo", "Alfa Romeo"),
        (2024, "kick-sauber", "Kick Sauber"),
        (2026, "audi", "Audi"),
    ),
    "force-india": (
        (2010, "force-india", "Force India"),
        (2019, "racing-point", "Racing Point"),
        (2021, "aston-martin", "Aston Martin"),
    ),
    "lotus-f1": (
        (2010, "renault", "Renault"),
        (2012, "lotus-f1", "Lotus"),
        (2016, "renault", "Renault"),
        (2021, "alpine", "Alpine"),
    ),
    "caterham": ((2010, "lotus-racing", "Lotus Racing"), (2012, "caterham", "Caterham")),
    "virgin": (
        (2010, "virgin", "Virgin"),
        (2012, "marussia", "Marussia"),
        (2016, "manor", "Manor"),
    ),
    "hrt": ((2010, "hrt", "HRT"),),
}

# Further spellings of providers and of users, as slugs; sponsors and engines come off first.
_SPELLINGS: dict[str, str] = {
    "rb-f1": "toro-rosso",
    "racing-bulls": "toro-rosso",
    "vcarb": "toro-rosso",
    "alpha-tauri": "toro-rosso",
    "toro-rosso": "toro-rosso",
    "str": "toro-rosso",
    "alfa-romeo-sauber": "sauber",
    "bmw-sauber": "sauber",
    "stake": "sauber",
    "sauber": "sauber",
    "racing-point-force-india": "force-india",
    "lotus-renault-gp": "lotus-f1",
    "team-lotus": "caterham",
    "marussia-virgin": "virgin",
    "manor-marussia": "virgin",
    "mrt": "virgin",
    "aston-martin-red-bull-racing": "red-bull",
    "rbr": "red-bull",
    "hispania": "hrt",
}
# What stands beside a team's own name: the kind of company it is, and who pays.
# Source: entry lists 2010-2026, and how formula1.com and Wikipedia shorten them.
_TRIMMINGS = (
    *("f1", "formula-1", "formula-one", "grand-prix", "gp", "team", "racing", "scuderia"),
    *("sport", "motorsport", "amg", "amg-f1", "aramco", "at-t", "atlassian", "bwt", "cognizant"),
    *("dp-world", "hp", "infiniti", "marlboro", "martini", "mastercard", "mission-winnow"),
    *("moneygram", "oracle", "orlen", "petronas", "randstad", "revolut", "rich-energy", "rokit"),
    *("sahara", "sportpesa", "stake", "tgr", "uralkali", "visa-cash-app", "vodafone"),
)
# Makers of engines behind a team's name, "Red Bull Racing Honda RBPT", and names engines were
# sold under. Source: as above.
_ENGINES = (
    *("audi", "bwt-mercedes", "cosworth", "ferrari", "ford", "honda", "honda-rbpt", "mercedes"),
    *("mercedes-benz", "rbpt", "rbpt-ford", "rbpt-honda", "red-bull-ford", "red-bull-powertrains"),
    *("red-bull-powertrains-ford", "renault", "tag-heuer", "toro-rosso", "toyota"),
)
_LOTUS_RACING_YEARS = (2010, 2011)  # "Lotus" was then the later Caterham, not the Enstone team


@lru_cache(maxsize=4096)
def resolve_team(name: str, season: int) -> Team:
    """Find the team that a file's name stands for in a season.

    Parameters
    ----------
    name : str
        As any provider spells it: "RB F1 Team", "Red Bull Racing Honda RBPT", "kick-sauber".
    season : int

    Returns
    -------
    Team
        A name nobody knows yet is a team, and a lineage, of its own.
    """
    slug = slugify(name)
    lineage = _lineage_of(slug, season)
    if lineage is None:
        return Team(team_id=slug, name=name.strip(), lineage=slug)
    team_id, display = _name_in(lineage, season)
    return Team(team_id=team_id, name=display, lineage=lineage)


def _lineage_of(slug: str, season: int) -> str | None:
    """Give the lineage of a name as it stands, else of the longest known name within it."""
    for spelling in _shortened(slug):
        if spelling == "lotus" and season in _LOTUS_RACING_YEARS:
            return "caterham"
        lineage = _LINEAGE_BY_SLUG.get(spelling) or _SPELLINGS.get(spelling)
        if lineage is not None:
            return lineage
    return None


def _shortened(slug: str) -> Iterator[str]:
    """Give a name, then what is left of it with sponsors at either end and engines at its end off.

    Longer ones come first, so a part that is itself a team's name, as in "McLaren Mercedes",
    never wins over what it stands behind.
    """
    found = {slug}
    while found:
        longest = max(found, key=lambda name: (len(name), name))
        yield longest
        found.remove(longest)
        found |= {longest.removeprefix(f"{part}-") for part in _TRIMMINGS} - {longest}
        found |= {longest.removesuffix(f"-{part}") for part in (*_TRIMMINGS, *_ENGINES)} - {longest}


def _name_in(lineage: str, season: int) -> tuple[str, str]:
    names = _NAMES[lineage]
    _, team_id, display = next((row for row in reversed(names) if row[0] <= season), names[0])
    return team_id, display


_LINEAGE_BY_SLUG: dict[str, str] = {
    slug: lineage
    for lineage, names in _NAMES.items()
    for _, team_id, display in names
    for slug in (team_id, slugify(display))
}
