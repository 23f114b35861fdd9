"""What a user reads agrees with what there is."""

from __future__ import annotations

import re

import click

from services.cli.main import commands
from tests.rules import cli_page
from tests.rules.sources import ROOT, shipped_files

REQUIREMENTS = (ROOT / "requirements_incremental.txt").read_text(encoding="utf-8").splitlines()
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".yml", ".cfg", ""}
# Spelt in two parts, so that this file does not find itself.
FOLDERS = ("ro" + "ot/", "ho" + "me/[a-z]", "wo" + "rk/", "t" + "mp/[a-z]")
MACHINE_PATH = re.compile("|".join(f"(?<![\\w.$}}])/{name}" for name in FOLDERS))


def test_readme__is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_cli_page__names_every_command_with_every_option():
    text = cli_page.PAGE.read_text(encoding="utf-8")
    for name, command in cli_page.known_commands():
        section = text.partition(f"\n    {name} [")[2].partition("\n## ")[0]
        assert section, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert all(f"`{one}`" in section for one in option.opts), (name, option.opts)


def test_pages__every_target_of_the_makefile_is_in_one():
    targets = re.findall(r"(?m)^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"))
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    assert len(targets) > 15
    assert [one for one in targets if not re.search(rf"make {one}\b", text)] == []


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
            match = re.fullmatch(
                r"([A-Za-z0-9_.-]+)(?:\[[a-z0-9]+\])?==\d[\w.]*(; sys_platform .*)?", need
            )
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
