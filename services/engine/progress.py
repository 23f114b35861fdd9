"""A progress bar on stderr, only where a person is watching."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence

from services.engine.runner import Progress
from services.settings.terminal import plain

__all__ = ["bar_of_tasks", "progress_bar"]


@contextlib.contextmanager
def progress_bar(*, enabled: bool = True) -> Iterator[Progress | None]:
    """Give a callback for `services.engine.runner.run`, or None where stderr is no terminal.

    The bar appears with the first stage that really runs: a run that reuses everything
    is over before it could be read, and does not pay for importing rich.
    """
    if not (enabled and sys.stderr.isatty()):
        yield None
        return
    with contextlib.ExitStack() as stack:
        show: list[Progress] = []

        def on_progress(settled: int, total: int, node_id: str, ran: bool) -> None:
            if ran and not show:
                show.append(_start(stack))
            if show:
                show[0](settled, total, node_id, ran)

        yield on_progress


@contextlib.contextmanager
def bar_of_tasks(
    names: Sequence[str],
) -> Iterator[Callable[[int, int, int, str], None] | None]:
    """Show tasks side by side as one bar, in per cent of each.

    Gives a callback for `services.execution.executor.Executor.map`, or None where stderr is
    no terminal.
    """
    with progress_bar() as bar:
        if bar is None:
            yield None
            return
        per_cent = [0.0] * len(names)

        def on_progress(index: int, n_done: int, total: int, what: str) -> None:
            per_cent[index] = 100.0 * n_done / total
            bar(round(sum(per_cent)), 100 * len(names), f"{names[index]} {what}", True)

        yield on_progress


def _start(stack: contextlib.ExitStack) -> Progress:
    from rich.console import Console  # noqa: PLC0415 - 50 ms, only for a watching person
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.progress import Progress as Bar  # noqa: PLC0415

    bar = stack.enter_context(
        Bar(
            TextColumn("{task.description}", markup=False),  # stages bear names of files
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
        )
    )
    task = bar.add_task("forecasting")

    def update(settled: int, total: int, node_id: str, ran: bool) -> None:  # noqa: ARG001 - the signature of Progress
        bar.update(task, completed=settled, total=total, description=plain(node_id))

    return update
