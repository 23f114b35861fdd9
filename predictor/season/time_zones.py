"""The IANA time zone of every circuit since 2010, where a calendar does not say it."""

from __future__ import annotations

__all__ = ["time_zone_of"]

# By circuit id. Zones follow the law of the place, so a past race is told by the rules of its
# own year: Istanbul and Sochi have changed theirs since.
_TIME_ZONES = {
    "austin": "America/Chicago",
    "bahrain": "Asia/Bahrain",
    "baku": "Asia/Baku",
    "buddh": "Asia/Kolkata",
    "catalunya": "Europe/Madrid",
    "hockenheimring": "Europe/Berlin",
    "hungaroring": "Europe/Budapest",
    "imola": "Europe/Rome",
    "interlagos": "America/Sao_Paulo",
    "istanbul": "Europe/Istanbul",
    "jeddah": "Asia/Riyadh",
    "las-vegas": "America/Los_Angeles",
    "lusail": "Asia/Qatar",
    "madrid": "Europe/Madrid",
    "marina-bay": "Asia/Singapore",
    "melbourne": "Australia/Melbourne",
    "mexico-city": "America/Mexico_City",
    "miami": "America/New_York",
    "monaco": "Europe/Monaco",
    "montreal": "America/Toronto",
    "monza": "Europe/Rome",
    "mugello": "Europe/Rome",
    "nurburgring": "Europe/Berlin",
    "paul-ricard": "Europe/Paris",
    "portimao": "Europe/Lisbon",
    "sepang": "Asia/Kuala_Lumpur",
    "shanghai": "Asia/Shanghai",
    "silverstone": "Europe/London",
    "sochi": "Europe/Moscow",
    "spa-francorchamps": "Europe/Brussels",
    "spielberg": "Europe/Vienna",
    "suzuka": "Asia/Tokyo",
    "valencia": "Europe/Madrid",
    "yas-marina": "Asia/Dubai",
    "yeongam": "Asia/Seoul",
    "zandvoort": "Europe/Amsterdam",
}


def time_zone_of(circuit_id: str | None) -> str | None:
    """Give the IANA time zone of a circuit; None for one that is not known here."""
    return None if circuit_id is None else _TIME_ZONES.get(circuit_id)
