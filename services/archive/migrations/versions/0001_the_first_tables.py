"""The first tables: runs, forecasts, titles, results, scores, reference models."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["upgrade"]

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    # long because it is a list of tables
    op.create_table(
        "change",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("archive_id", sa.Text(), nullable=False),
        sa.Column(
            "n_changes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("one = 1", name=op.f("ck_change_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_change")),
        sqlite_strict=True,
    )
    op.create_table(
        "event",
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.Text(), nullable=True),
        sa.Column("sprint_starts_at", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("event_no", name=op.f("pk_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_event_event_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_event_season_round", "event", ["season", "round"], unique=False)

    op.create_table(
        "run",
        sa.Column("run_no", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=True),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("known_round", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("n_more", sa.Integer(), nullable=False),
        sa.Column("predictions_sha256", sa.Text(), nullable=False),
        sa.Column("document_sha256", sa.Text(), nullable=False),
        sa.Column("is_backfill", sa.Integer(), nullable=False),
        sa.Column("backfill_of", sa.Text(), nullable=True),
        sa.Column("horizon", sa.Text(), nullable=False),
        sa.Column("n_sims", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weights_used", sa.Integer(), nullable=False),
        sa.Column("ml", sa.Integer(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("config_hash", sa.Text(), nullable=False),
        sa.Column("data_hash", sa.Text(), nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(backfill_of IS NOT NULL) = (is_backfill = 1)", name=op.f("ck_run_backfill")
        ),
        sa.CheckConstraint("is_backfill IN (0, 1)", name=op.f("ck_run_is_backfill")),
        sa.CheckConstraint("ml IN (0, 1)", name=op.f("ck_run_ml")),
        sa.CheckConstraint("weights_used IN (0, 1)", name=op.f("ck_run_weights_used")),
        sa.PrimaryKeyConstraint("run_no", name=op.f("pk_run")),
        sa.UniqueConstraint("backfill_of", "horizon", name=op.f("uq_run_backfill_of_horizon")),
        sa.UniqueConstraint("document_sha256", name=op.f("uq_run_document_sha256")),
        sa.UniqueConstraint("run_id", name=op.f("uq_run_run_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_run_season_run_no", "run", ["season", "run_no"], unique=False)

    op.create_table(
        "subject",
        sa.Column("subject_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('driver', 'team')", name=op.f("ck_subject_kind")),
        sa.PrimaryKeyConstraint("subject_no", name=op.f("pk_subject")),
        sa.UniqueConstraint("kind", "id", name=op.f("uq_subject_kind_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "block",
        sa.Column("block_no", sa.Integer(), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["event_no"], ["event.event_no"], name=op.f("fk_block_event_no")),
        sa.PrimaryKeyConstraint("block_no", name=op.f("pk_block")),
        sa.UniqueConstraint("event_no", "sha256", name=op.f("uq_block_event_no_sha256")),
        sqlite_strict=True,
    )
    op.create_table(
        "forecast_set",
        sa.Column("set_no", sa.Integer(), nullable=False),
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=True),
        sa.Column("horizon", sa.Text(), nullable=True),
        sa.Column("stands_until", sa.Text(), nullable=True),
        sa.Column("sprint_horizon", sa.Text(), nullable=True),
        sa.Column("sprint_stands_until", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_no"], ["event.event_no"], name=op.f("fk_forecast_set_event_no")
        ),
        sa.PrimaryKeyConstraint("set_no", name=op.f("pk_forecast_set")),
        sa.UniqueConstraint("event_no", "sha256", name=op.f("uq_forecast_set_event_no_sha256")),
        sqlite_strict=True,
    )
    op.create_table(
        "reference",
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("horizon", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("driver_no", sa.Integer(), nullable=False),
        sa.Column("p_position", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["driver_no"], ["subject.subject_no"], name=op.f("fk_reference_driver_no")
        ),
        sa.ForeignKeyConstraint(
            ["event_no"], ["event.event_no"], name=op.f("fk_reference_event_no")
        ),
        sa.PrimaryKeyConstraint(
            "event_no", "horizon", "model", "driver_no", name=op.f("pk_reference")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "result",
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.CheckConstraint("session IN ('race', 'sprint')", name=op.f("ck_result_session")),
        sa.ForeignKeyConstraint(["event_no"], ["event.event_no"], name=op.f("fk_result_event_no")),
        sa.PrimaryKeyConstraint("event_no", "session", "revision", name=op.f("pk_result")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "title_odds",
        sa.Column("subject_no", sa.Integer(), nullable=False),
        sa.Column("run_no", sa.Integer(), nullable=False),
        sa.Column("p_title", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("points_now", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("points_mean", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("points_p05", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("points_p50", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("points_p95", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["run_no"], ["run.run_no"], name=op.f("fk_title_odds_run_no")),
        sa.ForeignKeyConstraint(
            ["subject_no"], ["subject.subject_no"], name=op.f("fk_title_odds_subject_no")
        ),
        sa.PrimaryKeyConstraint("subject_no", "run_no", name=op.f("pk_title_odds")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_title_odds_run_no", "title_odds", ["run_no"], unique=False)

    op.create_table(
        "forecast",
        sa.Column("set_no", sa.Integer(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("driver_no", sa.Integer(), nullable=False),
        sa.Column("team_no", sa.Integer(), nullable=True),
        sa.Column("p_win", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("p_podium", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("p_points", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("p_dnf", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column(
            "expected_position", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False
        ),
        sa.Column("expected_points", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("q05", sa.Integer(), nullable=False),
        sa.Column("q95", sa.Integer(), nullable=False),
        sa.Column("p_position", sa.Text(), nullable=False),
        sa.CheckConstraint("session IN ('race', 'sprint')", name=op.f("ck_forecast_session")),
        sa.ForeignKeyConstraint(
            ["driver_no"], ["subject.subject_no"], name=op.f("fk_forecast_driver_no")
        ),
        sa.ForeignKeyConstraint(
            ["set_no"], ["forecast_set.set_no"], name=op.f("fk_forecast_set_no")
        ),
        sa.ForeignKeyConstraint(
            ["team_no"], ["subject.subject_no"], name=op.f("fk_forecast_team_no")
        ),
        sa.PrimaryKeyConstraint(
            "set_no", "session", "scenario", "driver_no", name=op.f("pk_forecast")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "result_row",
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("driver_no", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("grid", sa.Integer(), nullable=True),
        sa.Column("laps", sa.Integer(), nullable=True),
        sa.Column("points", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["driver_no"], ["subject.subject_no"], name=op.f("fk_result_row_driver_no")
        ),
        sa.ForeignKeyConstraint(
            ["event_no", "session", "revision"],
            ["result.event_no", "result.session", "result.revision"],
            name=op.f("fk_result_row_event_no_session_revision"),
        ),
        sa.PrimaryKeyConstraint(
            "event_no", "session", "revision", "place", name=op.f("pk_result_row")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run_event",
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("run_no", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("block_no", sa.Integer(), nullable=False),
        sa.Column("set_no", sa.Integer(), nullable=False),
        sa.Column("is_new", sa.Integer(), nullable=False),
        sa.CheckConstraint("is_new IN (0, 1)", name=op.f("ck_run_event_is_new")),
        sa.ForeignKeyConstraint(
            ["block_no"], ["block.block_no"], name=op.f("fk_run_event_block_no")
        ),
        sa.ForeignKeyConstraint(
            ["event_no"], ["event.event_no"], name=op.f("fk_run_event_event_no")
        ),
        sa.ForeignKeyConstraint(["run_no"], ["run.run_no"], name=op.f("fk_run_event_run_no")),
        sa.ForeignKeyConstraint(
            ["set_no"], ["forecast_set.set_no"], name=op.f("fk_run_event_set_no")
        ),
        sa.PrimaryKeyConstraint("event_no", "run_no", name=op.f("pk_run_event")),
        sa.UniqueConstraint("run_no", "place", name=op.f("uq_run_event_run_no_place")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_run_event_block_no", "run_event", ["block_no"], unique=False)
    op.create_index("ix_run_event_set_no", "run_event", ["set_no"], unique=False)

    op.create_table(
        "score",
        sa.Column("event_no", sa.Integer(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("horizon", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("run_no", sa.Integer(), nullable=True),
        sa.Column("value", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_no", "session", "revision"],
            ["result.event_no", "result.session", "result.revision"],
            name=op.f("fk_score_event_no_session_revision"),
        ),
        sa.ForeignKeyConstraint(["run_no"], ["run.run_no"], name=op.f("fk_score_run_no")),
        sa.PrimaryKeyConstraint(
            "event_no", "session", "horizon", "revision", "model", "metric", name=op.f("pk_score")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_score_run_no", "score", ["run_no"], unique=False)
