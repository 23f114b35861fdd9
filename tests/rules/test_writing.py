"""Few modules may write: what decides whose a file is stands in one place."""

from __future__ import annotations

import re

import pytest

from tests.rules.sources import ROOT, trees

# Every other module asks `services.disk.targets` or writes below a folder of the tool's own.
OPENERS = {
    "services/disk/atomic_write.py": "the one way to write anew",
    "services/disk/regular_file.py": "opens regular files alone",
    "services/disk/whole_file.py": "reads session files",
    "services/cli/standard_streams.py": "opens the null device",
    "services/daemon/child_start.py": "tells the system about its own process",
}
REPLACERS = {
    "services/web/api/clients/__main__.py": "clients, in the folder that is named",
    "services/web/demo/record.py": "the recording that comes with the program",
    "services/web/demo/replay.py": "session files, in a temporary folder of its own",
    "services/disk/targets.py": "what a user names, and the document",
    "services/disk/sealed_file.py": "the tool's own folders",
    "services/settings/kernel_cache.py": "marks of compiled kernels, in .cache",
    "services/engine/store.py": "results, in .cache",
    "services/intake/last_good.py": "bytes, in .last-good",
    "services/engine/explanations.py": "explanations, in their folder",
    "services/monitoring/status_file.py": "the status, asked about",
    "services/notices/outbox.py": "what became of notices, in their folder",
    "services/registry/backup.py": "backups, in the folder of models",
    "services/monitoring/metrics.py": "metrics.prom, asked about",
    "services/monitoring/monitor.py": "the monitor's file",
    "services/archive/kept.py": "documents, in the folder published",
    "services/archive/subscriber.py": "what was archived last, in the same folder",
    "services/registry/registry_file.py": "the registry, in the folder of models",
}
WRITING = re.compile(
    r"\.write_text\(|\.write_bytes\(|\.savefig\(|\.to_(csv|parquet|json)\("
    r"|os\.(open|rename|replace|link|symlink|truncate)\("
    r"|\bopen\((?!fileobj)[^)]*[\"'][wax+]b?[\"']|shutil\.(copy\w*|move)\("
)
# The record of runs cuts its own last line, in a file that it has looked at.
KNOWN = {("services/publishing/run_record.py", "os.truncate(")}
PATHS = sorted(trees("services"))


@pytest.mark.parametrize("path", PATHS)
def test_writing__only_the_openers_open_for_writing(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    found = {(path, match[0]) for match in WRITING.finditer(text)} - KNOWN
    assert not found or path in OPENERS, found


def test_writing__only_named_modules_replace_files():
    users = {path for path in PATHS if "replace_file(" in (ROOT / path).read_text()}
    assert users - {"services/disk/atomic_write.py"} == set(REPLACERS)


def test_writing__the_list_is_of_modules_that_there_are():
    assert OPENERS.keys() | REPLACERS.keys() <= set(PATHS)


@pytest.mark.parametrize(
    "line",
    ['open(path, "w")', 'path.open("wb")', "path.write_bytes(b)", 'open(path, mode="a")',
     "os.open(path, flags)", "figure.savefig(path)"],
)  # fmt: skip
def test_writing__is_seen(line):
    assert WRITING.search(line)
