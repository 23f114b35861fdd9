"""From a publication to the receiver, by a real courier process."""

from __future__ import annotations

import os
import time

import msgspec
import pytest

from predictor.errors import UsageError
from services.disk.lock import holder_of
from services.notices.notice import Notice
from services.notices.outbox import MOST_WAITING, Entry, Outbox, receiver_id
from services.notices.subscriber import give_notice, send_on
from services.publishing.subscribers import Published
from services.settings.limits import Limits, NoticeLimits
from tests.notices.receiver import Receiver
from tests.published.small_document import small_document
from tests.waiting import until

NOBODY = "http://127.0.0.1:9/"  # discard: refused on every machine of ours


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv("F1_NOTICES_SECRET", "a secret of some length")


def published(folder, outcome="published", digest="0" * 64):
    return Published(
        small_document(predictions_sha256=digest), folder / "season.json", None, outcome
    )


def at_rest(outbox):
    """Whether nothing waits and the courier has gone."""
    return outbox.is_empty() and holder_of(outbox.folder) is None


def test_publication__is_told_to_every_webhook_once(tmp_path):
    with Receiver() as one, Receiver() as other:
        subscriber = give_notice(NoticeLimits(webhooks=(one.url, other.url)))
        subscriber.take(published(tmp_path))
        subscriber.take(published(tmp_path))  # equal forecasts are no news
        outbox = Outbox.of(tmp_path)
        until(lambda: at_rest(outbox) and len(outbox.told()) == 2)
    assert [len(receiver.taken) for receiver in (one, other)] == [1, 1]
    notice = msgspec.json.decode(one.taken[0].body, type=Notice)
    assert notice.predictions_sha256 == "0" * 64
    assert {told.receiver for told in outbox.told()} == {"127.0.0.1"}
    assert "key=k" not in "".join(path.read_text("latin-1") for path in outbox.folder.iterdir())


def test_publication__that_changes_nothing_is_no_news(tmp_path):
    with Receiver() as receiver:
        give_notice(NoticeLimits(webhooks=(receiver.url,))).take(published(tmp_path, "unchanged"))
    assert not (tmp_path / "notices").exists()


def test_publication__that_a_killed_run_did_not_tell_is_told_by_the_next(tmp_path):
    with Receiver() as receiver:
        Outbox.of(tmp_path).remember(2025, "another digest")
        give_notice(NoticeLimits(webhooks=(receiver.url,))).take(published(tmp_path, "unchanged"))
        until(lambda: Outbox.of(tmp_path).told())
    assert len(receiver.taken) == 1


def test_publication__does_not_wait_for_a_receiver_that_hangs(tmp_path):
    with Receiver() as receiver:
        limits = NoticeLimits(webhooks=(NOBODY, receiver.url), back_off_s=600.0, patience_s=1.0)
        started = time.process_time()
        give_notice(limits).take(published(tmp_path))
        assert time.process_time() - started < 5.0
        outbox = Outbox.of(tmp_path)
        until(lambda: outbox.told() and holder_of(outbox.folder) is None)
    (left,) = outbox.entries()
    assert (left.receiver, left.attempts) == (receiver_id(NOBODY), 1)
    assert "ConnectionRefusedError" in left.trouble


def test_outbox__survives_a_restart_and_a_later_run_delivers(tmp_path):
    with Receiver() as receiver:
        limits = NoticeLimits(webhooks=(receiver.url,))
        Outbox.of(tmp_path).put(Entry(receiver_id(receiver.url), "1" * 16, b"{}", time.time()))
        assert send_on(tmp_path, limits)
        until(lambda: Outbox.of(tmp_path).told())
    assert receiver.taken[0].headers["webhook-id"] == "1" * 16


def test_send_on__has_no_courier_come_before_something_is_due(tmp_path):
    later = Entry(receiver_id(NOBODY), "1" * 16, b"{}", 0.0, not_before=100.0)
    Outbox.of(tmp_path).put(later)
    assert not send_on(tmp_path, NoticeLimits(webhooks=(NOBODY,)), now=99.0)


def test_subscriber__without_a_secret_says_so(tmp_path, monkeypatch):
    monkeypatch.delenv("F1_NOTICES_SECRET")
    with pytest.raises(UsageError, match="no secret to sign them with"):
        give_notice(NoticeLimits(webhooks=(NOBODY,))).take(published(tmp_path))


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
def test_subscriber__takes_no_secret_that_others_can_read(tmp_path):
    path = tmp_path / "secret"
    path.write_text("a secret of some length")
    path.chmod(0o644)
    limits = NoticeLimits(webhooks=(NOBODY,), secret_file=str(path))
    with pytest.raises(UsageError, match="others can read the secret of notices"):
        give_notice(limits).take(published(tmp_path))


def test_outbox__of_a_receiver_that_never_takes_any_stays_bounded(tmp_path):
    limits = NoticeLimits(webhooks=(NOBODY,), patience_s=0.01, back_off_s=600.0)
    outbox = Outbox.of(tmp_path)
    for number in range(MOST_WAITING):
        name = f"{number:016x}"
        made_at = time.time() - 1000 + number
        outbox.put(Entry(receiver_id(NOBODY), name, b"{}", made_at, not_before=made_at + 1e6))
    give_notice(limits).take(published(tmp_path))
    ids = [entry.notice_id for entry in outbox.entries()]
    assert len(ids) == MOST_WAITING
    assert ids[0] == f"{1:016x}"  # the oldest gave way


def test_settings__take_an_address_in_the_clear_on_this_machine_alone():
    def read(url):
        return msgspec.convert({"notices": {"webhooks": [url]}}, Limits).notices.webhooks

    for url in ("https://x.example/h?k=1", "http://127.0.0.1:8/h", "http://localhost", NOBODY):
        assert read(url) == (url,)
    for url in ("http://x.example/", "http://127.0.0.1.x.example/", "ftp://x", "https://"):
        with pytest.raises(msgspec.ValidationError):
            read(url)
