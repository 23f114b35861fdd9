"""``notices``: what it says of receivers, of what waits, and of a test."""

from __future__ import annotations

import msgspec
import pytest

from services.cli.main import commands, main
from services.notices.outbox import Entry, Outbox, Told, receiver_id
from tests.notices.receiver import Receiver
from tests.published.small_document import small_document


def run(capsys, folder, urls, *options):
    settings = folder / "settings.toml"
    settings.write_text(f"[notices]\nwebhooks = {list(urls)!r}\n")
    code = main(
        commands, ["notices", "--output", str(folder), "--settings", str(settings), *options]
    )
    return code, capsys.readouterr()


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv("F1_NOTICES_SECRET", "a secret of some length")


def test_notices__without_a_receiver_says_where_to_name_one(capsys, tmp_path):
    code, said = run(capsys, tmp_path, ())
    assert code == 0
    assert "[notices] in" in said.out


def test_notices__shows_what_waits_and_what_became_of_the_last_ones(capsys, tmp_path):
    url = "https://hooks.example/secret-path"
    outbox = Outbox.of(tmp_path)
    outbox.put(Entry(receiver_id(url), "1" * 16, b"{}", 1.0, attempts=2, trouble="answered 503"))
    outbox.record(
        Told("2025-03-16T04:00:00+00:00", "hooks.example", "x", "refused", "answered 404")
    )
    code, said = run(capsys, tmp_path, (url,))
    assert code == 0
    assert "told of new forecasts: hooks.example" in said.out
    assert "hooks.example, 2 attempts (answered 503)" in said.out
    assert "hooks.example: refused (answered 404)" in said.out
    assert "secret-path" not in said.out


def test_notices__test_tells_everybody_now(capsys, tmp_path):
    (tmp_path / "season_2025_incremental.json").write_bytes(msgspec.json.encode(small_document()))
    with Receiver() as well, Receiver([404]) as gone:
        code, said = run(capsys, tmp_path, (well.url, gone.url), "--test")
    assert code == 1
    assert "127.0.0.1: delivered (answered 200)" in said.out
    assert "127.0.0.1: refused (answered 404)" in said.out
    assert b'"type":"forecast.published"' in well.taken[0].body


def test_notices__test_needs_a_forecast(capsys, tmp_path):
    code, said = run(capsys, tmp_path, ("https://hooks.example/",), "--test")
    assert code == 65
    assert "there is no forecast to tell of" in said.err
