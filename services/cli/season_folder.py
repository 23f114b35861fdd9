"""Folders of seasons, as paths or as those that come with the program."""

from __future__ import annotations

import os
from typing import Any

import click

from services.cli.usage import GivenPath
from services.disk.program import shipped_seasons

__all__ = ["SeasonFolder"]


class SeasonFolder(GivenPath):
    """A folder; what is not here may be a shipped one: ``2025``, ``race-data``, ``race-data/2025``.

    In a checkout the last two are here; where the program is installed they are not.
    """

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - as click has it
        """Return the path."""
        given = super().convert(value, param, ctx)
        if not os.path.lexists(value):
            shipped = shipped_seasons(os.fspath(value))
            if shipped is not None and shipped.is_dir():
                return shipped
        return given
