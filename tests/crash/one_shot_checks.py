"""What must hold when one run met a fault, and after the next one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.crash.io_faults import KILL, KINDS, Fault, each_kind
from tests.crash.one_shot import KILLED, Outcome, Scene, run_with
from tests.crash.traces import check_record, read_record, read_whole, strays, temporaries

__all__ = ["check_faults", "faults_of_each_kind"]

_TOLD = re.compile(r"not kept|could not be|cannot be")
# A name that is not synced to disk, a time stamp and a file left over are no loss.
_NEED_NOT_BE_TOLD = ("fsync", "utime", "remove", "open", "list", "stat")


def faults_of_each_kind(scene: Scene, kind: str) -> list[Fault]:
    """Give a fault at the first and the last call of every operation on every kind of file."""
    scene.restore()
    return each_kind(kind, run_with(scene, Fault(kind, 0)).calls)


def check_faults(scene: Scene, faults: Iterable[Fault]) -> int:
    """Run once with every fault, until one has nothing to hit; give how many hit."""
    n_hits = 0
    for fault in faults:
        scene.restore()
        outcome = run_with(scene, fault)
        if not outcome.calls:
            assert outcome.code == 0
            break
        n_hits += 1
        _check(scene, fault, outcome)
    return n_hits


def _check(scene: Scene, fault: Fault, outcome: Outcome) -> None:
    told = (fault, outcome)
    _check_document(scene, outcome, told)
    _check_code(fault, outcome, told)
    if outcome.code == 0:
        _check_that_it_is_told(scene, fault, outcome)
    if fault.kind != KILL:
        read_record(scene.folder)
    left = strays(scene.folder) if scene.folder.exists() else []
    # Nothing can be removed from a disk that takes no changes; a killed process removes nothing.
    allowed = temporaries(scene.folder) if fault.kind in (KILL, "EROFS") else []
    assert [name for name in left if name not in allowed] == [], told

    again = run_with(scene, None)
    assert again.code == 0, (told, again)
    assert scene.published() == scene.after, told
    read_whole(scene.season.output)
    assert strays(scene.folder) == [], told
    check_record(scene.folder)


def _check_document(scene: Scene, outcome: Outcome, told: object) -> None:
    if scene.season.output.exists():
        read_whole(scene.season.output)
    published = scene.published()
    if outcome.code == 0:
        assert published == scene.after, told
    elif outcome.code == KILLED:
        assert published in (scene.before, scene.after), told
    else:
        assert published == scene.before, told


def _check_code(fault: Fault, outcome: Outcome, told: object) -> None:
    """A run ends well, or because the output cannot be written, or not knowing the last good."""
    if fault.kind == KILL:
        assert outcome.code == KILLED, told
        return
    operation, path = outcome.calls[0]
    assert KINDS[fault.kind][0].count(operation) == 1
    if path == ".lock":
        assert outcome.code in (0, 73), told
        return
    assert not outcome.error.startswith("unforeseen"), told
    if path.startswith(".last-good/") and operation in ("open", "stat"):
        assert outcome.code in (0, 70), told
    elif path == "training_history.jsonl" or _is_spared(fault, path):
        assert outcome.code == 0, told
    else:
        assert outcome.code in (0, 73), told


def _is_spared(fault: Fault, path: str) -> bool:
    """Whether the fault passes by, and what it hit can be done without."""
    return not KINDS[fault.kind][1] and path.startswith((".cache", ".last-good", "explanations"))


def _check_that_it_is_told(scene: Scene, fault: Fault, outcome: Outcome) -> None:
    operation, path = outcome.calls[0]
    if operation in _NEED_NOT_BE_TOLD or fault.kind == KILL:
        return
    if path in (".lock", "training.log"):
        return  # the holder's name is a courtesy; a log that refuses is told on stderr
    log = (scene.folder / "training.log").read_text()
    added = log[len(scene.log_before) :]
    assert _TOLD.search(added + " ".join(outcome.notes)), (fault, outcome, added)
