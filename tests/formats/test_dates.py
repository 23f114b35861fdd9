import pytest

from tests.formats.builders import SESSIONS, openf1_link, openf1_meeting, openf1_race
from tests.said import said


@pytest.mark.parametrize("start", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_link_files__a_session_that_cannot_start_then_keeps_its_result(start):
    sessions = [
        {**row, "date_start": start} if row["session_key"] == 9000 else row for row in SESSIONS
    ]
    linked, reasons = openf1_link(
        result=openf1_race(), sessions=sessions, meetings=[openf1_meeting()]
    )
    assert reasons == {}
    (record,) = linked["result"].records
    assert (record.event.name, record.event.date) == ("Monaco Grand Prix", None)
    assert any(
        f"{start} is no time from 1950 to 2100" in note for note in said(linked["sessions"].notes)
    )
