"""What the pages say can be followed: links, paths, commands, options, files of commands."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from services.cli.main import commands, forecast
from tests.rules.sources import ROOT, shipped_files

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in shipped_files()
    if path.suffix == ".md" and "tests" not in path.parts
)
# A decision and a change are records of their day: what they name may have gone since.
LIVING = [page for page in PAGES if page != "CHANGELOG.md" and not re.search(r"decisions/\w", page)]
OWN_PATH = re.compile(
    r"`((?:predictor|services|benchmarks|tests|config|docs|race-data)/[\w./*-]*[\w/*])`"
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
# What a reader of that page has put there himself, as the page says.
READERS_OWN = {"./2025-race-data", "./2026", "./race-data/2025", "./seasons"}
MADE = {"--json", "--output", "--plots", "--predictions", "export"}  # what follows is written


def text_of(page):
    return (ROOT / page).read_text(encoding="utf-8")


def anchors(text):
    """Give the anchors of a page's headings as GitHub makes them."""
    for heading in re.findall(r"(?m)^#+ (.*)$", text):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES)
def test_page__every_link_leads_somewhere(page):
    dead = []
    for link in LINK.findall(text_of(page)):
        target, _, anchor = link.partition("#")
        if link.startswith(("http", "mailto:")):
            continue
        path = (ROOT / page).parent / target if target else ROOT / page
        there = path.exists()
        if there and anchor and path.suffix == ".md":
            there = anchor in anchors(path.read_text(encoding="utf-8"))
        if not there:
            dead.append(link)
    assert dead == []


def test_index__leads_to_every_page():
    listed = {link.partition("#")[0] for link in LINK.findall(text_of("docs/README.md"))}
    pages = {page.removeprefix("docs/") for page in LIVING if page.startswith("docs/")}
    assert pages - listed == {"README.md"}


@pytest.mark.parametrize("page", LIVING)
def test_page__every_path_of_the_product_is_there(page):
    named = OWN_PATH.findall(text_of(page))
    assert [path for path in named if not any(ROOT.glob(path))] == []


@pytest.mark.parametrize("page", LIVING)
def test_page__every_module_that_is_named_is_there(page):
    files = [f"/{path.relative_to(ROOT).as_posix()}" for path in shipped_files()]
    named = re.findall(r"`([\w./-]+\.(?:py|toml))`", text_of(page))
    assert [name for name in named if not any(one.endswith(f"/{name}") for one in files)] == []


def command_lines(page):
    """Give every command line of the indented blocks, put together where it is broken."""
    whole = text_of(page).replace("\\\n", " ")
    for line in whole.splitlines():
        if not line.startswith("    ") or line.lstrip().startswith(("-", "|", "#")):
            continue
        bare = re.split(r" #|   ", line.strip().removeprefix("$ "))[0].strip()
        command = re.sub(r"^(?:\w+=\S+ )+", "", bare)
        if re.match(r"(\.venv/bin/)?python |make |f1-forecast ", command):
            yield command


def command_of(words):
    """Give the click command that a line calls, and the words after it."""
    if any(word.endswith("run_full_season_incremental.py") for word in words):
        return forecast, words[2:]
    if words[0] != "f1-forecast" and words[1:3] != ["-m", "services"]:
        return None, words
    command, rest = commands, words[1:] if words[0] == "f1-forecast" else words[3:]
    while isinstance(command, click.Group) and rest:
        command = command.get_command(click.Context(command), rest[0])
        assert command is not None, f"no such command: {rest[0]}"
        rest = rest[1:]
    return command, rest


COMMANDS = [(page, line) for page in LIVING for line in command_lines(page)]


def test_commands__are_found_at_all():
    assert len(COMMANDS) > 30


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=lambda value: value[:60])
def test_command__has_a_name_and_options_that_there_are(page, line):
    words = shlex.split(line)
    if words[0] == "make":
        targets = re.findall(r"(?m)^([a-z-]+):", text_of("Makefile"))
        assert {word for word in words[1:] if "=" not in word} <= set(targets)
        return
    command, rest = command_of(words)
    if command is None:
        return
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= known | {"--help"}


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=lambda value: value[:60])
def test_command__takes_no_file_that_a_reader_cannot_have(page, line):
    """A path is in the product, made by a command of the page, in capitals, or the reader's own."""
    words = shlex.split(line)
    made = {
        words_of[at + 1]
        for words_of in map(shlex.split, command_lines(page))
        for at, word in enumerate(words_of[:-1])
        if word in MADE
    }
    missing = [
        word
        for word in words[1:]
        if ("/" in word or re.search(r"\.(py|json|csv|toml|parquet)$", word))
        and not word.startswith(("-", "http"))
        and (".." in word or not (ROOT / word).exists())
        and not re.fullmatch(r"[A-Z./]+(\.\w+)?", word)
        and word not in made | READERS_OWN
        and not re.fullmatch(r"\d+/\d+|I/N", word)
        and not word.startswith("predictions/")
    ]
    assert missing == []
