"""Pages of Jolpica answers: which races in them are whole.

Jolpica cuts its answers after ``limit`` rows, 30 unless asked, and a row is a driver's,
so a page can end in the middle of a race. A race with rows missing is never passed on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from predictor.errors import CutFileError, FormatError, PartialPageError
from predictor.formats.fields import Row, listed
from predictor.notes import Note, NoteKind

__all__ = [
    "Page",
    "RaceRows",
    "WholeRaces",
    "bare_page",
    "join_pages",
    "read_page",
    "whole_races",
]

_ROW_WORD = {
    "Results": "drivers",
    "QualifyingResults": "drivers",
    "SprintResults": "drivers",
    "SprintQualifyingResults": "drivers",
    "PitStops": "pit stops",
    "Laps": "lap times",
}
_RANKED = ("Results", "QualifyingResults", "SprintResults", "SprintQualifyingResults")
_TABLE_KEYS = {"season", "round", "Races", "url"}
_MAX_ROWS = 10**7
_PAGE_SIZES = (30, 100)  # rows: what Jolpica gives unless asked, and the most it gives
_ADDRESS = re.compile(r"/f1/(.*?)(?:\.json)?/?$")
# Season, round and endpoint; whatever else stands in an address is a filter.
_UNFILTERED = re.compile(
    r"(?:(?:\d{4}|current)(?:/(?:\d{1,2}|last|next))?/?)?"
    r"(?:races|results|qualifying|sprint|laps|pitstops)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RaceRows:
    """One race as a page has it, and the rows of it that are there."""

    race: Row
    rows: tuple[Row, ...]

    @property
    def label(self) -> str:
        """The race in words: "2023 round 2 (Saudi Arabian Grand Prix)"."""
        season, number = self.race.values.get("season"), self.race.values.get("round")
        return f"{season} round {number} ({self.race.values.get('raceName', 'unnamed')})"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer, or several joined without a gap."""

    file: str
    kind: str  # "Races" for a calendar, else the key of the race's list, such as "Results"
    offset: int
    limit: int
    total: int
    races: tuple[RaceRows, ...]
    one_race: bool = False  # asked for a single round
    asked: tuple[str | None, str | None] = (None, None)  # season and round that were asked for
    is_bare: bool = False  # a list of races stored without its answer's window

    @property
    def n_rows(self) -> int:
        """How many rows of ``total`` are here."""
        if self.kind == "Races":
            return len(self.races)
        return sum(len(race.rows) for race in self.races)

    @property
    def is_complete(self) -> bool:
        """Whether nothing comes before or after."""
        return self.offset == 0 and self.n_rows >= self.total

    @property
    def label(self) -> str:
        """The page in words: "page 1 of 15"."""
        if self.is_bare:
            return "the list of races"
        size = max(self.limit, 1)
        n_pages = max(math.ceil(self.total / size), 1)
        first, last = self.offset // size + 1, (self.offset + max(self.n_rows, 1) - 1) // size + 1
        if self.n_rows > size:
            return f"pages {first} to {last} of {n_pages}"
        return f"page {first} of {n_pages}"


@dataclass(frozen=True, slots=True)
class WholeRaces:
    """The races of a page that are whole, and what a user should know of the others."""

    races: tuple[RaceRows, ...]
    notes: tuple[Note, ...]


def read_page(answer: Row, table: Row) -> Page:
    """Read one answer's window and races.

    Parameters
    ----------
    answer : Row
        The object under ``MRData``.
    table : Row
        Its ``RaceTable``.

    Raises
    ------
    FormatError
        If the answer is filtered, empty, or mixes kinds of lists.
    PartialPageError
        If rows are missing inside the page itself.
    """
    _refuse_filters(answer, table)
    races = table.children("Races")
    if not races:
        raise FormatError(
            "an answer without a race",
            where=f"{answer.file} {table.pointer}/Races",
            got="no races",
            do="drop it again once the session has been run, or check the address",
        )
    kind = _kind(races)
    page = Page(
        file=answer.file,
        kind=kind,
        offset=answer.need("offset", answer.digits("offset", 0, _MAX_ROWS)),
        limit=answer.need("limit", answer.digits("limit", 1, _MAX_ROWS)),
        total=answer.need("total", answer.digits("total", 0, _MAX_ROWS)),
        races=tuple(RaceRows(race, _rows(race, kind)) for race in races),
        one_race=table.has("round"),
        asked=(table.text("season"), table.text("round")),
    )
    promised = min(page.limit, page.total - page.offset)
    if page.n_rows < promised:
        raise PartialPageError(
            "rows are missing inside the page",
            where=f"{answer.file} {table.pointer}",
            got=f"{page.n_rows} rows",
            expected=f"{promised}, as limit, offset and total promise",
            do="fetch the page again and drop it as it comes",
        )
    return page


def bare_page(races: Sequence[Row], table: Row | None = None) -> Page:
    """Read races that were stored without the answer around them, and so without its window.

    Whether rows come after the last one, nothing says. They are taken to where the list
    is as long as a page and its last race is shorter than the others.

    Parameters
    ----------
    races : sequence of Row
        At least one.
    table : Row, optional
        The ``RaceTable``, if that is there.

    Raises
    ------
    FormatError
        If the table says that a filter was asked for, or the races are of several kinds.
    """
    if table is not None:
        _refuse_filters(table, table)
    kind = _kind(races)
    rows = tuple(RaceRows(race, _rows(race, kind)) for race in races)
    n_rows = len(rows) if kind == "Races" else sum(len(race.rows) for race in rows)
    is_shorter = len(rows) > 1 and len(rows[-1].rows) < max(len(race.rows) for race in rows)
    is_cut = is_shorter and any(n_rows % size == 0 for size in _PAGE_SIZES)
    return Page(races[0].file, kind, 0, max(n_rows, 1), n_rows + is_cut, rows, is_bare=True)


def join_pages(pages: Sequence[Page]) -> list[Page]:
    """Join the pages of one answer that follow each other without a gap."""
    joined: list[Page] = []
    for page in sorted(pages, key=lambda one: (_answer(one), one.offset)):
        last = joined[-1] if joined else None
        follows = (
            last is not None
            and _answer(last) == _answer(page)
            and not page.is_bare
            and last.offset + last.n_rows == page.offset
        )
        if last is None or not follows:
            joined.append(page)
            continue
        joined[-1] = replace(last, races=_join_races(last.races, page.races))
    return joined


def _answer(page: Page) -> tuple[str, int, str, str]:
    """Tell the pages of one answer from those of others: two seasons may have as many rows."""
    season, number = page.asked
    return (page.kind, page.total, season or "", number or "")


def whole_races(page: Page) -> WholeRaces:
    """Give the races of a page from which no row is missing.

    The first race of a later page is whole if it starts with the winner. The last race
    before a further page is whole if it has as many drivers as the largest field of
    the other races on the page; that is an inference, so a note says it.

    Raises
    ------
    PartialPageError
        If no race is whole.
    """
    kept, first_cut = [], None
    notes: list[Note] = []
    for at, race in enumerate(page.races):
        cut = _cut(page, at)
        if cut is None:
            kept.append(race)
            if _ends_at_the_edge(page, at):
                text = (
                    f"{race.label} ends with {page.label}; taken as whole, because it has "
                    f"{len(race.rows)} {_ROW_WORD[page.kind]} like the others"
                )
                notes.append(Note(NoteKind.PAGE_TAKEN_AS_WHOLE, text))
            continue
        first_cut = first_cut or (race, cut)
        text = f"{race.label} left out: {page.label} has only {cut}; {_help(page, race)}"
        notes.append(Note(NoteKind.CUT, text))
    if kept or first_cut is None:
        return WholeRaces(tuple(kept), tuple(notes))
    race, cut = first_cut
    raise PartialPageError(
        f"{page.label} holds only part of the session",
        where=page.file,
        got=f"{cut} of {race.label}",
        expected="the whole session",
        do=_help(page, race),
    )


def _cut(page: Page, at: int) -> str | None:
    """Say how much of a race is there where some is missing; None where it is whole."""
    rows = page.races[at].rows
    word = _ROW_WORD[page.kind]
    starts_before = at == 0 and page.offset > 0
    more_follows = page.offset + page.n_rows < page.total
    goes_on = at == len(page.races) - 1 and more_follows
    if page.kind not in _RANKED:
        if not (starts_before or goes_on):
            return None
        total = f" of {page.total}" if page.one_race else ""
        return f"{len(rows)}{total} {word}"
    places = _places(page.races[at])
    expected = _expected(page, at, places[-1])
    cut = f"{len(rows)} of {expected} {word}" if expected else f"{len(rows)} {word}"
    hole = _first_hole(places)
    if hole is not None:  # starts in the middle, or a filter took places out
        is_full = expected is not None and len(rows) >= expected
        return f"{len(rows)} {word}, none of them in place {hole}," if is_full else cut
    if goes_on and (expected is None or len(rows) < expected):
        return cut
    return None


def _expected(page: Page, at: int, last_place: int) -> int | None:
    """Give how many drivers a race should have, where the page shows it."""
    if page.one_race:
        return page.total
    # Only the last race can lack its last places, so the others show the field's size.
    others = [
        max(_places(race)[-1], len(race.rows))  # a shared last place is less than the rows
        for other, race in enumerate(page.races)
        if other != at
    ]
    fullest = max(others, default=0)
    return max(fullest, last_place) if fullest or last_place > len(page.races[at].rows) else None


def _places(race: RaceRows) -> list[int]:
    """Give the places of a race's rows in order; [0] for none."""
    places = [row.need("position", row.digits("position", 1, 99)) for row in race.rows]
    return sorted(places) or [0]


def _first_hole(places: Sequence[int]) -> int | None:
    """Give the first place that is missing from sorted places; None where all are accounted for.

    Drivers may share a place, as the nineteenth in Mexico 2017: the next one then goes on from
    it (18, 19, 19, 20), or from the number of drivers ahead (18, 18, 20), or the shared place
    is the last of those it stands for (17, 19, 19). Which of several drivers shares it wrongly
    is not a question of pages.
    """
    before = 0
    for n_ahead, place in enumerate(places):
        is_next = place in (before + 1, n_ahead + 1) or (n_ahead > 0 and place == before)
        if not is_next and place != n_ahead + places.count(place):
            return before + 1
        before = place
    return None


def _ends_at_the_edge(page: Page, at: int) -> bool:
    is_last = at == len(page.races) - 1
    return is_last and page.kind in _RANKED and page.offset + page.n_rows < page.total


def _help(page: Page, race: RaceRows) -> str:
    endpoint = {
        "Results": "results",
        "QualifyingResults": "qualifying",
        "SprintResults": "sprint",
        "PitStops": "pitstops",
        "Laps": "laps",
    }.get(page.kind, "results")
    season, number = race.race.values.get("season"), race.race.values.get("round")
    if page.kind in _RANKED:
        return f"fetch .../f1/{season}/{number}/{endpoint}.json, or all pages as one JSON list"
    return f"fetch all pages of .../f1/{season}/{number}/{endpoint}.json, as one JSON list"


def _kind(races: Sequence[Row]) -> str:
    kinds = {key for race in races for key in _ROW_WORD if key in race.values}
    if not kinds:
        return "Races"
    if len(kinds) > 1:
        raise FormatError(
            "an answer of several kinds at once",
            where=races[0].file,
            got=", ".join(sorted(kinds)),
            expected="one of them",
        )
    return kinds.pop()


def _rows(race: Row, kind: str) -> tuple[Row, ...]:
    if kind == "Races":
        return ()
    rows = race.children(kind)
    if kind != "Laps":
        return tuple(rows)
    return tuple(
        Row({**timing.values, "lap": lap.values.get("number")}, timing.file, timing.pointer)
        for lap in rows
        for timing in lap.children("Timings")
    )


def _join_races(before: Sequence[RaceRows], after: Sequence[RaceRows]) -> tuple[RaceRows, ...]:
    """Join two runs of races; the last of the first may go on in the second."""
    last, first = before[-1], after[0]
    if last.label != first.label:
        return (*before, *after)
    return (*before[:-1], RaceRows(last.race, last.rows + first.rows), *after[1:])


def _refuse_filters(answer: Row, table: Row) -> None:
    """Refuse answers that leave rows out on purpose, such as ``/status/1/results``."""
    filters = sorted(key for key in table.values if key not in _TABLE_KEYS)
    address = _ADDRESS.search((answer.text("url") or "").split("?")[0])
    if address is not None and not _UNFILTERED.fullmatch(address[1]):
        filters.append(address[1])
    if filters:
        raise CutFileError(
            "a filtered answer; it leaves drivers or laps out",
            where=f"{answer.file} {table.pointer}",
            got=listed(filters),
            expected="a whole session",
            do="fetch it without the filter, for example .../f1/2025/5/results.json",
        )
