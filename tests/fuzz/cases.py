"""One changed folder of files by its number, and what reading it comes to."""

from __future__ import annotations

import random
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from typing import Any

from predictor.errors import DropError
from predictor.formats import link_files, parse_file
from predictor.season.fold import fold
from predictor.season.standings import standings
from tests.fuzz.corpus import Samples, samples
from tests.fuzz.mutations import mutated, mutated_path
from tests.input.judge import faults_of_file, faults_of_season

__all__ = ["Outcome", "attempt", "make_case", "run_chunk"]

LIMIT_S = 2.0  # of CPU time
LIMIT_BYTES = 300 * 2**20  # beyond what the process had
_STUCK_S = 30
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


@dataclass(frozen=True)
class Outcome:
    """What became of a case."""

    fault: str  # empty: none
    seconds: float
    n_bytes: int
    n_used: int  # files that parsed
    n_files: int


class _StuckError(Exception):
    """The case took far too long."""


def make_case(samples: Samples, seed: int, number: int) -> Samples:
    """Give the changed files of a case; the same for the same seed and number."""
    dice = random.Random(f"{seed}/{number}")
    names = sorted(samples)
    contents = [samples[name] for name in names]
    if dice.random() < 0.6:
        chosen = [dice.choice(names)]
    else:  # a folder: some files of one provider beside each other, one or more of them changed
        of_one = dice.choice(names).split("/")[0]
        beside = [name for name in names if name.split("/")[0] == of_one]
        chosen = dice.sample(beside, min(len(beside), dice.randrange(2, 6)))
        if dice.random() < 0.3:
            chosen += [dice.choice(names)]
    case: Samples = {}
    for place, name in enumerate(chosen):
        if place == 0 or dice.random() < 0.4:
            case[mutated_path(name, dice)] = mutated(samples[name], contents, dice)
        else:
            case[name] = samples[name]
    return case


def attempt(case: Samples) -> Outcome:
    """Parse, link and fold the files of a case, below whatever guards a run has."""
    signal.signal(signal.SIGVTALRM, _stuck)
    signal.setitimer(signal.ITIMER_VIRTUAL, _STUCK_S)
    before, start = _peak(), time.process_time()
    fault, n_used = "", 0
    try:
        n_used = _read(case)
    except (Exception, RecursionError) as error:  # noqa: BLE001 - that is what is looked for
        fault = _described(error)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    seconds, n_bytes = time.process_time() - start, _peak() - before
    if not fault and seconds > LIMIT_S:
        fault = f"{seconds:.1f} s"
    if not fault and n_bytes > LIMIT_BYTES:
        fault = f"{n_bytes / 2**20:.0f} MB"
    return Outcome(fault, seconds, n_bytes, n_used, len(case))


def run_chunk(chunk: tuple[int, Any]) -> list[tuple[int, Outcome]]:
    """Run some cases in this process, after one that loads all there is to load."""
    seed, numbers = chunk
    known: Samples = samples()
    attempt(known)  # tables and caches of the modules are not a case's own
    return [(number, attempt(make_case(known, seed, number))) for number in numbers]


def _read(case: Samples) -> int:
    """Read all files as a run does; give how many could be used.

    Raises
    ------
    AssertionError
        If a value came out that cannot be.
    """
    parsed = {}
    for path, data in case.items():
        try:
            parsed[path] = parse_file(path, data)
        except DropError as error:
            _check_words(error.one_line())
    if not parsed:
        return 0
    linked, refused = link_files(parsed)
    for words in refused.values():
        _check_words(str(words))
    for file in linked.values():  # rows that know only keys are judged once they are joined
        _check(faults_of_file(file))
    for state in fold(linked).values():
        _check(faults_of_season(state))
        standings(state)
    return len(linked)


def _check(faults: list[str]) -> None:
    assert faults == [], faults[:3]


def _check_words(words: str) -> None:
    assert words.isprintable(), words[:300]
    assert len(words) < 1000, words[:300]


def _described(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if "/predictor/" in one.filename] or frames
    place = own[-1]
    file = place.filename.rpartition("/predictor/")[2]
    return f"{type(error).__name__}: {str(error)[:200]} at {file}:{place.lineno} {place.name}"


def _stuck(_signal: int, _frame: object) -> None:
    raise _StuckError(f"more than {_STUCK_S} s")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
