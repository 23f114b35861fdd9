"""Sensors for Home Assistant, against a real broker."""

from __future__ import annotations

import json
import re
import threading
import time

import pytest

from predictor.vocabulary import EventStatus
from services.notices.mqtt import STATE_TOPIC, messages, publish
from services.notices.notice import notice_of
from services.notices.outbox import Outbox
from services.notices.subscriber import give_notice
from services.publishing.subscribers import Published
from services.settings.limits import NoticeLimits
from tests.published.small_document import event, small_document
from tests.waiting import until

WORD = "word"
SENSORS = ("next_race", "next_race_starts", "favourite", "title_favourite", "forecast_made")


def document():
    return small_document(event("monaco"), event("spain", status=EventStatus.SCHEDULED, round=2))


def sent(**options):
    notice = notice_of(document(), **{"hide_results": False, "public_url": "", **options})
    return dict(messages(notice, "homeassistant"))


def state_of(found):
    return json.loads(found[STATE_TOPIC])


def limits(port, **changed):
    given = {"mqtt_host": "127.0.0.1", "mqtt_port": port, "mqtt_tls": False, "mqtt_user": "f1"}
    return NoticeLimits(**(given | changed))


def retained(port):
    """What the broker gives to somebody who comes later."""
    import paho.mqtt.client as paho  # noqa: PLC0415

    found, done = {}, threading.Event()

    def on_message(_client, _data, message):
        assert message.retain
        found[message.topic] = message.payload
        if len(found) == len(SENSORS) + 1:
            done.set()

    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.username_pw_set("f1", "word")
    client.on_message = on_message
    client.on_connect = lambda *_: client.subscribe("#")
    client.connect("127.0.0.1", port)
    client.loop_start()
    done.wait(10.0)
    client.disconnect()
    client.loop_stop()
    return found


def test_messages__announce_five_sensors_whose_values_are_in_the_state():
    found = sent()
    state = state_of(found)
    assert set(found) == {
        STATE_TOPIC, *(f"homeassistant/sensor/f1_forecast/{name}/config" for name in SENSORS)
    }  # fmt: skip
    for name in SENSORS:
        announced = json.loads(found[f"homeassistant/sensor/f1_forecast/{name}/config"])
        assert announced["state_topic"] == STATE_TOPIC
        path = re.fullmatch(r"\{\{ value_json\.(\w+)\.state \}\}", announced["value_template"])
        assert path[1] == name
        assert "state" in state[name]
        assert ("json_attributes_template" in announced) == ("attributes" in state[name])
        assert announced["unique_id"] == f"f1_forecast_{name}"


def test_state__is_what_the_notice_says():
    state = state_of(sent(public_url="https://f1.example"))
    assert state["next_race"]["state"] == "2025-spain Grand Prix"
    assert state["next_race"]["attributes"]["url"] == "https://f1.example/2025"
    assert state["next_race_starts"]["state"] == "2025-03-16T04:00:00Z"
    assert state["favourite"]["state"] == "Driver AAA 75\u2009%"
    assert state["favourite"]["attributes"]["chances"] == {"Driver AAA": 75.0, "Driver BBB": 25.0}


def test_state__of_hidden_results_has_no_favourite():
    state = state_of(sent(hide_results=True))
    assert state["favourite"] == {"state": None, "attributes": {"chances": {}}}
    assert state["next_race"]["state"] == "2025-spain Grand Prix"


def test_publish__the_broker_keeps_all_of_it(broker):
    pairs = tuple(sent().items())
    assert publish(limits(broker), pairs, password=WORD).outcome == "delivered"
    assert retained(broker) == dict(pairs)


def test_publish__of_a_wrong_password_says_so(broker):
    attempt = publish(limits(broker), (), password=WORD[::-1])
    assert attempt.outcome == "again"
    assert "the broker refused" in attempt.words


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_publish__in_the_clear_where_tls_is_asked_for_sends_nothing(broker):
    attempt = publish(limits(broker, mqtt_tls=True, timeout_s=2.0), (), password=WORD)
    assert attempt.outcome == "again"


def test_publish__to_nobody_is_tried_again():
    assert publish(limits(9), (), password="").outcome == "again"


@pytest.mark.usefixtures("broker")
def test_publication__reaches_the_broker_by_a_courier(broker, tmp_path, monkeypatch):
    monkeypatch.setenv("F1_MQTT_PASSWORD", "word")
    told = Published(document(), tmp_path / "season.json", None, "published")
    before = time.time()
    give_notice(limits(broker)).take(told)
    outbox = Outbox.of(tmp_path)
    until(outbox.told)
    (one,) = outbox.told()
    assert (one.receiver, one.outcome) == ("127.0.0.1", "delivered")
    assert time.time() >= before
    assert state_of(retained(broker))["forecast_made"]["state"] == "2025-03-16T04:00:00Z"
