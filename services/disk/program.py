"""Where the program itself lies: its packages, its constants, and the seasons that come with it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

__all__ = [
    "BASE_GROUP",
    "CONFIG",
    "DISTRIBUTION",
    "GLOSSARY",
    "OLDEST_PYTHON",
    "RACE_DATA",
    "REQUIREMENTS",
    "ROOT",
    "SHIPPED",
    "how_to_install",
    "shipped_seasons",
]

ROOT = Path(__file__).resolve().parents[2]  # what `predictor` and `services` are imported from

OLDEST_PYTHON = (3, 11)

DISTRIBUTION = "f1-season-forecast"  # what pip calls the program
BASE_GROUP = "run"  # of the requirements: without it no forecast can be made

SHIPPED = "shipped"  # folder inside `services` of a wheel


def _shipped() -> Path:
    """Return the folder of what comes with the program and is not code.

    In a checkout that is the checkout; a wheel carries the same files inside `services`, since
    site-packages is no place for folders called ``config`` and ``race-data``.
    """
    inside = resources.files("services") / SHIPPED
    # Without links, as folders are once they are scanned: an environment may be reached by one.
    return Path(str(inside)).resolve() if inside.is_dir() else ROOT


CONFIG = _shipped() / "config"
RACE_DATA = _shipped() / "race-data"
REQUIREMENTS = _shipped() / "requirements_incremental.txt"
GLOSSARY = _shipped() / "docs" / "glossary.md"


def how_to_install(group: str, requirements: Path = REQUIREMENTS) -> str:
    """Return what installs a group of the requirements, where the program lies as it does.

    In a checkout that is the file beside the packages; who installed a wheel has extras.
    """
    if requirements.parent == ROOT:
        return f'pip install -r "{requirements}", or only its group {group}'
    extra = "" if group == BASE_GROUP else f"[{group}]"
    return f'pip install "{DISTRIBUTION}{extra}"'


def shipped_seasons(name: str) -> Path | None:
    """Return the place of a shipped folder that a name may mean, or None.

    Parameters
    ----------
    name : str
        ``2025``, ``race-data`` or ``race-data/2025``.
    """
    if len(name) == 4 and name.isascii() and name.isdigit():
        return RACE_DATA / name
    parts = Path(name).parts
    if parts[:1] == (RACE_DATA.name,) and ".." not in parts:
        return RACE_DATA.joinpath(*parts[1:])
    return None
