"""Rows of OpenF1's drivers: which of the names in a row is the driver's."""

from __future__ import annotations

from predictor.formats.fields import Row
from predictor.formats.identities import driver_id_from_name, driver_slug
from predictor.formats.openf1.results import driver_by_number
from predictor.records import DriverRef, EntryRecord

__all__ = ["entry_of"]


def entry_of(row: Row) -> EntryRecord:
    """Give the driver and team of a row, with a doubt where its names contradict each other.

    The full name has been a supporting series' driver's while first and last name were
    right. Where the two have no word in common, the name on the screen decides, else the
    acronym; if that agrees with neither, the full name stands.
    """
    full = row.text("full_name")
    parts = " ".join(
        word for key in ("first_name", "last_name") if (word := row.text(key)) is not None
    )
    number = driver_by_number(row).number
    name, code, doubt = full or parts or None, row.code("name_acronym"), None
    if full is not None and parts and not _words(full) & _words(parts):
        both = _words(full) | _words(parts)
        begins = {word for word in both if code is not None and word.startswith(code.lower())}
        screen = row.text("broadcast_name")
        shown = begins if screen is None else _words(screen)
        if shown & _words(parts) and not shown & _words(full):
            name, code = parts, None  # the acronym comes with the full name
        doubt = f"car {number}: full name {full!r}, but first and last name {parts!r}; used: {name}"
    driver = DriverRef(
        driver_id=None if name is None else driver_id_from_name(name),
        code=code,
        number=number,
        name=name.title() if name is not None and name.isupper() else name,
    )
    return EntryRecord(driver, row.text("team_name"), doubt=doubt)


def _words(name: str) -> set[str]:
    return {word for word in driver_slug(name).split("-") if len(word) > 1}
