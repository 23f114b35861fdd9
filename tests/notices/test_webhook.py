"""One notice to a real server on this machine: what is sent, and what is made of the answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket

import pytest

from services.notices.webhook import send, signature
from tests.notices.receiver import Receiver

KEY = "a secret of some length"


def sent(url, body=b"{}", timeout_s=5.0):
    return send(url, "id-1", body, secret=KEY, timestamp=1_700_000_000, timeout_s=timeout_s)


def test_signature__is_that_of_standard_webhooks():
    # The example of the specification's own libraries.
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    given = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_send__signs_what_it_sends():
    with Receiver() as receiver:
        assert sent(receiver.url, b'{"a": 1}').outcome == "delivered"
    ((headers, body),) = receiver.taken
    assert body == b'{"a": 1}'
    signed = b'id-1.1700000000.{"a": 1}'
    mac = hmac.new(KEY.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("id-1", "1700000000")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (204, "delivered"), (301, "refused"), (404, "refused"), (410, "refused"), (429, "again"),
        (500, "again"), (503, "again"), (504, "unknown"), (0, "unknown"),
    ],
)  # fmt: skip
def test_send__what_the_answer_means(answer, outcome):
    with Receiver([answer]) as receiver:
        assert sent(receiver.url).outcome == outcome
    assert len(receiver.taken) == 1  # no redirection was followed


@pytest.mark.parametrize(("text", "pause_s"), [("7", 7.0), ("999999", 3600.0), ("Fri", 0.0)])
def test_send__waits_as_long_as_the_receiver_asks(text, pause_s):
    with Receiver([503], retry_after=text) as receiver:
        assert sent(receiver.url).pause_s == pause_s


def test_send__to_nobody_has_sent_nothing():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        attempt = sent(f"http://127.0.0.1:{one.getsockname()[1]}/")
    assert attempt.outcome == "again"
    assert "ConnectionRefusedError" in attempt.words


def test_send__an_answer_that_does_not_come_leaves_it_unknown():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        attempt = sent(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout_s=0.2)
    assert attempt.outcome == "unknown"
