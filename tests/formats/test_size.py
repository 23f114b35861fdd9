"""A hostile file of thirty megabytes is refused for little: it is weighed before it is read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from predictor.errors import FormatError
from predictor.formats.size import JSON_MARKS, refuse_heavy, table_marks
from tests.rules.sources import ROOT

MIB = 2**20
N_BYTES = 32 * MIB - 100

# A process of its own each: what a process once had is in its peak for ever.
REFUSE = """
import sys, time
from predictor.errors import DropError
from predictor.formats import parse_file
begin, part, end, n_bytes = (word.encode().decode("unicode_escape") for word in sys.argv[1:5])
n_bytes = int(n_bytes)
data = begin.encode() + part.encode() * (n_bytes // len(part.encode())) + end.encode()
def memory(name):
    line = next(line for line in open("/proc/self/status") if line.startswith(name))
    return int(line.split()[1]) * 1024
before = memory("VmRSS:")
start = time.process_time()
try:
    parse_file("race.json", data)
except DropError as error:
    words = error.one_line()
seconds = time.process_time() - start
# Not ru_maxrss, which a child takes over from the process that started it.
print(memory("VmHWM:") - before, seconds, len(words))
"""
SHAPES = {
    "objects": ("[", "{},", "{}]", N_BYTES),
    "objects of one": ("[", '{"a":1},', "{}]", N_BYTES),
    "lists": ("[", "[],", "[]]", N_BYTES),
    "numbers": ("[", "0,", "0]", N_BYTES),
    "texts": ("[", '"ab",', '"ab"]', N_BYTES),
    "a line each": ("", '{"a":1}\\n', "", N_BYTES),
    "a provider's": ('{"MRData":{"RaceTable":{"Races":[', '{"x":[]},', "{}]}}}", N_BYTES),
    "nested": ("[", "[" * 38 + "]" * 38 + ",", "[]]", N_BYTES),
    "endless nesting": ("", "[", "", N_BYTES),
    "one text": ('{"session":"', "x", '"}', N_BYTES),
    "one wide text": ('{"session":"\\U0001f3ce', "x", '"}', N_BYTES),
    "one number": ('{"session":1.', "1", "}", N_BYTES),
    "a table": ("Time,Driver,DriverNumber,LapTime,LapNumber\\n", ",,,,\\n", "", N_BYTES),
    "a wide table": (
        "Driver,LapTime,LapNumber\\n\\U0001f3ce", "abcdefghijklmno,1,1\\n", "", N_BYTES,
    ),
    # As much as is let in.
    "just not too many objects": ("[", "{},", "{}]", 780_000 * 3),
    "just not too many rows": (
        "Time,Driver,DriverNumber,LapTime,LapNumber\\n", "1,A,1,90.5,1\\n", "", 300_000 * 13,
    ),
}  # fmt: skip


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads its own memory in /proc")
@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_parse_file__refuses_a_hostile_file_for_little(shape):
    done = subprocess.run(
        [sys.executable, "-c", REFUSE, *map(str, shape)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    n_bytes, seconds, n_words = map(float, done.stdout.split())
    assert n_bytes < 300 * MIB
    assert seconds < 5
    assert n_words < 1000


def test_refuse_heavy__says_what_there_is_too_much_of():
    with pytest.raises(FormatError, match="far more values") as caught:
        refuse_heavy("[" + "{}," * 2_000_000, "race.json", JSON_MARKS)
    assert "2,000,000 of them '{'" in caught.value.got
    assert caught.value.where == "race.json"


def test_refuse_heavy__lets_the_laps_of_a_season_in():
    """A row of OpenF1's laps has 17 fields and three lists of eight numbers."""
    row = "{" + '"field":1,' * 14 + '"segments":[1,2,3,4,5,6,7,8],' * 3 + "},"
    assert refuse_heavy(row * 1_200 * 24, "laps.json", JSON_MARKS) is None
    assert (
        refuse_heavy(("1:23.456," * 31 + "\n") * 1_200 * 24, "laps.csv", table_marks(",")) is None
    )
