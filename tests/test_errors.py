"""Every class of error says on itself what mends it and with which code a command ends."""

from __future__ import annotations

import pickle

import pytest

from predictor.errors import F1Error, FaultInReading, Recovery
from predictor.learn.training.course import TrainingStopped  # noqa: F401 - it is among those below
from services.errors import CarriedError, SomebodysFile
from services.forecasting.what_if import SourceUnknown  # noqa: F401 - the same
from services.publishing.told_races import ToldDamaged  # noqa: F401 - the same

RETRY, SET_ASIDE, CHANGE, STOPPED = Recovery
EXPECTED = {
    "AddressNotFree": (RETRY, 75),
    "AlreadyRunning": (RETRY, 75),
    "ArchiveDamaged": (RETRY, 65),
    "ArchiveMissing": (RETRY, 66),
    "ArchiveOfAnotherVersion": (RETRY, 65),
    "ArchiveUnusable": (RETRY, 65),
    "CarriedError": (RETRY, 70),
    "CutFileError": (SET_ASIDE, 70),
    "DropError": (SET_ASIDE, 70),
    "F1Error": (RETRY, 70),
    "FaultInReading": (SET_ASIDE, 70),
    "ForecastMovedOn": (RETRY, 75),
    "FormatError": (SET_ASIDE, 70),
    "ModelUnusable": (RETRY, 65),
    "NoUsableInput": (CHANGE, 65),
    "NotPromoted": (RETRY, 1),
    "NotTheSameAnswer": (RETRY, 70),
    "OutOfMemory": (RETRY, 71),
    "OutputNotWritable": (RETRY, 73),
    "PackageMissing": (RETRY, 69),
    "PartialPageError": (SET_ASIDE, 70),
    "RunCancelled": (STOPPED, 70),
    "SomebodysFile": (CHANGE, 2),
    "SourceUnknown": (CHANGE, 65),
    "StoredResultMismatch": (RETRY, 70),
    "ToldDamaged": (RETRY, 65),
    "TrainingStopped": (STOPPED, 70),
    "UsageError": (CHANGE, 2),
    "WorkerLost": (RETRY, 70),
}


def classes(kind=F1Error):
    """Give a class of errors and all below it."""
    return {kind}.union(*map(classes, kind.__subclasses__()))


def test_classes__each_says_its_kind_what_mends_it_and_its_exit_code():
    own = [one for one in classes() if one.__module__.startswith(("predictor.", "services."))]
    assert {one.kind: (one.recovery, one.exit_code) for one in own} == EXPECTED
    assert len(own) == len(EXPECTED)  # no two of one name: a record could not tell them apart


@pytest.mark.parametrize("kind", ["ValueError", "RunCancelled"])
def test_carried_error__is_of_the_kind_that_was_raised(kind):
    error = CarriedError("gone", kind=kind, recovery=STOPPED, do="look")
    assert (error.kind, error.recovery) == (kind, STOPPED)
    assert str(error) == "gone\n  do: look"
    assert (CarriedError.kind, CarriedError.recovery) == ("CarriedError", RETRY)


def test_somebodys_file__is_mended_by_another_option_though_it_is_about_an_output():
    assert SomebodysFile("x", where="p").recovery is CHANGE


def test_f1_error__crosses_to_another_process_whole_whatever_its_class_takes():
    for error in (
        CarriedError("no cars", kind="ValueError", recovery=CHANGE, where="race.json", do="mend"),
        FaultInReading(ValueError("odd")),
        SomebodysFile("not ours", got="a folder", expected="a file"),
    ):
        error.add_note("in stage fold")
        there = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert type(there) is type(error)
        assert (str(there), there.args, vars(there)) == (str(error), error.args, vars(error))
