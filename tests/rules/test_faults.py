"""docs/faults.md names every fault, a guard that exists, and tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import NamedTuple

import pytest

from tests.rules.sources import ROOT

# What the product promises to survive; a fault is struck from here only with the promise.
FAULTS = (
    "code, a template or a style on disk that a running server has not loaded",
    "10,000 files in 100 folders in one burst",
    "folders made and filled in the same millisecond, 300 times",
    "a filled folder moved in",
    "a folder moved out, then written outside",
    "a rename inside the tree",
    "save by rename, as editors do",
    "queue overflow: stopped during 20,000 creates, then continued",
    "the limit of watches",
    "the root renamed, deleted, made again",
    "a dead watcher thread",
    "an edit of the same size with its time put back",
    "times of 1970 and 2099",
    "touch, chmod, white space",
    "own output inside the watched folder",
    "a receiver of notices that is away, hangs or answers with errors",
    "a courier killed while a notice is on its way",
    "a restart while notices wait",
    "a run killed between publishing and telling",
    "a torn notice in the outbox",
    "a writer that takes 60 s, in chunks with pauses",
    "a file rewritten every 2 s for 10 min",
    "truncation at every byte",
    "a table cut between two rows",
    "a file overwritten while it is read",
    "empty, NUL, BOM, UTF-16, invalid UTF-8",
    "a lone surrogate",
    "NaN, Infinity, 1e400",
    "2^64 and 5,000 digits",
    "depth 1,025 and 100,000",
    "sparse files of 2 GB and 10 GB, /dev/zero by a link",
    "dates and times out of 1950 to 2100 (0000-00-00, the year 9999 with an offset)",
    "an event whose race cannot be simulated: 101 laps, 33 cars, one car",
    "duplicate keys",
    "a link out of the tree, a loop, a hard link",
    "FIFO, socket, a folder named x.json",
    "an unreadable file or folder",
    "odd names",
    "driver names of 1 MB or with control characters",
    '"../../x" as an id or a name',
    "two files for one session",
    "a scale of points that a file applies and does not name: half points without scheduled laps",
    "a fastest lap that no file names, or one that was deleted after the race",
    "points that are wrong in a row, zeros, or those before a disqualification",
    "neither facts nor points tell what a race paid",
    "a path that names a place, a country or a circuit, no event",
    "a table whose columns name another event, season or session than its path, or several",
    "a copy, named by a desktop or a person, taken for an event, a round or a sprint",
    "laps of testing in a file called after the circuit",
    "testing after the first race, or of another time of the year, called testing",
    "a race's practice in a folder called testing",
    "lap files in JSON with bare NaN",
    "a file of an event that the season's complete calendar lacks",
    "two events with one date: a slip of the pen, or dates to be confirmed",
    "one result filed under two events",
    "a result with more laps than its race can have",
    "whatever a parser raises because of a file",
    "whatever linking or folding raises because of a file, or of several",
    "thousands of copies of a file",
    "thousands of files of single drivers' laps",
    "a practice whose laps lie in a file to each driver",
    "a status that laps or a place contradict (withdrew after 47 laps)",
    "a status in words that nobody knows, beside a place, a time or all laps",
    "words for nothing, -1, a grid of 0 for everybody, 1.0 for 1, TRUE for True",
    "a grid place beyond the field",
    "two rows of one driver",
    "a column of times in another unit, or in none",
    "lap and race times that cannot be: a best lap of over 5 min, a race time without its hours, "
    "1:11:278",
    "a name of another series on a car number",
    "a driver spelt otherwise than in the entries, by short name, code, slip or last name first",
    "a team called after its engine and sponsors, or one that nobody entered",
    "an event that OpenF1 marks as cancelled",
    "a whole answer of Jolpica in which drivers share a place",
    "a race in a file called qualifying, a sprint called sprint qualifying, results of practice",
    "two revisions of one result, one of them in a folder of old files",
    "10,000 byte-mutated sessions",
    "a hostile file of 32 MB: millions of small values",
    "10,000 changed real files and folders of every format",
    "an error page of 131,000 characters in one line, called .json",
    "a packed file that unpacks to gigabytes, or of thousands of parts",
    "a table whose last line has no end, whole or cut",
    "semicolons, tabs, decimal commas, lines that end as on an old Mac",
    "workbooks, archives and databases among the drops",
    "a usable file that turns bad",
    "an incremental run that gives another document than a full rebuild",
    "a fault planted in a key, the store or the last-good table",
    "code changed that a stage reaches by a late import, a text, or a package on the way",
    "a comment, a docstring, or a module that no stage reaches",
    "what is kept of the code's digests is damaged, or of another Python",
    "an option that reruns more or less than its stages",
    "1 against 4 workers",
    "PYTHONHASHSEED",
    "folders listed in another order",
    "the number of threads",
    "locale, time zone, current folder, umask",
    "kill -9 at each I/O call",
    "kill -9 at 500 random moments",
    "ENOSPC, EIO, EROFS, EMFILE at the n-th call",
    "a full disk while running",
    "a reader looping over 1,000 publishes",
    "an output named where somebody's file, folder, link, pipe or device is",
    "an input, the program or a name of the tool's own named as an output",
    "a link, a pipe or somebody's file where lock, log, status or record should be",
    "a pipe, a device or an endless file named as settings, weights or figures",
    "a second instance",
    "50 changes while it was down",
    "signals in each state",
    "a signal at the very end of a wait",
    "a child that hangs, segfaults or runs out of memory",
    "a worker of a backtest or a training killed, short of memory, or dead in the middle of its "
    "answer",
    "a worker of those whose answer cannot be read",
    "a backtest or a training stopped or killed while its workers are busy",
    "memory over 1,000 builds",
    "standard streams closed, in all combinations (cron, `2>&-`)",
    "a full disk behind stdout or stderr, a reader that leaves",
    "one SIGTERM while kernels compile",
    "compiled kernels empty, cut, changed, unreadable, or something else in their place",
    "no place for compiled kernels",
    "a status that cannot be written",
    "what is kept between runs is whole and cannot be decoded",
    "a reload of weights or settings that fails in whatever way",
    "a stray calendar of a season to come",
    "a file replaced, or a registry committed, while it is read",
    "the end of a file taken for an interrupt",
    "new code on disk that a worker loads and the daemon cannot be started with",
    "no room for another process, or for its pipe",
    "weights, card or manifest of a model truncated, changed or missing",
    "a model's card that lies about its digest",
    "a model registry cut, changed or gone",
    "a change of the model registry killed or refused at each I/O call",
    "two changes of the model registry at once",
    "a path as a name in a model's files or in a backup",
    "training killed and resumed; a truncated checkpoint",
    "a folder of models that cannot be looked at",
    "the disk keeps no examples for a training",
    "a backup by the daemon that fails, or a stop, a kill or a change of models during it",
    "whoever acts upon a publication fails",
    "a candidate that was measured beside a forecast of few simulations, or has seen less than "
    "what serves",
    "another version comes to serve while a candidate is measured",
    "a candidate of the daemon's that cannot be compared",
    "a damaged backup of models",
    "a training of the daemon that fails, hangs, crashes, grows or is killed",
    "the daemon stopped or killed during a training",
    "a drop during a training",
    "a document that says nonsense of its model, or a damaged monitor",
    "a provider that changes a unit, or a column that goes missing",
    "pages asked by a name of another site (DNS rebinding), without a name, or with two",
    "a path that climbs, in any spelling",
    "headers that never end, bodies that never end, readers that take nothing",
    "headers of any size, requests without end on one connection, bytes that are no HTTP",
    "more connections than the system lends open files",
    "a reader of the event stream that takes nothing, leaves, or was away",
    "the output folder not there yet, moved or back under a running server",
    "a season document damaged under a running server",
    "a page that cannot be made",
    "an archive that comes, grows, goes, is damaged or replaced under a running server",
    "pages made anew while nothing has changed",
    "a request while pages are being made, or a folder in which nothing is published",
    "bodies of any size, floods of parameters",
    "10,000 connections, and more streams than there is room for",
    "the server's port is taken",
    "a server of the daemon's that dies, and a daemon that is killed",
    "kill -9 of the archive's writer, at any moment",
    "a kill between publishing and archiving",
    "the archive missing, damaged, cut, of another version, or gone while it is read",
    "a damaged archive while a run is published",
    "somebody's database where the archive should be",
    "a database server that is down, or a password in its URL",
    "two writers of the archive at once",
    "a kept document that is damaged, one in place that was edited, a text that the database "
    "refuses",
    "the packages of the archive are not installed",
    "a forecast that may know of its race, among those to be scored",
    "a backfill that is killed",
    "a later result that changes an earlier forecast of a backfill",
    "an export that breaks off, or over somebody's file",
    "a name that a spreadsheet would compute",
)
WHERE = ("CI", "soak", "CI, soak")


class Line(NamedTuple):
    """One line of the table."""

    fault: str
    guards: list[str]
    tests: list[str]
    where: str


def lines():
    for row in (ROOT / "docs" / "faults.md").read_text(encoding="utf-8").splitlines():
        if not row.startswith("|") or row.startswith(("| fault |", "|---")):
            continue
        fault, guard, tests, where = (cell.strip() for cell in row.strip("|").split("|"))
        yield Line(
            fault, re.findall(r"`([a-z]+[.\w]*)`", guard), re.findall(r"`([^`]+)`", tests), where
        )


LINES = list(lines())


@cache
def tree_of(path):
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def names_in(body):
    """Give the functions, classes and constants that a body defines."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.Assign):
            yield from ((one.id, node) for one in node.targets if isinstance(one, ast.Name))


def is_defined(dotted):
    """Whether a module, or what it defines at its top or in a class there, exists."""
    words = dotted.split(".")
    for n_words in range(len(words), 0, -1):
        path = "/".join(words[:n_words])
        file = f"{path}.py" if (ROOT / f"{path}.py").is_file() else f"{path}/__init__.py"
        if not (ROOT / file).is_file():
            continue
        body = tree_of(file).body
        for word in words[n_words:]:
            node = dict(names_in(body)).get(word)
            if node is None:
                return False
            body = getattr(node, "body", [])
        return True
    return False


def has_test(named):
    file, _, name = named.partition("::")
    return (ROOT / file).is_file() and name in dict(names_in(tree_of(file).body))


@pytest.mark.parametrize("fault", FAULTS)
def test_faults__every_one_has_a_line(fault):
    assert [line.fault for line in LINES].count(fault) == 1


def test_faults__no_line_is_of_another_fault():
    assert [line.fault for line in LINES if line.fault not in FAULTS] == []


def test_faults__every_line_names_a_test_and_where_it_runs():
    assert [line for line in LINES if not line.tests or line.where not in WHERE] == []


def test_faults__every_guard_exists():
    named = [guard for line in LINES for guard in line.guards]
    assert len(named) > len(LINES) / 2
    assert [guard for guard in named if not is_defined(guard)] == []


def test_faults__every_test_exists():
    assert [test for line in LINES for test in line.tests if not has_test(test)] == []


def runs_in(test):
    """Give where a test runs, by its marks and those of its file: in CI, in the soak, in both."""
    file, _, name = test.partition("::")
    defined = dict(names_in(tree_of(file).body))
    whole = [ast.unparse(defined["pytestmark"])] if "pytestmark" in defined else []
    whole += [ast.unparse(one) for one in defined[name].decorator_list]
    if any(re.search(r"(?<!marks=)pytest\.mark\.soak", text) for text in whole):
        return {"soak"}
    has_long_form = any(re.search(r"marks=pytest\.mark\.soak|some_kinds\(", text) for text in whole)
    return {"CI", "soak"} if has_long_form else {"CI"}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.fault[:50])
def test_faults__marked_as_their_tests_are(line):
    assert set(line.where.split(", ")) == set().union(*map(runs_in, line.tests))


def test_is_defined__tells_what_is_not_there():
    assert is_defined("services.intake.scan.scan")
    assert is_defined("services.daemon.watcher.Watcher.check")
    assert not is_defined("services.intake.scan.scans")
    assert not is_defined("services.scanner")
