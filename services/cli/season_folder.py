"""The folder of a season, as a path or as the year of one that comes with the program."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from services.cli.usage import GivenPath
from services.disk.program import RACE_DATA

__all__ = ["SeasonFolder"]


class SeasonFolder(GivenPath):
    """A folder; a bare year that is no folder here is the shipped season of that year."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - as click has it
        """Return the path."""
        given = super().convert(value, param, ctx)
        name = os.fspath(value)
        is_year = len(name) == 4 and name.isascii() and name.isdigit()
        if is_year and not Path(name).exists() and (RACE_DATA / name).is_dir():
            return RACE_DATA / name
        return given
