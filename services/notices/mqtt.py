"""Five sensors for Home Assistant, by MQTT discovery; the broker keeps the last state.

The one place that imports paho-mqtt.

Source
------
Home Assistant, "MQTT Discovery" and "MQTT Sensor" (https://www.home-assistant.io/integrations/mqtt).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from predictor.errors import PackageMissing
from services import __version__
from services.disk.program import DISTRIBUTION, how_to_install
from services.notices.notice import Chance, Notice, sentence
from services.notices.webhook import Attempt
from services.settings.limits import NoticeLimits

__all__ = ["STATE_TOPIC", "messages", "publish", "require_paho"]

STATE_TOPIC = "f1-forecast/state"
_DEVICE = "f1_forecast"
_AT_LEAST_ONCE = 1  # the broker says that it has it; the same state twice does no harm


@dataclass(frozen=True, slots=True)
class _Sensor:
    """A sensor, and which part of the state it shows."""

    key: str
    name: str
    icon: str
    extra: Mapping[str, str]
    has_attributes: bool = False


_INSTANT = {"device_class": "timestamp"}
_SENSORS = (
    _Sensor("next_race", "Next race", "mdi:flag-checkered", {}, has_attributes=True),
    _Sensor("next_race_starts", "Next race starts", "mdi:calendar-clock", _INSTANT),
    _Sensor("favourite", "Favourite", "mdi:podium-gold", {}, has_attributes=True),
    _Sensor("title_favourite", "Title favourite", "mdi:trophy", {}, has_attributes=True),
    _Sensor(
        "forecast_made",
        "Forecast made",
        "mdi:clock-check",
        {**_INSTANT, "entity_category": "diagnostic"},
    ),
)


def messages(notice: Notice, discovery: str) -> Iterator[tuple[str, bytes]]:
    """Return the messages that announce the sensors and give their state, as topic and payload.

    Parameters
    ----------
    notice : Notice
    discovery : str
        Home Assistant's prefix of topics.
    """
    for sensor in _SENSORS:
        yield f"{discovery}/sensor/{_DEVICE}/{sensor.key}/config", orjson.dumps(_announced(sensor))
    yield STATE_TOPIC, orjson.dumps(_state(notice))


def publish(limits: NoticeLimits, sent: Sequence[tuple[str, bytes]], *, password: str) -> Attempt:
    """Give messages to the broker, to be kept by it.

    Raises
    ------
    PackageMissing
        If paho-mqtt is not installed.
    """
    client = _client(limits, password)
    answered, refusals = threading.Event(), []

    def on_connect(_client: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:  # noqa: ANN401 - paho's
        if reason.is_failure:
            refusals.append(str(reason))
        answered.set()

    client.on_connect = on_connect
    try:
        if limits.mqtt_tls:
            client.tls_set(ca_certs=limits.mqtt_ca_file or None)
        client.connect(limits.mqtt_host, limits.mqtt_port)
    except (OSError, ValueError) as error:
        return Attempt("again", f"{type(error).__name__}: {error}")
    client.loop_start()
    try:
        if not answered.wait(limits.timeout_s):
            return Attempt("again", "the broker gave no answer")
        if refusals:
            return Attempt("again", f"the broker refused: {refusals[0]}")
        return _handed_over(client, sent, limits.timeout_s)
    finally:
        client.disconnect()
        client.loop_stop()


def _client(limits: NoticeLimits, password: str) -> Any:  # noqa: ANN401 - paho's
    paho = require_paho()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.connect_timeout = limits.timeout_s
    if limits.mqtt_user:
        client.username_pw_set(limits.mqtt_user, password or None)
    return client


def _handed_over(client: Any, sent: Sequence[tuple[str, bytes]], timeout_s: float) -> Attempt:  # noqa: ANN401 - paho's
    """Publish all messages at once, then wait for the broker's word on each."""
    try:
        waiting = [
            client.publish(topic, payload, qos=_AT_LEAST_ONCE, retain=True)
            for topic, payload in sent
        ]
        for one in waiting:
            one.wait_for_publish(timeout_s)
    except (ValueError, RuntimeError) as error:  # the connection is gone
        return Attempt("again", str(error))
    if all(one.is_published() for one in waiting):
        return Attempt("delivered")
    return Attempt("again", "the broker did not take all of it")


def require_paho() -> Any:  # noqa: ANN401 - a module
    """Return the module of paho-mqtt's clients.

    Raises
    ------
    PackageMissing
        If it is not installed.
    """
    try:
        import paho.mqtt.client  # noqa: PLC0415 - for those alone who have a broker
    except ImportError as error:
        raise PackageMissing(
            "notices by MQTT need the package paho-mqtt",
            where="notices",
            got=str(error),
            do=how_to_install("notices"),
        ) from error
    return paho.mqtt.client


def _announced(sensor: _Sensor) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": sensor.name,
        "unique_id": f"{_DEVICE}_{sensor.key}",
        "object_id": f"{_DEVICE}_{sensor.key}",
        "icon": sensor.icon,
        "state_topic": STATE_TOPIC,
        # None shows as "unknown": there is no next race once the season is over.
        "value_template": f"{{{{ value_json.{sensor.key}.state }}}}",
        "device": {
            "identifiers": [_DEVICE],
            "name": "F1 forecast",
            "sw_version": __version__,
        },
        "origin": {"name": DISTRIBUTION, "sw_version": __version__},
        **sensor.extra,
    }
    if sensor.has_attributes:
        found["json_attributes_topic"] = STATE_TOPIC
        found["json_attributes_template"] = f"{{{{ value_json.{sensor.key}.attributes | tojson }}}}"
    return found


def _state(notice: Notice) -> dict[str, Any]:
    race = notice.next_race
    about = {"season": notice.season, "url": notice.url}
    next_race = {"event_id": race.event_id, "round": race.round, **about} if race else about
    title = {"chances": _chances(notice.drivers_title), "teams": _chances(notice.teams_title)}
    return {
        "next_race": {"state": race.event if race else None, "attributes": next_race},
        "next_race_starts": {"state": race.starts_at if race else None},
        "favourite": {
            "state": (sentence(race.chances, race.level) if race else "") or None,
            "attributes": {"chances": _chances(race.chances if race else ())},
        },
        "title_favourite": {
            "state": sentence(notice.drivers_title, notice.drivers_level) or None,
            "attributes": title,
        },
        "forecast_made": {"state": notice.published_at},
    }


def _chances(chances: Sequence[Chance]) -> dict[str, float]:
    """Return chances in per cent by name."""
    return {one.name: round(100.0 * one.p, 1) for one in chances}
