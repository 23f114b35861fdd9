"""What a user reads agrees with what there is."""

from __future__ import annotations

import re

import click
import pytest

from services.cli.commands.merge_shards import merge_shards
from services.cli.commands.simulate import simulate
from services.cli.main import commands, forecast
from tests.rules.sources import ROOT, shipped_files

COMMANDS = (forecast, simulate, merge_shards)
OPTIONS = sorted({
    name
    for command in COMMANDS
    for option in command.params
    if isinstance(option, click.Option)
    for name in option.opts
})  # fmt: skip
REQUIREMENTS = (ROOT / "requirements_incremental.txt").read_text(encoding="utf-8").splitlines()
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".yml", ".cfg", ""}
# Spelt in two parts, so that this file does not find itself.
FOLDERS = ("ro" + "ot/", "ho" + "me/[a-z]", "wo" + "rk/", "t" + "mp/[a-z]")
MACHINE_PATH = re.compile("|".join(f"(?<![\\w.$}}])/{name}" for name in FOLDERS))


@pytest.mark.parametrize("option", OPTIONS)
def test_readme__names_every_option(option):
    assert f"`{option}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(commands.commands))
def test_readme_or_contributing__name_every_command(command):
    pages = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")]
    assert any(f"python -m services {command}" in page for page in pages)


def test_commands__every_one_says_what_it_does():
    for command in commands.commands.values():
        assert command.help
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, option.name


def test_requirements__every_one_is_pinned_exactly_and_once():
    names = []
    for line in REQUIREMENTS:
        need = line.partition("#")[0].strip()
        if need:
            match = re.fullmatch(r"([A-Za-z0-9_.-]+)==\d[\w.]*(; sys_platform .*)?", need)
            assert match, f"not pinned: {line}"
            names.append(match[1].lower())
    assert len(names) == len(set(names))


def test_requirements__groups_that_the_makefile_takes_exist():
    taken = re.findall(r"\$\(call group,(\w+)\)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    groups = [line.split()[2].rstrip(":") for line in REQUIREMENTS if line.startswith("# --- ")]
    assert taken
    assert set(taken) <= set(groups)


def test_files__no_path_of_one_machine_is_shipped():
    found = []
    for path in shipped_files():
        if path.suffix not in TEXT or "race-data" in path.parts:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            if MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_files__nothing_shipped_is_large():
    large = [path for path in shipped_files() if path.stat().st_size > 2 * 2**20]
    assert large == []
