"""Errors that say what, where, got against expected, and what to do."""

from __future__ import annotations

import traceback
from enum import StrEnum
from typing import Any

from predictor.notes import Note, NoteKind

__all__ = [
    "CutFileError",
    "DropError",
    "F1Error",
    "FaultInReading",
    "FormatError",
    "NoUsableInput",
    "PackageMissing",
    "PartialPageError",
    "Recovery",
    "UsageError",
]


class Recovery(StrEnum):
    """What mends an error, and so what a process that goes on does about it."""

    RETRY = "retry"  # time may mend it: a disk, memory, another process; try again, later each time
    SET_ASIDE = "set aside"  # one file cannot be used; go on without it until it changes
    CHANGE = "change"  # other files or other options alone mend it; wait for those
    STOPPED = "stopped"  # nothing is wrong: somebody asked for the end


class F1Error(Exception):
    """Base of every error this product raises on purpose.

    What is decided on an error is decided on its class, never on its words.

    Attributes
    ----------
    kind : str
        What it is, for records and for another process: the name of its class.
    recovery : Recovery
    exit_code : int
        Of a command that ends with it, as in sysexits.h where that has one.

    Parameters
    ----------
    what : str
        The problem in the reader's words.
    where : str
        File, and place in it, or the option.
    got, expected : str
        What was found, and what would have been right.
    do : str
        The next step for the reader.
    """

    kind: str = "F1Error"
    recovery: Recovery = Recovery.RETRY
    exit_code: int = 70  # EX_SOFTWARE

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.kind = cls.__name__

    def __init__(
        self, what: str, *, where: str = "", got: str = "", expected: str = "", do: str = ""
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where.strip()  # a place in a file that has no name yet begins with a blank
        self.got = got
        self.expected = expected
        self.do = do

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross to another process whole; a class may take other arguments than its message."""
        return _made_again, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.got and self.expected:
            lines.append(f"  got {self.got}, expected {self.expected}")
        elif self.got:
            lines.append(f"  got {self.got}")
        elif self.expected:
            lines.append(f"  expected {self.expected}")
        if self.do:
            lines.append(f"  do: {self.do}")
        return "\n".join(lines)

    def one_line(self) -> str:
        """Give the same on one line, for logs and for `metadata.rejected`."""
        parts = [self.what]
        if self.where:
            parts.append(f"at {self.where}")
        if self.got:
            parts.append(f"got {self.got}")
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.do:
            parts.append(self.do)
        return "; ".join(parts)


def _made_again(kind: type[F1Error], args: tuple[Any, ...], parts: dict[str, Any]) -> F1Error:
    """Return an error as it was in another process."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(parts)
    return error


class DropError(F1Error):
    """One dropped file cannot be used; it is set aside and everything else goes on.

    Attributes
    ----------
    is_cut : bool
        Whether more of the file would help.
    parts : tuple of (str, str)
        What it holds all the same, as kind and text, for other files to complete.
    """

    recovery = Recovery.SET_ASIDE
    is_cut = False
    parts: tuple[tuple[str, str], ...] = ()

    def note(self) -> Note:
        """Return what is said of the file, or of the part of it that is not used."""
        return Note(NoteKind.CUT if self.is_cut else NoteKind.UNUSABLE, self.one_line())


class FormatError(DropError):
    """A file is not what its provider's format promises."""


class CutFileError(FormatError):
    """A file ends before it is whole, or leaves rows out."""

    is_cut = True


class PartialPageError(DropError):
    """A page holds only part of a session, so the session must not be scored from it."""

    is_cut = True


class FaultInReading(DropError):  # noqa: N818 - it reads as what is wrong
    """A file made this product raise what it should not; the fault is ours, the file is set aside.

    Parameters
    ----------
    error : Exception
        What was raised.
    """

    def __init__(self, error: Exception) -> None:
        # Not the line: results hold this, and a comment that moves it is to change no result.
        frames = traceback.extract_tb(error.__traceback__)
        place = f" in {frames[-1].name}" if frames else ""
        super().__init__(
            "the file cannot be read, through a fault of this product",
            got=f"{type(error).__name__}: {error}"[:200] + place,
            do="report it with the file; everything else goes on without it",
        )


class UsageError(F1Error):
    """The user asked for something that cannot be."""

    recovery = Recovery.CHANGE
    exit_code = 2


class PackageMissing(F1Error):  # noqa: N818 - it reads as what is wrong
    """What was asked for needs a package that is not installed."""

    exit_code = 69  # EX_UNAVAILABLE


class NoUsableInput(F1Error):  # noqa: N818 - it reads as what is wrong
    """A folder holds nothing to forecast from."""

    recovery = Recovery.CHANGE
    exit_code = 65  # EX_DATAERR
