"""The unit and the Containerfile as plain values, and the commands that they start."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from services.cli.main import commands

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "config" / "deploy"
UNIT = DEPLOY / "f1-season-forecast.service"
SERVE_UNIT = DEPLOY / "f1-season-forecast-serve.service"
INSTALLED = "/opt/f1-season-forecast"  # where both expect the product


def unit_lines(unit: Path = UNIT) -> list[str]:
    """Give a unit's settings, one ``Name=value`` each, in order."""
    lines = (line.strip() for line in unit.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and line[0] not in "#["]


def setting(name: str, unit: Path = UNIT) -> list[str]:
    """Give every value that a unit has for a setting."""
    return [
        value for key, _, value in (line.partition("=") for line in unit_lines(unit)) if key == name
    ]


def seconds(text: str) -> int:
    """Give a time such as ``10min`` in seconds."""
    number, unit = re.fullmatch(r"(\d+)(s|min|h)", text).groups()
    return int(number) * {"s": 1, "min": 60, "h": 3600}[unit]


def instructions(name: str = "Containerfile") -> Iterator[tuple[str, str]]:
    """Give every instruction of a Containerfile as word and text, continued lines joined."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word, rest.strip()


def instruction(word: str, name: str = "Containerfile") -> list[str]:
    """Give the text of every instruction of one kind."""
    return [rest for kind, rest in instructions(name) if kind == word]


def listed(text: str) -> list[str]:
    """Give the words of the JSON list in an instruction such as ENTRYPOINT or HEALTHCHECK."""
    return json.loads(text[text.index("[") :])


def command_named(name: str) -> click.Command | None:
    """Give a command of ``python -m services``, or None."""
    return commands.get_command(click.Context(commands), name)


def services_call(words: list[str]) -> click.Command:
    """Give the command that ``... -m services NAME --option ...`` starts.

    Fails if there is no such command, or if it does not know one of the options.
    """
    name, *rest = words[words.index("services") + 1 :]
    command = command_named(name)
    assert command is not None, f"there is no command {name}"
    known = {option for parameter in command.params for option in parameter.opts}
    given = {word for word in rest if word.startswith("--")}
    assert given <= known, f"{name} has no {sorted(given - known)}"
    return command


def words_of(text: str) -> list[str]:
    """Split a shell line."""
    return shlex.split(text)
