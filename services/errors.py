"""Errors of the house, and the exit code of every error (sysexits.h where it has one)."""

from __future__ import annotations

from predictor.errors import F1Error, NoUsableInput, UsageError

__all__ = [
    "EXIT_INTERRUPTED",
    "EXIT_NOT_PRINTED",
    "EXIT_SOFTWARE",
    "AlreadyRunning",
    "ModelUnusable",
    "NotPromoted",
    "NotTheSameAnswer",
    "OutputNotWritable",
    "RunCancelled",
    "SomebodysFile",
    "StoredResultMismatch",
    "WorkerLost",
    "exit_code",
]

EXIT_SOFTWARE = 70
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


class ModelUnusable(F1Error):  # noqa: N818
    """A trained model, or the registry of them, is missing or damaged; exit code 65."""


class NotPromoted(F1Error):  # noqa: N818
    """A candidate has not shown that it is better; exit code 1."""


_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (UsageError, 2),
    (NotPromoted, 1),
    (NoUsableInput, 65),
    (ModelUnusable, 65),
    (OutputNotWritable, 73),
    (AlreadyRunning, 75),
    (KeyboardInterrupt, EXIT_INTERRUPTED),
)


def exit_code(error: BaseException) -> int:
    """Give the exit code that tells a script what went wrong."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return EXIT_SOFTWARE
