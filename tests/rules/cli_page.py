"""``docs/cli.md``: every command and every option, as the command line itself says them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from services.cli.main import commands
from tests.rules.sources import ROOT

__all__ = ["PAGE", "cli_page", "known_commands"]

PAGE = ROOT / "docs" / "cli.md"
_PROGRAM = "python -m services"
_HEAD = f"""# The command line

`{_PROGRAM} COMMAND --help` prints the same in a terminal; `run_full_season_incremental.py`
is its `forecast`. [Exit codes](exit-codes.md) are the same for all; what stands in a TOML file
instead of an option is in [settings](settings.md). `make docs` writes this page.
"""


def known_commands(
    group: click.Group = commands, name: str = _PROGRAM
) -> Iterator[tuple[str, click.Command]]:
    """Give every command that does something, with the words that call it."""
    context = click.Context(group, info_name=name)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        if isinstance(command, click.Group):
            yield from known_commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


def cli_page() -> str:
    """Return the page as it should be."""
    parts = [_HEAD]
    for name, command in known_commands():
        context = click.Context(command, info_name=name)
        usage = " ".join(command.collect_usage_pieces(context))
        parts.append(f"\n## {name.removeprefix(_PROGRAM).strip()}\n\n    {name} {usage}\n")
        parts.append(f"\n{inspect.cleandoc(command.help or '')}\n")
        rows = [_row(one, context) for one in command.params if isinstance(one, click.Option)]
        if rows:
            parts += ["\n| option | meaning | default |\n|---|---|---|\n", *rows]
    return "".join(parts)


def _row(option: click.Option, context: click.Context) -> str:
    """Return the row of one option; a default that help would not show is not shown here."""
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    extra = option.get_help_extra(context)
    default = "required" if extra.get("required") else extra.get("default", "")
    if option.is_flag and not default:
        default = "off"
    words = " ".join((option.help or "").replace("|", "\\|").split())
    meaning, _, said = words.removesuffix("]").partition(" [default: ")
    shown = default or said
    if shown not in ("", "off", "required") and " " not in shown:
        shown = f"`{shown}`"
    return f"| {names} | {meaning}{_choices(option)} | {shown} |\n"


def _choices(option: click.Option) -> str:
    """Return what may be said, where that is one of a few words."""
    if not isinstance(option.type, click.Choice):
        return ""
    words = (getattr(one, "value", one) for one in option.type.choices)
    return f" One of {', '.join(f'`{word}`' for word in words)}."
