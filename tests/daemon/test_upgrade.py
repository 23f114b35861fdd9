"""New code on disk: tried before it is trusted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from predictor.errors import Recovery
from services.daemon import upgrade
from services.daemon.upgrade import CodeWatch
from services.settings import product_code
from tests.rules.sources import ROOT


@pytest.fixture
def product(tmp_path, monkeypatch):
    for package in ("predictor", "services"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    monkeypatch.setattr(upgrade, "ROOT", tmp_path)
    monkeypatch.setattr(product_code, "ROOT", tmp_path)
    return tmp_path


def test_trouble_with_code_on_disk__sound_code_has_none(product):
    assert upgrade.trouble_with_code_on_disk() == ""


def test_trouble_with_code_on_disk__half_a_copy_is_not_started(product):
    path = product / "services" / "daemon" / "loop.py"
    path.write_bytes(path.read_bytes() + b"def half(\n")
    assert "cannot be loaded" in upgrade.trouble_with_code_on_disk()


def test_code_watch__other_code_is_believed_the_second_time(product):
    watch = CodeWatch()
    assert not watch.asks_to_start_anew()
    path = product / "services" / "daemon" / "loop.py"
    path.write_bytes(path.read_bytes() + b"MORE = 1\n")
    assert [watch.asks_to_start_anew() for _ in range(2)] == [False, True]
    assert watch.meet("sha256:other").recovery is Recovery.STOPPED


def test_code_watch__code_that_does_not_load_is_told_until_it_is_gone(product):
    watch = CodeWatch()
    path = product / "services" / "daemon" / "loop.py"
    sound = path.read_bytes()
    path.write_bytes(sound + b"def half(\n")
    assert [watch.asks_to_start_anew() for _ in range(2)] == [False, False]
    assert "cannot be loaded" in watch.problem
    # A worker that loads it all the same is not started again and again without a pause.
    assert watch.meet("sha256:other").recovery is Recovery.RETRY

    path.write_bytes(sound)
    assert not watch.asks_to_start_anew()
    assert watch.problem == ""


AGAIN = """
import os, sys
from services.daemon.upgrade import start_anew
print(os.getpid(), os.getppid(), *sys.argv[1:], flush=True)
if "AGAIN" in os.environ:
    sys.exit(7)
os.environ["AGAIN"] = "yes"
sys.exit(start_anew(by_exec=sys.argv[1] == "exec"))
"""


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(
            "exec", marks=pytest.mark.skipif(os.name != "posix", reason="exec of POSIX systems")
        ),
        "child",
    ],
)
def test_start_anew__whoever_waits_for_the_daemon_hears_how_the_new_one_ends(tmp_path, how):
    script = tmp_path / "again.py"
    script.write_text(AGAIN)
    ended = subprocess.run(
        [sys.executable, script, how, "two words"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ended.returncode == 7, ended.stderr
    (old, parent, *words), (new, its_parent, *again) = map(str.split, ended.stdout.splitlines())
    assert words == again == [how, "two", "words"]
    assert (new, its_parent) == (old, parent) if how == "exec" else its_parent == old
