"""How numbers, names and times are said: the one way of every page, picture and share card."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

__all__ = [
    "MINUS",
    "NOTHING",
    "THIN",
    "area",
    "change",
    "count",
    "date_text",
    "day_text",
    "fine_per_cent",
    "is_faint",
    "likely",
    "moment_text",
    "number",
    "one_in",
    "ordinal",
    "ordinal_word",
    "per_cent",
    "place_name",
    "places",
    "points",
    "points_apart",
    "possessive",
    "series",
    "share",
    "short_names",
    "signed_points",
    "spelt",
    "surname",
    "surnames",
    "time_text",
]

THIN = "\N{NARROW NO-BREAK SPACE}"  # between a figure and its sign; never where a line ends
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"  # in a cell of a table: there is no such value

_UP, _DOWN = "\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK DOWN-POINTING TRIANGLE}"
_ALMOST_SURE = 0.995  # from here on, whole per cent would be 100
_RARE = 0.095  # from here on, "1 in 10" says less than per cent
_RAREST = 1000  # fewer than one in so many cannot be told from simulations
# From what chance on which words; over the first is almost sure.
_WORDS = (
    (0.99, "almost sure"),
    (0.80, "very likely"),
    (0.60, "likely"),
    (0.40, "about even"),
    (0.20, "possible"),
    (0.05, "unlikely"),
    (0.01, "very unlikely"),
    (0.0, "a long shot"),
)
_SPELT = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
_ORDINALS = ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]
_ORDINALS += ["ninth", "tenth"]
_PARTICLES = frozenset({"da", "de", "der", "di", "la", "van", "von"})
_GENERATIONS = frozenset({"Jr.", "Sr.", "Jr", "Sr", "II", "III"})


def per_cent(p: float) -> str:
    """Return a forecast chance in whole per cent; what is not certain is never 0 or 100."""
    if p >= _ALMOST_SURE:
        return f">99{THIN}%"
    if p < 0.01:
        return f"<1{THIN}%"
    return f"{_whole(p)}{THIN}%"


def fine_per_cent(p: float) -> str:
    """Return the same with a decimal below 1 %, for tables of titles."""
    if p >= 0.01:
        return per_cent(p)
    if p < 0.001:
        return f"<0.1{THIN}%"
    return "1" + THIN + "%" if p >= 0.0095 else f"{p * 100:.1f}{THIN}%"


def is_faint(p: float) -> bool:
    """Return whether a chance is below 1 %: drawn light, so that long shots do not shout."""
    return p < 0.01


def share(part: float, whole: float) -> str:
    """Return what share of what happened; this may be 0 % and 100 %. Of nothing: a dash."""
    return f"{_half_up(100 * part / whole)}{THIN}%" if whole else NOTHING


def change(difference: float) -> str:
    """Return a change of a chance in percentage points, with sign and triangle.

    Parameters
    ----------
    difference : float
        Now less before, both unrounded: a difference of rounded numbers is often another.
    """
    size = _half_up(abs(difference) * 100)
    if difference == 0.0:
        return "0"
    mark, sign = (_UP, "+") if difference > 0 else (_DOWN, MINUS)
    return f"{mark}{THIN}{sign}{size}" if size else f"{mark}{THIN}<1"


def signed_points(difference: float) -> str:
    """Return a change of a chance in percentage points with one decimal, "+6.1"."""
    size = f"{abs(difference) * 100:.1f}"
    if size == "0.0":
        return size
    return f"{'+' if difference > 0 else MINUS}{size}"


def points_apart(difference: float) -> str:
    """Return how far apart two chances are, as "12 points", "1 point" or "under 1 point"."""
    size = _half_up(abs(difference) * 100)
    return count(size, "point") if size else "under 1 point"


def one_in(p: float) -> str:
    """Return the chance of something rare that came: "1 in 826"; from 9.5 % on per cent."""
    if p >= _RARE:
        return per_cent(p)
    if p * _RAREST < 1.0:
        return f"under 1 in {number(_RAREST)}"
    return f"1 in {number(_half_up(1.0 / p))}"


def likely(p: float) -> str:
    """Return a chance in words, the same everywhere."""
    if p > _WORDS[0][0]:
        return _WORDS[0][1]
    return next(words for least, words in _WORDS[1:] if p >= least)


def number(value: float) -> str:
    """Return a whole number with commas between thousands."""
    return f"{_half_up(value):,}".replace("-", MINUS)


def points(value: float) -> str:
    """Return points of a championship: whole, or with the half that some races pay."""
    return number(value) if float(value).is_integer() else f"{value:,.1f}".replace("-", MINUS)


def places(value: float) -> str:
    """Return an expected place, "3.4"."""
    return f"{value:.1f}"


def count(size: int, one: str, many: str = "") -> str:
    """Return a number with its noun in singular or plural."""
    return f"{number(size)} {one if size == 1 else many or one + 's'}"


def spelt(size: int) -> str:
    """Return a small whole number as a word, a larger one in figures."""
    return _SPELT[size] if 0 <= size < len(_SPELT) else number(size)


def ordinal(place: int) -> str:
    """Return a place as "1st", "2nd", "13th"."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{'th' if place % 100 in (11, 12, 13) else ending}"


def ordinal_word(place: int) -> str:
    """Return a place in running text: "third", "fifth", "13th"."""
    return _ORDINALS[place] if 0 < place < len(_ORDINALS) else ordinal(place)


def series(words: Sequence[str], last: str = "and") -> str:
    """Return words in a row, "Norris, Piastri and Verstappen"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def surname(name: str) -> str:
    """Return what a driver is called by: "de Vries", "Sainz", "Hülkenberg"."""
    parts = [part for part in name.split() if part not in _GENERATIONS] or name.split()
    if not parts:
        return name
    first = len(parts) - 1
    while first > 1 and parts[first - 1].lower() in _PARTICLES:
        first -= 1
    return " ".join(parts[first:])


def possessive(name: str) -> str:
    """Return whose something is: "Norris's", "Piastri's"."""
    return f"{name}\N{RIGHT SINGLE QUOTATION MARK}s"


def surnames(names: Sequence[str]) -> dict[str, str]:
    """Return how each of several drivers is called: two of one surname by their full names."""
    short = {name: surname(name) for name in names}
    called = list(short.values())
    return {name: word if called.count(word) == 1 else name for name, word in short.items()}


def place_name(title: str) -> str:
    """Return an event's name without "Grand Prix", as "Belgian" and "São Paulo"."""
    return title.partition(" (")[0].removesuffix(" Grand Prix")


def area(event_id: str, title: str = "") -> str:
    """Return where an event takes place: "Belgium" of the Belgian Grand Prix, "São Paulo".

    Parameters
    ----------
    event_id : str
        Permanent, a year and a place: "2025-sao-paulo".
    title : str
        The event's name, whose spelling is taken where it is that of the id.
    """
    words = [word for word in event_id.split("-") if word]
    slug = words[1:] if len(words) > 1 and words[0].isdigit() else words
    named = place_name(title)
    if _plain(named) == " ".join(slug):
        return named
    return " ".join(word.capitalize() for word in slug)


def short_names(names: Sequence[str]) -> list[str]:
    """Return three letters for each of several places, no two alike: "Aus" and "Aut".

    A place whose first three are taken gets another third letter of its name; one of whose
    letters all are taken keeps its first three.
    """
    taken: set[str] = set()
    found = []
    for name in names:
        letters = [one for one in name if one.isalnum()]
        choices = ["".join([*letters[:2], one.lower()]) for one in letters[2:]]
        short = next((one for one in choices if one not in taken), "".join(letters[:3]))
        taken.add(short)
        found.append(short)
    return found


def _plain(text: str) -> str:
    """Return small letters without accents."""
    letters = unicodedata.normalize("NFKD", text.lower())
    return "".join(one for one in letters if not unicodedata.combining(one)).replace("-", " ")


def date_text(moment: str | None) -> str:
    """Return the day of a date or an instant as "26 July 2025"; a dash where there is none."""
    if not moment:
        return NOTHING
    day = date.fromisoformat(moment[:10])
    return f"{day.day} {day:%B} {day.year}"


def day_text(moment: str | None) -> str:
    """Return the same with its day of the week and without the year, "Sunday 27 July"."""
    if not moment:
        return NOTHING
    day = date.fromisoformat(moment[:10])
    return f"{day:%A} {day.day} {day:%B}"


def time_text(moment: str) -> str:
    """Return the time of an instant as "13:00 UTC"."""
    return f"{datetime.fromisoformat(moment):%H:%M} UTC"


def moment_text(moment: str) -> str:
    """Return an instant as "26 July 2025, 14:00 UTC"."""
    return f"{date_text(moment)}, {time_text(moment)}"


def _whole(p: float) -> int:
    """Return per cent, rounded half up: 12.5 and 13.5 are not treated unlike."""
    return min(99, max(1, _half_up(p * 100)))


def _half_up(value: float) -> int:
    # The least bit more keeps 0.285 * 100 = 28.499999999999996 at 29.
    return int(value + 0.5 + 1e-9) if value >= 0 else -int(-value + 0.5 + 1e-9)
