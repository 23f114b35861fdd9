"""The package says of itself what the requirements say, and every package it brings is pinned."""

from __future__ import annotations

import re
import tomllib

from services import __version__
from services.disk.program import (
    CONFIG,
    GLOSSARY,
    OLDEST_PYTHON,
    RACE_DATA,
    REQUIREMENTS,
    SHIPPED,
)
from tests.rules.sources import ROOT

WHOLE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = WHOLE["project"]
LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
CONSTRAINTS = (ROOT / "config" / "constraints.txt").read_text(encoding="utf-8")


def groups():
    """Return the pins of requirements_incremental.txt by group."""
    found = {}
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        heading = re.match(r"# --- (\w+):", line)
        if heading:
            pins = found.setdefault(heading[1], [])
        elif line.strip() and not line.startswith("#"):
            pins.append(line.partition(" #")[0].strip())
    return found


def pinned(text):
    """Return name -> versions of the lines ``name==version``."""
    found = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)(?:\[\w+\])?==([^\s;]+)", text, re.M):
        found.setdefault(name.lower(), set()).add(version)
    return found


def test_extras__are_the_groups_of_the_requirements():
    wanted = groups()
    assert PROJECT["dependencies"] == wanted.pop("run")
    assert PROJECT["optional-dependencies"] == wanted


def test_lock__holds_every_pin_and_what_it_brings():
    locked = {}
    for package in LOCK["package"]:
        locked.setdefault(package["name"], set()).add(package.get("version"))
    asked = pinned("\n".join(pin for pins in groups().values() for pin in pins))
    assert {name: locked[name] for name in asked} == asked
    assert locked["llvmlite"] == pinned(CONSTRAINTS)["llvmlite"]
    ours = locked.keys() - {PROJECT["name"]}
    assert ours - pinned(CONSTRAINTS).keys() == set(), "run `make lock`"
    assert all(pinned(CONSTRAINTS)[name] == locked[name] for name in ours), "run `make lock`"


def test_python__is_the_oldest_that_the_program_asks_for():
    assert PROJECT["requires-python"] == ">=" + ".".join(map(str, OLDEST_PYTHON))


def test_version__is_written_in_one_place():
    assert PROJECT["dynamic"] == ["version"]
    assert "version" not in PROJECT
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{__version__}]" in changes or f"## {__version__}" in changes


def test_wheel__carries_what_the_program_reads_beside_its_code():
    shipped = WHOLE["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for place in (CONFIG, RACE_DATA, REQUIREMENTS, GLOSSARY):
        name = place.relative_to(ROOT).as_posix()
        assert shipped[name] == f"services/{SHIPPED}/{name}"
