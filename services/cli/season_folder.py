"""Folders of seasons, as paths or as those that come with the program."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from services.cli.usage import GivenPath
from services.disk.program import RACE_DATA

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
            shipped = _shipped(os.fspath(value))
            if shipped is not None and shipped.is_dir():
                return shipped
        return given


def _shipped(name: str) -> Path | None:
    """Return the place of a shipped folder that a name may mean."""
    if len(name) == 4 and name.isascii() and name.isdigit():
        return RACE_DATA / name
    parts = Path(name).parts
    if parts[:1] == (RACE_DATA.name,) and ".." not in parts:
        return RACE_DATA.joinpath(*parts[1:])
    return None
