"""A progress bar on stderr, only where a person is watching."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from services.engine.runner import Progress
from services.settings.terminal import plain

__all__ = ["progress_bar"]


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
