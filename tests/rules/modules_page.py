"""``docs/modules.md``: every module by its room, in the words of its own docstring."""

from __future__ import annotations

import ast

from tests.rules.sources import ROOT

__all__ = ["PAGE", "modules_page"]

PAGE = ROOT / "docs" / "modules.md"
PACKAGES = ("predictor", "services", "benchmarks")
_HEAD = """# Modules

Every module, by the room it lives in, in the words of its own docstring.
[ARCHITECTURE.md](../ARCHITECTURE.md) says what each room is for and what it may import.
`make docs` writes this page.
"""


def modules_page() -> str:
    """Give the page as it should be."""
    lines = [_HEAD]
    for package in PACKAGES:
        folders = {path.parent for path in (ROOT / package).rglob("*.py")}
        for folder in sorted(folders):
            lines += _room(folder)
    return "\n".join(lines)


def _room(folder) -> list[str]:
    name = folder.relative_to(ROOT).as_posix()
    inits = (first_line(folder / "__init__.py"), "")
    paths = [path for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]
    rows = [f"- `{path.name}`: {first_line(path)}" for path in paths]
    return [f"## `{name}/`", "", *inits, *rows, ""]


def first_line(path) -> str:
    """Give the first line of a module's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


if __name__ == "__main__":
    PAGE.write_text(modules_page(), encoding="utf-8")
