"""The scan sees what is there, once, and nothing that is not a session file."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from benchmarks.scan import copy_sessions, plain_digests
from predictor.errors import DropError, NoUsableInput, UsageError
from services.intake.scan import scan
from services.settings.limits import ScanLimits

LIMITS = ScanLimits(max_file_bytes=1000, max_total_bytes=5000)
POSIX = pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")


def write(folder, name, text="{}"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def paths(found):
    return [file.path for file in found.files]


def reasons(found):
    return dict(found.rejected)


def test_scan__reads_json_and_csv_at_any_depth_ordered_by_path(tmp_path):
    for name in ("b.json", "07-imola/race.json", "07-imola/laps.CSV", "a/b/c/d.json", "x.txt"):
        write(tmp_path, name, name)
    found = scan(tmp_path, LIMITS)
    assert paths(found) == ["07-imola/laps.CSV", "07-imola/race.json", "a/b/c/d.json", "b.json"]
    assert found.rejected == ()
    last = found.files[-1]
    assert last.data == b"b.json"
    assert last.digest == "sha256:" + hashlib.sha256(b"b.json").hexdigest()


@pytest.mark.parametrize(
    "name",
    [
        ".race.json",
        ".cache/race.json",
        "race.json.part",
        "race.json~",
        "race.json.swp",
        "r.tmp",
        "upload.part/race.json",
    ],
)
def test_scan__hidden_and_temporary_files_are_passed_over(tmp_path, name):
    write(tmp_path, "kept.json")
    write(tmp_path, name)
    found = scan(tmp_path, LIMITS)
    assert paths(found) == ["kept.json"]
    assert found.rejected == ()


def test_scan__data_in_a_form_that_is_not_read_is_named_and_never_opened(tmp_path, monkeypatch):
    for name in ("race.json", "race.json.gz", "a/data.zip", "grid.xlsx", "README.md", ".x.zip"):
        write(tmp_path, name)
    (tmp_path / "folder.zip").mkdir()
    opened = []
    open_file = os.open
    monkeypatch.setattr(
        os, "open", lambda path, *rest: opened.append(path) or open_file(path, *rest)
    )
    found = scan(tmp_path, LIMITS)
    assert paths(found) == ["race.json", "race.json.gz"]
    assert found.not_read == ("a/data.zip", "grid.xlsx")
    assert found.rejected == ()
    assert [Path(path).name for path in opened] == ["race.json", "race.json.gz"]


def test_scan__a_folder_called_like_a_file_is_a_folder(tmp_path):
    write(tmp_path, "x.json/race.json")
    assert paths(scan(tmp_path, LIMITS)) == ["x.json/race.json"]


def test_scan__season_documents_are_passed_over(tmp_path):
    write(tmp_path, "race.json")
    text = '{"schema_version": "1.0.0", "metadata": {}, "predictions": {}}'
    write(tmp_path, "old/season.json", text)
    write(tmp_path, "with bom.json", "\ufeff" + text)
    write(tmp_path, "half.json", text[:-1])
    write(tmp_path, "session.json", '{"results": ["schema_version", "metadata", "predictions"]}')
    found = scan(tmp_path, LIMITS)
    assert paths(found) == ["half.json", "race.json", "session.json"]
    assert found.documents == ("old/season.json", "with bom.json")
    assert found.rejected == ()


@POSIX
def test_scan__links_are_not_followed(tmp_path):
    outside = write(tmp_path, "outside/secret.json")
    inside = tmp_path / "inside"
    write(inside, "race.json")
    (inside / "link.json").symlink_to(outside)
    (inside / "folder").symlink_to(outside.parent)
    (inside / "loop").symlink_to(inside)
    (inside / "dangling.json").symlink_to("nowhere")
    (inside / "zero.json").symlink_to("/dev/zero")
    found = scan(inside, LIMITS)
    assert paths(found) == ["race.json"]
    assert sorted(reasons(found)) == ["dangling.json", "folder", "link.json", "loop", "zero.json"]


@POSIX
def test_scan__the_folder_itself_may_be_a_link(tmp_path):
    write(tmp_path, "real/race.json")
    (tmp_path / "link").symlink_to("real")
    assert paths(scan(tmp_path / "link", LIMITS)) == ["race.json"]


@POSIX
def test_scan__a_pipe_or_socket_is_rejected_without_waiting(tmp_path, monkeypatch):
    write(tmp_path, "race.json")
    os.mkfifo(tmp_path / "pipe.json")
    monkeypatch.chdir(tmp_path)  # socket addresses must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.json")
        scanned = []
        thread = threading.Thread(target=lambda: scanned.append(scan(tmp_path, LIMITS)))
        thread.daemon = True  # opening a pipe without a writer would hang for ever
        thread.start()
        thread.join(timeout=600)
    assert scanned, "the scan waits for a pipe's writer"
    found = scanned[0]
    assert paths(found) == ["race.json"]
    assert "regular" in reasons(found)["pipe.json"]
    assert "socket.json" in reasons(found)


def test_scan__a_large_file_is_rejected_before_it_is_read(tmp_path):
    write(tmp_path, "race.json")
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(10 * 2**30)  # sparse: reading it would take 10 GB of memory
    found = scan(tmp_path, LIMITS)
    assert paths(found) == ["race.json"]
    assert "10,737,418,240 bytes" in reasons(found)["huge.json"]


def test_scan__the_files_of_a_folder_together_are_bounded(tmp_path):
    for number in range(8):
        write(tmp_path, f"{number}.json", "x" * 900)
    found = scan(tmp_path, LIMITS)
    assert len(found.files) == 5
    assert sorted(reasons(found)) == ["5.json", "6.json", "7.json"]


@POSIX
def test_scan__a_name_that_is_not_utf8_is_rejected_in_printable_words(tmp_path):
    write(tmp_path, "race.json")
    with open(os.fsencode(tmp_path) + b"/bad\xff.json", "wb"):  # noqa: PTH123 - a bytes path
        pass
    found = scan(tmp_path, LIMITS)
    assert paths(found) == ["race.json"]
    assert list(reasons(found)) == ["bad\\udcff.json"]
    reasons(found)["bad\\udcff.json"].encode()


@pytest.mark.parametrize("change", ["grows", "same size"])
def test_scan__a_file_that_changes_during_the_read_is_rejected(tmp_path, change):
    path = write(tmp_path, "race.json", "a" * 900)

    def interfere(frame, event, function):
        """Write to the file when the scan has just read it."""
        if event == "c_return" and getattr(function, "__name__", "") == "read":
            if change == "grows":
                path.write_text("a" * 901)
            else:
                path.write_text("b" * 900)
                os.utime(path, ns=(1, 1))

    sys.setprofile(interfere)
    try:
        found = scan(tmp_path, LIMITS)
    finally:
        sys.setprofile(None)
    assert found.files == ()
    assert "changed while" in reasons(found)["race.json"]


def test_scan__skips_the_products_own_output(tmp_path):
    write(tmp_path, "race.json")
    own = write(tmp_path, "season_2025.json")
    assert paths(scan(tmp_path, LIMITS, skip=[own])) == ["race.json"]


def test_scan__looks_only_below_the_names_it_is_given(tmp_path):
    for year in ("2023", "2024", "2025"):
        write(tmp_path, f"{year}/race.json")
    found = scan(tmp_path, LIMITS, only=["2023", "2025"], skip=[tmp_path / "2025"])
    assert paths(found) == ["2023/race.json"]


def test_scan__a_missing_folder_and_a_file_are_usage_errors(tmp_path):
    with pytest.raises(UsageError, match="no such folder"):
        scan(tmp_path / "nothing", LIMITS)
    with pytest.raises(UsageError) as caught:
        scan(write(tmp_path, "race.json"), LIMITS)
    assert caught.value.got == "a file"


def test_scan__an_empty_folder_is_no_usable_input(tmp_path):
    write(tmp_path, "readme.txt")
    with pytest.raises(NoUsableInput, match="no session files"):
        scan(tmp_path, LIMITS)


def test_scan__a_folder_of_workbooks_alone_says_which(tmp_path):
    write(tmp_path, "race.xlsx")
    with pytest.raises(NoUsableInput, match="no session files") as caught:
        scan(tmp_path, LIMITS)
    assert caught.value.got == "race.xlsx"


UNREADABLE = """
import os, sys
from pathlib import Path
from predictor.errors import NoUsableInput
from services.intake.scan import scan
from services.settings.limits import ScanLimits
folder = Path(sys.argv[1])
if os.getuid() == 0:
    os.setuid(65534)  # permissions do not bite for root
found = scan(folder, ScanLimits())
print([file.path for file in found.files], sorted(found.rejected))
(folder / "closed").exists()
try:
    scan(folder / "closed", ScanLimits())
except NoUsableInput as error:
    print(error.what)
"""


@POSIX
def test_scan__what_may_not_be_read_is_rejected_and_the_rest_goes_on(tmp_path):
    write(tmp_path, "race.json")
    write(tmp_path, "secret.json").chmod(0)
    write(tmp_path, "closed/race.json").parent.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder != Path(folder.anchor) and "pytest" in str(folder):
            folder.chmod(0o755)
    try:
        done = subprocess.run(
            [sys.executable, "-c", UNREADABLE, str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        (tmp_path / "closed").chmod(0o755)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("['race.json']")
    assert "closed" in first
    assert "secret.json" in first
    assert second == "folder cannot be read"


def test_scan__a_burst_of_ten_thousand_files_is_read_whole(tmp_path):
    copy_sessions(tmp_path, 10_000)
    found = scan(tmp_path, ScanLimits())
    plain = plain_digests(tmp_path)
    assert found.rejected == ()
    assert found.digests() == {
        os.path.relpath(path, tmp_path): f"sha256:{value}" for path, value in plain.items()
    }


@pytest.mark.parametrize("seconds", [0, 4_070_908_800], ids=["1970", "2099"])
def test_scan__a_files_time_does_not_matter(tmp_path, seconds):
    path = write(tmp_path, "race.json", "lap")
    before = scan(tmp_path, LIMITS).digests()
    os.utime(path, (seconds, seconds))
    assert scan(tmp_path, LIMITS).digests() == before
    path.write_text("pal")
    os.utime(path, (seconds, seconds))
    assert scan(tmp_path, LIMITS).digests() != before


@POSIX
def test_scan__touch_and_chmod_change_no_digest(tmp_path):
    path = write(tmp_path, "race.json", "lap")
    before = scan(tmp_path, LIMITS)
    path.touch()
    path.chmod(0o600)
    assert scan(tmp_path, LIMITS) == before


@POSIX
def test_scan__a_hard_link_is_a_file_like_any_other(tmp_path):
    path = write(tmp_path, "race.json", "lap")
    os.link(path, tmp_path / "same.json")
    first, second = scan(tmp_path, LIMITS).files
    assert first.data == second.data == b"lap"


@POSIX
@pytest.mark.parametrize("name", ["new\nline", 'quo"te', " ", "-rf", "é\u202e", "x" * 200])
def test_scan__odd_names_are_names(tmp_path, name):
    write(tmp_path, f"{name}.json", "lap")
    assert paths(scan(tmp_path, LIMITS)) == [f"{name}.json"]


def test_scan__holds_no_more_bytes_than_its_budget(tmp_path):
    for number in range(5):
        write(tmp_path, f"{number}.json", str(number) * 900)
    limits = ScanLimits(max_file_bytes=1000, max_total_bytes=5000, max_held_bytes=2000)
    found = scan(tmp_path, limits)
    assert [file.held is not None for file in found.files] == [True, True, False, False, False]
    assert [file.data for file in found.files] == [str(n).encode() * 900 for n in range(5)]
    assert found.digests() == scan(tmp_path, LIMITS).digests()


def test_scan__copies_share_the_bytes_that_are_held(tmp_path):
    for number in range(50):
        write(tmp_path, f"{number}.json", "lap" * 300)
    limits = ScanLimits(max_file_bytes=1000, max_total_bytes=10**6, max_held_bytes=1000)
    found = scan(tmp_path, limits)
    assert len({id(file.held) for file in found.files}) == 1
    assert found.files[-1].held == b"lap" * 300


@pytest.mark.parametrize("change", ["edited", "grown", "gone"])
def test_data__bytes_that_are_not_held_are_those_of_the_digest_or_an_error(tmp_path, change):
    path = write(tmp_path, "race.json", "lap")
    (file,) = scan(tmp_path, ScanLimits(max_held_bytes=1)).files
    assert file.data == b"lap"
    if change == "gone":
        path.unlink()
    else:
        path.write_text("pal" if change == "edited" else "laps")
    with pytest.raises(DropError, match="changed after it was scanned") as caught:
        _ = file.data
    assert caught.value.where == "race.json"


HUGE = """
import resource, sys
from pathlib import Path
from services.intake.scan import scan
from services.settings.limits import ScanLimits
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = scan(Path(sys.argv[1]), ScanLimits())
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(grown // 1024, len(found.files), len(found.rejected))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory in KiB")
def test_scan__huge_files_and_many_files_take_little_memory(tmp_path):
    for name, gib in (("two.json", 2), ("ten.json", 10)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(gib * 2**30)
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    for number in range(20):
        (tmp_path / f"{number:02}.csv").write_bytes(bytes(20 * 2**20))  # 400 MiB together
    done = subprocess.run(
        [sys.executable, "-c", HUGE, str(tmp_path)], capture_output=True, text=True, check=True
    )
    grown_mib, n_files, n_rejected = map(int, done.stdout.split())
    assert (n_files, n_rejected) == (20, 3)
    assert grown_mib < 64 + 50  # what may be held, and 50 more
