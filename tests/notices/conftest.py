"""A real broker on this machine; skips where there is none."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess

import pytest

from tests.waiting import until


def _answers(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    """Port of a mosquitto that asks for user ``f1`` and password ``word``, in the clear."""
    pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    passwords = shutil.which("mosquitto_passwd")
    if program is None or passwords is None:
        pytest.skip("no mosquitto on this machine")
    folder = tmp_path_factory.mktemp("broker")
    subprocess.run([passwords, "-b", "-c", folder / "words", "f1", "word"], check=True)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    (folder / "conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {folder}/words\n"
        "persistence false\n"
        f"user {getpass.getuser()}\n"  # root's would go on as somebody who may not read here
    )
    process = subprocess.Popen(
        [program, "-c", folder / "conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: _answers(port) or process.poll() is not None)
        if process.poll() is not None:
            pytest.skip("mosquitto does not start on this machine")
        yield port
    finally:
        process.terminate()
        process.wait()
