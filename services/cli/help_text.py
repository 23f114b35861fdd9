"""``--help`` in sections, and whole: no sentence is cut, whatever the width of the terminal."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence

import click

__all__ = ["OPTION_SECTIONS", "SectionedCommand", "SectionedGroup"]

# Of a forecast's options, by the names of their parameters; an option of none stands last.
OPTION_SECTIONS: Mapping[str, Sequence[str]] = {
    "What is known": ("train_data", "history", "as_of", "horizon"),
    "What is asked": (
        "n_simulations", "scenarios", "scenario", "driver_weights", "team_weights",
        "use_bayesian", "use_ml_layer", "seed",
    ),
    "What is computed, and where": (
        "incremental", "force_retrain", "only", "verify", "watch_folder", "backend", "jobs",
    ),
    "What comes out": (
        "output", "explain_stages", "verbose", "sim", "laps", "json_path", "plots_path", "shard",
    ),
    "Pages": (
        "serves", "host", "allowed_hosts", "port", "store", "token_file", "public_url",
        "access_log",
    ),
}  # fmt: skip
_OTHERS = "Other options"


class SectionedCommand(click.Command):
    """A command whose options stand in the sections of `OPTION_SECTIONS`."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, a section each kind."""
        section_of = {name: title for title, names in OPTION_SECTIONS.items() for name in names}
        rows: dict[str, list[tuple[str, str]]] = {
            title: [] for title in (*OPTION_SECTIONS, _OTHERS)
        }
        for param in self.get_params(ctx):
            row = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if row is not None:
                rows[section_of.get(param.name or "", _OTHERS)].append(row)
        for title, found in rows.items():
            if found:
                with formatter.section(title):
                    formatter.write_dl(found)


class SectionedGroup(click.Group):
    """A group that shows its commands in sections, each with its whole first sentence.

    Attributes
    ----------
    sections : mapping from str to sequence of str
        Names of commands by title; empty for one section of all.
    """

    sections: Mapping[str, Sequence[str]] = {}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands."""
        shown = self.sections or {"Commands": self.list_commands(ctx)}
        width = max(len(name) for names in shown.values() for name in names)
        for title, names in shown.items():
            with formatter.section(title):
                rows = [(f"{name:<{width}}", self._sentence(ctx, name)) for name in names]
                formatter.write_dl(rows)

    def _sentence(self, ctx: click.Context, name: str) -> str:
        command = self.get_command(ctx, name)
        text = inspect.cleandoc((command.help if command is not None else "") or "")
        return " ".join(text.partition("\n\n")[0].split())
