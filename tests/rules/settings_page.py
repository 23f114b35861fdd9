"""``docs/settings.md``: every limit with its default, in the words of ``config/settings.toml``."""

from __future__ import annotations

import inspect
import re

import msgspec

from services.settings.limits import Limits
from tests.rules.sources import ROOT

__all__ = ["PAGE", "SOURCE", "meanings", "settings_page"]

PAGE = ROOT / "docs" / "settings.md"
SOURCE = ROOT / "config" / "settings.toml"
_HEAD = """# Settings

Limits and times of the house stand in `config/settings.toml`. Every line may be left out; the
default counts then. `--settings FILE` of a forecast or of the daemon names another file, and SIGHUP
has the daemon read its file again. Nothing here changes a forecast, so nothing here enters a key of
a stored result. A name or a value that is not known is refused with exit code 2. The ending of a
name is its unit: `_s` seconds, `_bytes` bytes.

Constants of the *model* are another matter: `config/model.toml`, `config/circuits/` and
`config/pit_crews.toml` change forecasts, and only those that depend on them are made again
([how to fit circuits](how-to/fit-circuits.md)).

`make docs` writes this page.
"""
_TABLE = re.compile(r"\[(\w+)\]\s*(?:#\s*(.*))?")
_LINE = re.compile(r"(\w+) = ([^#]*?)\s*(?:#\s*(.*))?")


def meanings() -> dict[tuple[str, str], str]:
    """Give (table, name) -> what the comment behind the line says."""
    found, table = {}, ""
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        if head := _TABLE.fullmatch(line):
            table = head[1]
        elif given := _LINE.fullmatch(line):
            found[table, given[1]] = given[3] or ""
    return found


def settings_page() -> str:
    """Return the page as it should be."""
    said = meanings()
    parts = [_HEAD]
    for table in msgspec.structs.fields(Limits):
        parts.append(f"\n## `[{table.name}]`\n\n{inspect.getdoc(table.type)}\n")
        parts.append("\n| name | default | meaning |\n|---|---|---|\n")
        parts += [
            f"| `{one.name}` | {_shown(one.default)} | {said[table.name, one.name]} |\n"
            for one in msgspec.structs.fields(table.type)
        ]
    return "".join(parts)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`{list(value)}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    return f"`{value:_g}`" if isinstance(value, float) and value < 1 else f"`{int(value):_}`"
