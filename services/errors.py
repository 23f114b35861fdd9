"""Errors of the house, and the exit code of every error (sysexits.h where it has one)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from predictor.errors import F1Error, NoUsableInput, PackageMissing, UsageError

__all__ = [
    "EXIT_INTERRUPTED",
    "EXIT_NOT_PRINTED",
    "EXIT_NO_MEMORY",
    "EXIT_SOFTWARE",
    "AlreadyRunning",
    "ModelUnusable",
    "NotPromoted",
    "NotTheSameAnswer",
    "OutOfMemory",
    "OutputNotWritable",
    "RunCancelled",
    "SomebodysFile",
    "StoredResultMismatch",
    "WorkerLost",
    "exit_code",
    "naming_memory",
    "out_of_memory",
]

EXIT_SOFTWARE = 70
EXIT_NO_MEMORY = 71  # EX_OSERR: the system gave no more
EXIT_NOT_PRINTED = 74
EXIT_INTERRUPTED = 130  # 128 + SIGINT


class OutputNotWritable(F1Error):  # noqa: N818 - read aloud, as NoUsableInput
    """The output folder cannot be written; exit code 73."""


class SomebodysFile(UsageError, OutputNotWritable):  # noqa: N818
    """What lies where something is to be written is not the product's; exit code 2."""


class AlreadyRunning(F1Error):  # noqa: N818
    """Another instance holds the output folder; exit code 75."""


class StoredResultMismatch(F1Error):  # noqa: N818
    """A stage that was run again gave another value than the one used so far."""


class RunCancelled(F1Error):  # noqa: N818
    """A run was stopped between two stages; what had finished is stored."""


class WorkerLost(F1Error):  # noqa: N818
    """The process that computed a build is gone, by itself or because it broke a limit."""


class NotTheSameAnswer(F1Error):  # noqa: N818
    """A full rebuild without stored results gave another document than the incremental run."""


class OutOfMemory(F1Error):  # noqa: N818
    """The system gave a run no more memory; exit code 71."""


class ModelUnusable(F1Error):  # noqa: N818
    """A trained model, or the registry of them, is missing or damaged; exit code 65."""


class NotPromoted(F1Error):  # noqa: N818
    """A candidate has not shown that it is better; exit code 1."""


_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (UsageError, 2),
    (NotPromoted, 1),
    (NoUsableInput, 65),
    (ModelUnusable, 65),
    (PackageMissing, 69),  # EX_UNAVAILABLE
    (OutputNotWritable, 73),
    (AlreadyRunning, 75),
    (OutOfMemory, EXIT_NO_MEMORY),
    (KeyboardInterrupt, EXIT_INTERRUPTED),
)


def exit_code(error: BaseException) -> int:
    """Give the exit code that tells a script what went wrong."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return EXIT_SOFTWARE


def out_of_memory(error: MemoryError, n_simulations: int | None = None) -> OutOfMemory:
    """Say that memory did not suffice, and what needs less of it."""
    wanted = "" if n_simulations is None else f" of {n_simulations} simulations"
    return OutOfMemory(
        f"not enough memory for a run{wanted}: lower --num-simulations",
        got=str(error) or "a MemoryError",
        do="give fewer --num-simulations or --jobs, or more memory; the document is as it was",
    )


@contextlib.contextmanager
def naming_memory(n_simulations: int) -> Iterator[None]:
    """Have a run that finds no memory say so by its own error."""
    try:
        yield
    except MemoryError as error:
        raise out_of_memory(error, n_simulations) from error
