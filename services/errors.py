"""Errors of the house, and the exit codes of what is no error of the product's own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from predictor.errors import F1Error, Recovery, UsageError

__all__ = [
    "EXIT_INTERRUPTED",
    "EXIT_NOT_PRINTED",
    "EXIT_NO_MEMORY",
    "EXIT_SOFTWARE",
    "AddressNotFree",
    "AlreadyRunning",
    "ArchiveDamaged",
    "ArchiveMissing",
    "ArchiveOfAnotherVersion",
    "ArchiveUnusable",
    "CarriedError",
    "ModelUnusable",
    "NotPromoted",
    "NotTheSameAnswer",
    "OutOfMemory",
    "OutputNotWritable",
    "RunCancelled",
    "SomebodysFile",
    "StoredResultMismatch",
    "WorkerLost",
    "naming_memory",
    "out_of_memory",
]

EXIT_SOFTWARE = 70
EXIT_NO_MEMORY = 71  # EX_OSERR: the system gave no more
EXIT_NOT_PRINTED = 74
EXIT_INTERRUPTED = 130  # 128 + SIGINT


class OutputNotWritable(F1Error):  # noqa: N818 - read aloud, as NoUsableInput
    """The output folder cannot be written."""

    exit_code = 73  # EX_CANTCREAT


class SomebodysFile(UsageError, OutputNotWritable):  # noqa: N818
    """What lies where something is to be written is not the product's."""


class AlreadyRunning(F1Error):  # noqa: N818
    """Another instance holds the output folder."""

    exit_code = 75  # EX_TEMPFAIL


class AddressNotFree(F1Error):  # noqa: N818
    """Another process listens where the server is to."""

    exit_code = 75  # EX_TEMPFAIL


class StoredResultMismatch(F1Error):  # noqa: N818
    """A stage that was run again gave another value than the one used so far."""


class RunCancelled(F1Error):  # noqa: N818
    """A run was stopped between two stages; what had finished is stored."""

    recovery = Recovery.STOPPED


class WorkerLost(F1Error):  # noqa: N818
    """The process at work is gone: by itself, killed, or because it broke a limit."""


class NotTheSameAnswer(F1Error):  # noqa: N818
    """A full rebuild without stored results gave another document than the incremental run."""


class OutOfMemory(F1Error):  # noqa: N818
    """The system gave a run no more memory."""

    exit_code = EXIT_NO_MEMORY


class ModelUnusable(F1Error):  # noqa: N818
    """A trained model, or the registry of them, is missing or damaged."""

    exit_code = 65  # EX_DATAERR


class NotPromoted(F1Error):  # noqa: N818
    """A candidate has not shown that it is better."""

    exit_code = 1


class ArchiveUnusable(F1Error):  # noqa: N818
    """The archive of forecasts cannot be used as it is; documents stand without it."""

    exit_code = 65  # EX_DATAERR


class ArchiveMissing(ArchiveUnusable):
    """There is no archive at the place that was named."""

    exit_code = 66  # EX_NOINPUT


class ArchiveDamaged(ArchiveUnusable):
    """What lies at the place of the archive is none, or is broken."""


class ArchiveOfAnotherVersion(ArchiveUnusable):
    """The archive's tables are those of another version of the program."""


class CarriedError(F1Error):
    """An error of another process, or of another class than the product's, as it is told here.

    Parameters
    ----------
    kind : str
        Of the error itself: what was raised.
    recovery : Recovery
        Of the error itself.
    """

    def __init__(
        self,
        what: str,
        *,
        kind: str,
        recovery: Recovery = Recovery.RETRY,
        where: str = "",
        got: str = "",
        expected: str = "",
        do: str = "",
    ) -> None:
        super().__init__(what, where=where, got=got, expected=expected, do=do)
        self.kind = kind
        self.recovery = recovery


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
