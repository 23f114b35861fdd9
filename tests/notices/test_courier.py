"""The courier: at most once, again later, and what an earlier one left behind."""

from __future__ import annotations

from services.notices.courier import Courier, Receiver
from services.notices.outbox import Entry, Outbox
from services.notices.webhook import Attempt
from services.settings.limits import NoticeLimits

OURS = "a" * 12
LIMITS = NoticeLimits(back_off_s=5.0, back_off_max_s=12.0, keep_s=100.0)


class World:
    """An outbox, a clock that is set by hand, and a receiver that answers as told."""

    def __init__(self, folder, *answers, keeps_last=False):
        self.now = 1000.0
        self.outbox = Outbox(folder)
        self.sent = []
        self.marked = []  # what the disk said of a notice while it was on its way
        self._answers = list(answers)
        receiver = Receiver("host", self._take, keeps_last=keeps_last)
        self.courier = Courier(self.outbox, {OURS: receiver}, LIMITS, lambda: self.now)

    def _take(self, entry):
        self.sent.append(entry.notice_id)
        self.marked += [one.state for one in self.outbox.entries()]
        return self._answers[min(len(self.sent), len(self._answers)) - 1]

    def put(self, notice_id="1" * 16, receiver=OURS, **changed):
        self.outbox.put(Entry(receiver, notice_id, b"{}", **{"made_at": self.now, **changed}))

    def outcomes(self):
        return [(one.notice_id[0], one.outcome) for one in self.outbox.told()]


def world(folder, *answers, **more):
    return World(folder / "notices", *answers, **more)


def test_courier__delivers_once_and_marks_it_on_the_disk_first(tmp_path):
    one = world(tmp_path, Attempt("delivered"))
    one.put()
    assert one.courier.step() is None
    assert one.marked == ["being sent"]
    assert one.outcomes() == [("1", "delivered")]
    assert one.courier.step() is None
    assert len(one.sent) == 1


def test_courier__tries_again_later_each_time(tmp_path):
    one = world(tmp_path, Attempt("again", "refused connection"))
    one.put()
    pauses = []
    for _ in range(4):
        pauses.append(one.courier.step())
        one.now += pauses[-1]
    assert pauses == [5.0, 10.0, 12.0, 12.0]
    assert one.outbox.entries()[0].attempts == 4
    assert one.outbox.entries()[0].trouble == "refused connection"


def test_courier__waits_at_least_as_long_as_the_receiver_asks(tmp_path):
    one = world(tmp_path, Attempt("again", pause_s=50.0))
    one.put()
    assert one.courier.step() == 50.0
    assert one.courier.step() == 50.0  # nothing is due yet
    assert len(one.sent) == 1


def test_courier__gives_up_what_is_too_old(tmp_path):
    one = world(tmp_path, Attempt("again"))
    one.put()
    one.now += 101.0
    assert one.courier.step() is None
    assert one.outcomes() == [("1", "given up")]
    assert one.sent == []


def test_courier__what_may_have_arrived_is_not_sent_again(tmp_path):
    one = world(tmp_path, Attempt("unknown", "no answer"))
    one.put()
    assert one.courier.step() is None
    assert one.outcomes() == [("1", "unknown")]


def test_courier__after_a_kill_in_between_does_not_send_it_again(tmp_path):
    one = world(tmp_path, Attempt("delivered"))
    one.put(state="being sent")
    one.courier.begin()
    assert one.courier.step() is None
    assert one.sent == []
    assert one.outcomes() == [("1", "unknown")]


def test_courier__a_state_is_sent_again_and_its_last_one_alone(tmp_path):
    one = world(tmp_path, Attempt("delivered"), keeps_last=True)
    one.put("1" * 16, made_at=1.0 + one.now, state="being sent")
    one.put("2" * 16, made_at=2.0 + one.now)
    one.courier.begin()
    assert one.courier.step() is None
    assert one.sent == ["2" * 16]
    one.put("3" * 16, state="being sent")
    one.courier.begin()
    one.courier.step()
    assert one.sent == ["2" * 16, "3" * 16]


def test_courier__a_receiver_that_is_no_more_among_the_settings_is_given_up(tmp_path):
    one = world(tmp_path, Attempt("delivered"))
    one.put(receiver="b" * 12)
    assert one.courier.step() is None
    assert one.outcomes() == [("1", "given up")]


def test_outbox__a_damaged_notice_is_left_out_and_removed(tmp_path, caplog):
    outbox = Outbox(tmp_path)
    path = tmp_path / f"{'a' * 12}-{'1' * 16}.waiting"
    path.write_bytes(b"torn")
    assert outbox.entries() == ()
    assert not path.exists()
    assert "damaged" in caplog.text


def test_outbox__knows_what_was_told_last(tmp_path):
    outbox = Outbox(tmp_path)
    outbox.remember(2025, "x")
    assert (outbox.last_told(2025), outbox.last_told(2024)) == ("x", None)
    (tmp_path / "last-told-2025").write_bytes(b"torn")
    assert outbox.last_told(2025) is None
