"""What the API says where documents or the archive are missing or damaged, and goes on with."""

from __future__ import annotations

import shutil

import pytest

from tests.web.api.conftest import PAST, Api
from tests.web.conftest import NAME

OF_THE_ARCHIVE = [
    "/v1/runs", "/v1/runs/x", "/v1/runs/x/document", "/v1/history?event_id=2025-miami",
    "/v1/title-odds", "/v1/diff", "/v1/scores", "/v1/calibration",
    "/v1/events/2025-miami/forecast?horizon=c",
]  # fmt: skip
OF_DOCUMENTS = ["/v1/seasons", "/v1/events/next", "/v1/events?limit=1", "/v1/drivers", "/v1/health"]


@pytest.mark.parametrize("address", OF_THE_ARCHIVE)
def test_archive__none_is_a_404_of_its_own_kind(api, address):
    answer = api.ask(address)
    assert (answer.status_code, answer.json()["type"]) == (404, "/api#no-archive")
    assert "store sync" in answer.json()["do"]


@pytest.fixture
def broken(tmp_path, forecasts):
    """A document beside an archive that is none."""
    (tmp_path / NAME).write_bytes(forecasts[-1])
    (tmp_path / "archive.sqlite").write_bytes(b"no database" * 1000)
    made = Api(tmp_path)
    yield made
    made.close()


def test_archive__a_damaged_one_is_a_503_and_documents_go_on(broken):
    for address in OF_THE_ARCHIVE:
        answer = broken.ask(address)
        assert (answer.status_code, answer.json()["type"]) == (503, "/api#archive-unusable")
        assert answer.headers["retry-after"]
    for address in OF_DOCUMENTS:
        assert broken.ask(address).status_code == 200, address
    assert broken.json("/v1/health")["archive"]["state"] == "unusable"
    assert broken.json("/v1/health")["status"] == "degraded"
    assert broken.json("/v1/seasons")["has_all_archived"] is False
    assert broken.ask(f"/v1/seasons/{PAST}").status_code == 503  # it may be in there


def test_archive__one_that_goes_away_under_the_server_is_a_503(tmp_path, archived):
    shutil.copytree(archived.world.output, tmp_path / "copy")
    here = Api(tmp_path / "copy")
    (tmp_path / "copy" / "archive.sqlite").unlink()
    for address in ("/v1/runs", "/v1/title-odds"):
        answer = here.ask(address)
        assert (answer.status_code, answer.json()["type"]) == (503, "/api#archive-unusable")
    assert here.json("/v1/drivers")["data"]
    here.close()


def test_archive__damage_within_is_told_and_no_fault_of_the_server(tmp_path, archived):
    shutil.copytree(archived.world.output, tmp_path / "copy")
    file = tmp_path / "copy" / "archive.sqlite"
    data = bytearray(file.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    here = Api(tmp_path / "copy")
    file.write_bytes(data)
    for address in OF_THE_ARCHIVE:
        assert here.ask(address).status_code in (404, 503), address
    here.close()


def test_documents__where_none_is_published_it_is_said(tmp_path):
    here = Api(tmp_path)
    assert here.json("/v1/seasons")["data"] == []
    for address in ("/v1/events", "/v1/events/next", "/v1/drivers", "/v1/teams/mclaren"):
        answer = here.ask(address)
        assert (answer.status_code, answer.json()["type"]) == (404, "/api#nothing-published")
    assert here.json("/v1/health")["seasons"] == []
    here.close()


def test_snapshot__before_the_first_one_it_is_asked_again_soon(tmp_path):
    here = Api(tmp_path)
    here.state.snapshot = None
    for address in ("/v1/events/next", "/v1/events?limit=2", "/v1/runs"):
        answer = here.ask(address)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.headers["content-type"] == "application/problem+json"
    here.close()
