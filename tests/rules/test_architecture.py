"""ARCHITECTURE.md is short, and its table has every room; every room says what may live there."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from tests.rules.sources import ROOT
from tests.rules.test_faults import is_defined

PAGE = ROOT / "ARCHITECTURE.md"
PACKAGES = ("predictor", "services", "benchmarks")
ROOMS = sorted({
    path.parent.relative_to(ROOT).as_posix()
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
})  # fmt: skip
MAX_LINES = 200


def rows():
    """Give the room and the other cells of every row of the table of rooms."""
    section = PAGE.read_text(encoding="utf-8").partition("\n## Rooms\n")[2].partition("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| `"):
            first, *others = (cell.strip() for cell in line.strip("|").split("|"))
            yield first.strip("`").rstrip("/"), others


def test_architecture__is_short():
    assert len(PAGE.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_architecture__the_table_has_every_room_once_and_no_other():
    assert sorted(room for room, _ in rows()) == ROOMS


@pytest.mark.parametrize("package", ["predictor", "services"])
def test_architecture__the_layers_are_those_that_import_linter_holds(package):
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (held,) = (
        one["layers"]
        for one in settings["tool"]["importlinter"]["contracts"]
        if one.get("containers") == [package]
    )
    block = PAGE.read_text(encoding="utf-8").partition(f"\n    {package}:\n")[2]
    shown = re.match(r"(?: {8}.*\n)+", block)
    assert shown
    assert " ".join(shown[0].split()).split(" > ") == held


def test_architecture__tests_of_every_room_are_where_the_table_says():
    for room, (*_, tests) in rows():
        places = re.findall(r"`([^`]+)`", tests)
        assert places, room
        for place in places:
            assert any(ROOT.glob(place)), f"{room}: {place} is not there"


@pytest.mark.parametrize("room", ROOMS)
def test_room__says_what_may_live_there_and_what_it_may_import(room):
    text = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text("utf-8"))) or ""
    sentences = re.findall(r"[^.]+\.(?=\s|$)", text)
    assert len(sentences) >= 2
    assert "import" in text


def test_architecture__every_name_of_the_code_is_there():
    named = re.findall(r"`((?:predictor|services)\.[\w.]+)`", PAGE.read_text(encoding="utf-8"))
    assert len(named) > 20
    assert [name for name in named if not is_defined(name)] == []


def test_architecture__rooms_said_to_be_missing_are_missing():
    """Whoever builds one finds its row here, and makes it a row of the table of rooms."""
    text = PAGE.read_text(encoding="utf-8")
    coming = re.findall(r"not there yet \| a new room `(\w+)` in `(\w+)/`", text)
    assert len(coming) == text.count("not there yet | a new room `")
    assert [place for room, place in coming if f"{place}/{room}" in ROOMS] == []
