"""The tables of the archive; the same in SQLite and in PostgreSQL.

A document is cut into its frame and a block per event, and an event's forecast is a set of rows; a
run refers to blocks and sets. So a run costs rows only for events of which it says something new.
Whatever changes here needs a migration.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

__all__ = [
    "METADATA",
    "REVISION",
    "block",
    "change",
    "event",
    "forecast",
    "forecast_set",
    "reference",
    "result",
    "result_row",
    "run",
    "run_event",
    "score",
    "subject",
    "title_odds",
]

REVISION = "0001"  # of the newest migration, so that nobody has to load them all to know it

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Types that SQLite holds strictly, and that are as wide in PostgreSQL.
_Real: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")
_Number = BigInteger().with_variant(Integer(), "sqlite")
_STRICT: dict[str, Any] = {"sqlite_strict": True}
_BY_KEY: dict[str, Any] = {
    "sqlite_strict": True,
    "sqlite_with_rowid": False,
}  # stored in the key's own order


def _flag(name: str) -> tuple[Column[int], CheckConstraint]:
    """Return a column of 0 and 1."""
    return Column(name, Integer, nullable=False), CheckConstraint(f"{name} IN (0, 1)", name)


# Whose archive it is, and how often it has changed: what a reader compares to see news.
change = Table(
    "change",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("archive_id", Text, nullable=False),
    Column("n_changes", _Number, nullable=False),
    CheckConstraint("one = 1", "one"),
    **_STRICT,
)

subject = Table(
    "subject",
    METADATA,
    Column("subject_no", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("kind", "id"),
    CheckConstraint("kind IN ('driver', 'team')", "kind"),
    **_STRICT,
)

event = Table(
    "event",
    METADATA,
    Column("event_no", Integer, primary_key=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("season", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("date", Text),
    Column("starts_at", Text),  # of the race; null where it is not known
    Column("sprint_starts_at", Text),
    Column("time_zone", Text),
    Index(None, "season", "round"),
    **_STRICT,
)

run = Table(
    "run",
    METADATA,
    Column("run_no", Integer, primary_key=True),
    Column("run_id", Text, nullable=False, unique=True),
    Column("season", Integer, nullable=False),
    Column("published_at", Text, nullable=False),
    Column("as_of", Text),
    Column("trigger", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("known_round", Integer, nullable=False),
    Column("changed", Text, nullable=False),  # JSON list of file names
    Column("n_more", Integer, nullable=False),
    Column("predictions_sha256", Text, nullable=False),
    Column("document_sha256", Text, nullable=False, unique=True),
    *_flag("is_backfill"),
    Column("backfill_of", Text),  # event id, or the year of a look back
    Column("horizon", Text, nullable=False),
    Column("n_sims", Integer, nullable=False),
    Column("seed", _Number, nullable=False),
    *_flag("weights_used"),
    *_flag("ml"),
    Column("code_version", Text, nullable=False),
    Column("config_hash", Text, nullable=False),
    Column("data_hash", Text, nullable=False),
    Column("frame", LargeBinary, nullable=False),  # the document without its events, compressed
    UniqueConstraint("backfill_of", "horizon"),
    Index(None, "season", "run_no"),
    CheckConstraint("(backfill_of IS NOT NULL) = (is_backfill = 1)", "backfill"),
    **_STRICT,
)

block = Table(
    "block",
    METADATA,
    Column("block_no", Integer, primary_key=True),
    Column("event_no", Integer, ForeignKey(event.c.event_no), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # the event's JSON as published, compressed
    UniqueConstraint("event_no", "sha256"),
    **_STRICT,
)

# The rows of one event's forecast; a result or a note makes another block, not another set.
forecast_set = Table(
    "forecast_set",
    METADATA,
    Column("set_no", Integer, primary_key=True),
    Column("event_no", Integer, ForeignKey(event.c.event_no), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("as_of", Text),
    Column("horizon", Text),  # null without a forecast
    Column("stands_until", Text),  # the session that ends the horizon begins
    Column("sprint_horizon", Text),
    Column("sprint_stands_until", Text),
    UniqueConstraint("event_no", "sha256"),
    **_STRICT,
)

run_event = Table(
    "run_event",
    METADATA,
    Column("event_no", Integer, ForeignKey(event.c.event_no), primary_key=True),
    Column("run_no", Integer, ForeignKey(run.c.run_no), primary_key=True),
    Column("place", Integer, nullable=False),  # in the document
    Column("block_no", Integer, ForeignKey(block.c.block_no), nullable=False),
    Column("set_no", Integer, ForeignKey(forecast_set.c.set_no), nullable=False),
    *_flag("is_new"),  # the run before had another forecast of this event, or none
    UniqueConstraint("run_no", "place"),
    Index(None, "block_no"),
    Index(None, "set_no"),
    **_BY_KEY,
)

forecast = Table(
    "forecast",
    METADATA,
    Column("set_no", Integer, ForeignKey(forecast_set.c.set_no), primary_key=True),
    Column("session", Text, primary_key=True),
    Column("scenario", Text, primary_key=True),
    Column("driver_no", Integer, ForeignKey(subject.c.subject_no), primary_key=True),
    Column("team_no", Integer, ForeignKey(subject.c.subject_no)),
    Column("p_win", _Real, nullable=False),
    Column("p_podium", _Real, nullable=False),
    Column("p_points", _Real, nullable=False),
    Column("p_dnf", _Real, nullable=False),
    Column("expected_position", _Real, nullable=False),
    Column("expected_points", _Real, nullable=False),
    Column("q05", Integer, nullable=False),
    Column("q95", Integer, nullable=False),
    Column("p_position", Text, nullable=False),  # JSON list, as published
    CheckConstraint("session IN ('race', 'sprint')", "session"),
    **_BY_KEY,
)

title_odds = Table(
    "title_odds",
    METADATA,
    Column("subject_no", Integer, ForeignKey(subject.c.subject_no), primary_key=True),
    Column("run_no", Integer, ForeignKey(run.c.run_no), primary_key=True),
    Column("p_title", _Real, nullable=False),
    Column("points_now", _Real, nullable=False),
    Column("points_mean", _Real, nullable=False),
    Column("points_p05", _Real, nullable=False),
    Column("points_p50", _Real, nullable=False),
    Column("points_p95", _Real, nullable=False),
    Index(None, "run_no"),
    **_BY_KEY,
)

result = Table(
    "result",
    METADATA,
    Column("event_no", Integer, ForeignKey(event.c.event_no), primary_key=True),
    Column("session", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    CheckConstraint("session IN ('race', 'sprint')", "session"),
    **_BY_KEY,
)

result_row = Table(
    "result_row",
    METADATA,
    Column("event_no", Integer, primary_key=True),
    Column("session", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("driver_no", Integer, ForeignKey(subject.c.subject_no), nullable=False),
    Column("position", Integer),
    Column("status", Text, nullable=False),
    Column("grid", Integer),
    Column("laps", Integer),
    Column("points", _Real, nullable=False),
    ForeignKeyConstraint(
        ["event_no", "session", "revision"],
        [result.c.event_no, result.c.session, result.c.revision],
    ),
    **_BY_KEY,
)

# What reference models said of a race, so that a revised result scores them anew too.
reference = Table(
    "reference",
    METADATA,
    Column("event_no", Integer, ForeignKey(event.c.event_no), primary_key=True),
    Column("horizon", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("driver_no", Integer, ForeignKey(subject.c.subject_no), primary_key=True),
    Column("p_position", Text, nullable=False),  # JSON list
    **_BY_KEY,
)

score = Table(
    "score",
    METADATA,
    Column("event_no", Integer, primary_key=True),
    Column("session", Text, primary_key=True),
    Column("horizon", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("metric", Text, primary_key=True),
    Column("run_no", Integer, ForeignKey(run.c.run_no)),  # null for a reference model
    Column("value", _Real, nullable=False),
    ForeignKeyConstraint(
        ["event_no", "session", "revision"],
        [result.c.event_no, result.c.session, result.c.revision],
    ),
    Index(None, "run_no"),
    **_BY_KEY,
)
