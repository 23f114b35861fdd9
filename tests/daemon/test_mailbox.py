"""Waiting for events ends in time, whatever signals come while it waits."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from services.daemon.mailbox import Mailbox

# A signal's handler runs past the end of a wait, as it may on a machine that is busy. The watchdog
# only ends a process that hangs.
_INTERRUPTED = """
import faulthandler, os, signal, threading, time
from services.daemon.mailbox import Mailbox

faulthandler.dump_traceback_later(120, exit=True)
signal.signal(signal.SIGUSR1, lambda *_: time.sleep(0.05))
mailbox = Mailbox()
for _ in range(20):
    threading.Timer(0.005, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    assert mailbox.wait(0.02) == []
"""

_PUT_BY_A_HANDLER = """
import faulthandler, os, signal, threading
from services.daemon.mailbox import Mailbox

faulthandler.dump_traceback_later(120, exit=True)
mailbox = Mailbox()
signal.signal(signal.SIGUSR1, lambda *_: mailbox.put("stop"))
threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1)).start()
assert mailbox.wait(10_000.0) == ["stop"]
"""


@pytest.fixture
def mailbox():
    mailbox = Mailbox()
    yield mailbox
    mailbox.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
@pytest.mark.parametrize("program", [_INTERRUPTED, _PUT_BY_A_HANDLER])
def test_wait__ends_whatever_signals_come(program):
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_wait__gives_all_that_came_in_their_order(mailbox):
    for event in (1, None, 2):
        mailbox.put(event)
    assert mailbox.wait(10_000.0) == [1, None, 2]
    assert mailbox.wait(0.0) == []


def test_wait__an_event_from_another_thread_ends_it(mailbox):
    threading.Timer(0.05, mailbox.put, ("news",)).start()
    assert mailbox.wait(10_000.0) == ["news"]


def test_put__more_than_anybody_hears_blocks_nobody(mailbox):
    n_events = 300_000  # more rings than a socket holds
    for event in range(n_events):
        mailbox.put(event)
    assert len(mailbox.wait(10_000.0)) == n_events


def test_put__after_the_end_is_not_heard(mailbox):
    mailbox.close()
    mailbox.put("late")
    assert mailbox.take_all() == ["late"]
