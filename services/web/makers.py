"""The one list of those who make pages. Health is last: it tells of those that failed."""

from __future__ import annotations

from services.web.api import maker as api
from services.web.cards import maker as cards
from services.web.maker import Maker
from services.web.pages import (
    about,
    event,
    glossary,
    health,
    how,
    models,
    people,
    race,
    runs,
    season,
    title,
    track_record,
    what_if,
)
from services.web.pages import api as api_page

__all__ = ["MAKERS"]

MAKERS: tuple[Maker, ...] = (
    season.make,
    title.make,
    runs.make,
    event.make,
    race.make,
    people.make,
    cards.make,
    track_record.make,
    models.make,
    what_if.make,
    how.make,
    glossary.make,
    about.make,
    api_page.make,
    api.make_of_documents,
    api.make_of_world,
    health.make,
)
