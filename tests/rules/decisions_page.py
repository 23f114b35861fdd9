"""``docs/decisions/README.md``: every decision by its number, as its own file names it."""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.rules.sources import ROOT

__all__ = [
    "FOLDER",
    "PAGE",
    "Decision",
    "decisions",
    "decisions_page",
    "number_new",
    "read_decision",
]

FOLDER = ROOT / "docs" / "decisions"
PAGE = FOLDER / "README.md"
_DATE = re.compile(
    r"Date: (\d{4}-\d{2}-\d{2})\. Status: (accepted(?:, amended by \d{4})?|superseded by \d{4})\."
)
_HEAD = """# Decisions

What was decided, what else there was, and the figures that spoke for it. A decision that no longer
holds stays here and names the one that took its place (superseded); one that changed in part names
the later one and says in a last paragraph what holds now (amended). `make docs` writes this page.

A new one is a file `new-title.md`, to which `make docs` gives the next number: `# Title`, a line
with date and status, then *Context*, *Options* (with the reason why each was rejected), *Decision*,
and *Figures* where there are any, each with the command that prints it. Between fifteen and forty
lines are enough. Decisions 0001 to 0057 were paragraphs of one page before: an option that they
list without the word *rejected* is the plain alternative, and no trial of it was recorded.

| number | date | decision | status |
|---|---|---|---|
"""


class Decision(NamedTuple):
    """One decision as its file says it."""

    number: str
    file_name: str
    title: str
    date: str
    status: str


def read_decision(path) -> Decision:
    """Read the head of a decision's file."""
    title, blank, dated = path.read_text(encoding="utf-8").splitlines()[:3]
    found = _DATE.fullmatch(dated)
    if not title.startswith("# ") or blank or found is None:
        message = f"{path.name}: expected '# Title', an empty line, 'Date: ... Status: ...'"
        raise ValueError(message)
    return Decision(path.name[:4], path.name, title[2:], found[1], found[2])


def decisions() -> list[Decision]:
    """Read every numbered decision, in the order of numbers."""
    return [read_decision(path) for path in sorted(FOLDER.glob("[0-9][0-9][0-9][0-9]-*.md"))]


def number_new() -> None:
    """Give every new decision the next free number."""
    for path in sorted(FOLDER.glob("new-*.md")):
        free = 1 + max((int(one.number) for one in decisions()), default=0)
        path.rename(FOLDER / f"{free:04}-{path.name.removeprefix('new-')}")


def decisions_page() -> str:
    """Return the page as it should be."""
    rows = [
        f"| {one.number} | {one.date} | [{one.title}]({one.file_name}) | {one.status} |\n"
        for one in decisions()
    ]
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    number_new()
