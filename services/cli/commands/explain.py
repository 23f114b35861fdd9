"""``explain``: why every stage of a run ran or was reused, for any run in the history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import msgspec
from msgspec import UNSET

from predictor.errors import F1Error, UsageError
from predictor.graph.plan import Decision
from predictor.graph.plan import explain as explain_stage
from predictor.published.run_types import ChangedInput, RunEntry
from services.cli.output_option import folder_and_document
from services.cli.usage import GivenPath
from services.engine.explanations import EXPLANATIONS, read
from services.publishing.history_lines import runs_from_last
from services.publishing.run_record import HISTORY_FILE
from services.settings.terminal import plain, plain_lines

__all__ = ["explain", "find_run", "header"]

_ALONE = 2  # stages of a kind that say the same and still have a line each
_COUNTER = re.compile(r"[0-9]{1,16}")
_RUN_ID = re.compile(r"[0-9a-f]{4,}")


@click.command()
@click.argument("run", default="last")
@click.option(
    "--output",
    type=GivenPath(path_type=Path),
    default=Path("predictions"),
    show_default=True,
    help="Season document whose runs are meant, or its folder for the runs of all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--only-run", is_flag=True, help="Leave out the stages that were reused.")
@click.option(
    "--all", "each", is_flag=True, help="A line for every stage, also where many say the same."
)
def explain(*, run: str, output: Path, as_json: bool, only_run: bool, each: bool) -> None:
    """Say why every stage of RUN ran or was reused.

    RUN is a run's counter, its id or the beginning of it, or "last". Stages of one kind that
    say the same share a line, unless --all is given.
    """
    folder, document = folder_and_document(output)
    entry = find_run(_history(folder, document), run)
    stages, note = _stages(folder, entry)
    if only_run:
        stages = {name: one for name, one in stages.items() if one.runs}
    if as_json:
        click.echo(_as_json(entry, stages, note))
        return
    click.echo("\n".join(map(plain, header(entry))))
    if stages:
        click.echo()
    for line in _each(stages) if each else _grouped(stages):
        click.echo(plain(line))
    if note:
        click.echo(f"\n{plain_lines(note)}")


def find_run(entries: Iterator[RunEntry], run: str) -> RunEntry:
    """Give the one run that is meant.

    Parameters
    ----------
    entries : iterator of RunEntry
        The last run first.
    run : str
        "last", a counter, or at least four digits of a run id.

    Raises
    ------
    UsageError
        If there is no such run, naming those that there are, or more than one.
    """
    last = next(entries, None)
    if last is None:
        raise _no_run(run, "a record with a run in it", "forecast first")
    if run == "last":
        return last
    lowest = highest = last.counter
    numbered: list[RunEntry] = []
    named: list[RunEntry] = []
    entry: RunEntry | None = last
    while entry is not None:
        lowest, highest = min(lowest, entry.counter), max(highest, entry.counter)
        if _COUNTER.fullmatch(run) and entry.counter == int(run):
            numbered.append(entry)
        if _RUN_ID.fullmatch(run) and (entry.run_id or "").startswith(run):
            named.append(entry)
        entry = next(entries, None)
    found = numbered or named
    if not found:
        known = f"runs {lowest} to {highest}, a run id (four digits or more), or last"
        raise _no_run(run, known, "name one of these")
    if len(found) > 1:
        ids = ", ".join(one.run_id or "?" for one in found[:5])
        raise _no_run(run, f"one run, not {len(found)}: {ids}", "name it by its whole id")
    return found[0]


def header(entry: RunEntry) -> list[str]:
    """Give the lines that say which run this was."""
    counter, run_id = entry.counter, entry.run_id or "?"
    rows = [
        ("started", f"{_known(entry.started)}, took {_known(entry.duration_s)} s"),
        ("document", entry.output or "none named"),
        ("trigger", _known(entry.trigger)),
        ("stages", f"{_known(entry.stages_run)} run, {_known(entry.stages_reused)} reused"),
    ]
    for place, words in enumerate(_inputs(entry.changed_inputs or ())):
        rows.append(("" if place else "inputs", words))
    if entry.error:
        rows.append(("error", entry.error))
    lines = [f"{name:<10}{words}".rstrip() for name, words in rows]
    return [f"run {counter} ({run_id}): {_known(entry.outcome)}", *lines]


def _known(value: object) -> str:
    """Give what an entry says; one of an earlier version may not say it."""
    return "?" if value is UNSET else str(value)


def _inputs(changed: Sequence[ChangedInput]) -> list[str]:
    if not changed:
        return ["none changed"]
    lines = []
    for one in changed:
        if one.more is not UNSET:
            lines.append(f"and {one.more} more")
        elif one.old is None:
            lines.append(f"{one.file} is new")
        elif one.new is None:
            lines.append(f"{one.file} is gone")
        else:
            lines.append(f"{one.file} changed")
    return lines


def _history(folder: Path, document: str | None) -> Iterator[RunEntry]:
    path = folder / HISTORY_FILE
    try:
        for entry in runs_from_last(path):
            # A run that failed early does not know its document's name yet.
            if document is None or (entry.output or "") in (document, ""):
                yield entry
    except OSError as error:
        raise UsageError(
            "no history of runs can be read",
            where=str(path),
            got=error.strerror or str(error),
            expected="the history that every forecast adds a line to",
            do="forecast first, or name the season document with --output",
        ) from error


def _stages(folder: Path, entry: RunEntry) -> tuple[Mapping[str, Decision], str]:
    """Give what became of every stage; or nothing, and why."""
    name = entry.explanation
    if not name:
        return {}, "No explanation was kept for this run."
    try:
        return read(folder / EXPLANATIONS, name), ""
    except F1Error as error:
        return {}, str(error)


def _each(stages: Mapping[str, Decision]) -> Iterator[str]:
    yield from (explain_stage(name, decision) for name, decision in stages.items())


def _grouped(stages: Mapping[str, Decision]) -> Iterator[str]:
    """Give a line for those of a kind that say the same; first what ran."""
    groups: dict[tuple[bool, str, str], list[str]] = {}
    for name, decision in stages.items():
        kind = name.partition("/")[0]
        words = explain_stage(name, decision).removeprefix(f"{name}: ")
        groups.setdefault((not decision.runs, kind, words), []).append(name)
    for (_, kind, words), names in sorted(groups.items(), key=lambda group: group[0][0]):
        if len(names) <= _ALONE:
            yield from (f"{name}: {words}" for name in names)
        else:
            yield f"{kind} ({len(names)} stages): {words}"


def _as_json(entry: RunEntry, stages: Mapping[str, Decision], note: str) -> str:
    shown = {
        name: {"runs": one.runs, "reasons": [str(reason) for reason in one.reasons]}
        for name, one in stages.items()
    }
    return msgspec.json.encode({"run": entry, "stages": shown, "note": note or None}).decode()


def _no_run(run: str, expected: str, do: str) -> UsageError:
    return UsageError("no such run", where="RUN", got=repr(run), expected=expected, do=do)
