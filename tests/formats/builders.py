"""Tiny files of every provider, as values to be changed and written."""

import json

from predictor.formats import link_files, parse_file

CODES = [f"{first}{second}A" for first in "ABCD" for second in "ABCDEFGH"]


def dump(value):
    return json.dumps(value).encode()


def native_race(n=3, **changes):
    rows = [
        {
            "position": place,
            "driver": CODES[place],
            "driver_id": f"driver-{place}",
            "number": place,
            "team": "Ferrari",
            "grid": place,
            "laps": 50,
            "time_s": 5000.0 + place,
            "gap_s": float(place - 1),
            "classified": True,
            "status": "finished",
            "points": 1,
        }
        for place in range(1, n + 1)
    ]
    return {
        "season": 2025,
        "round": 8,
        "grand_prix": "Monaco Grand Prix",
        "session": "race",
        "date": "2025-05-25",
        "results": rows,
        **changes,
    }


def jolpica_driver(place):
    return {
        "driverId": f"given_family{place}",
        "code": CODES[place],
        "givenName": "Given",
        "familyName": f"Family{place}",
    }


def jolpica_row(place, **changes):
    return {
        "number": str(place),
        "position": str(place),
        "positionText": str(place),
        "points": "0",
        "Driver": jolpica_driver(place),
        "Constructor": {"constructorId": "ferrari", "name": "Ferrari"},
        "grid": str(place),
        "laps": "50",
        "status": "Finished",
        **changes,
    }


def jolpica_race(number, key, rows):
    return {
        "season": "2025",
        "round": str(number),
        "raceName": f"Race{number} Grand Prix",
        "Circuit": {"circuitId": "monza", "Location": {"country": "Italy"}},
        "date": f"2025-05-{number:02d}",
        key: rows,
    }


def jolpica_season(n_races=3, n_drivers=20, key="Results"):
    return [
        jolpica_race(number, key, [jolpica_row(place) for place in range(1, n_drivers + 1)])
        for number in range(1, n_races + 1)
    ]


def jolpica_page(races, key="Results", offset=0, limit=30, **table):
    """Cut one page out of a season, as the service does."""
    flat = [(race, row) for race in races for row in race[key]]
    kept = {}
    for race, row in flat[offset : offset + limit]:
        kept.setdefault(race["round"], {**race, key: []})[key].append(row)
    return jolpica_answer(list(kept.values()), offset=offset, limit=limit, total=len(flat), **table)


def jolpica_answer(races, *, offset=0, limit=30, total=None, url="", **table):
    return {
        "MRData": {
            "url": url,
            "limit": str(limit),
            "offset": str(offset),
            "total": str(len(races) if total is None else total),
            "RaceTable": {"season": "2025", "Races": races, **table},
        }
    }


def openf1_row(place, session=9000, meeting=1000, **changes):
    return {
        "position": place,
        "driver_number": place,
        "number_of_laps": 50,
        "points": 0.0,
        "dnf": False,
        "dns": False,
        "dsq": False,
        "duration": 5000.0 + place,
        "gap_to_leader": place - 1.0,
        "meeting_key": meeting,
        "session_key": session,
        **changes,
    }


def openf1_session(name="Race", session=9000, meeting=1000, start="2025-05-25T13:00:00+00:00"):
    return {
        "meeting_key": meeting,
        "session_key": session,
        "session_name": name,
        "date_start": start,
        "gmt_offset": "02:00:00",
        "circuit_short_name": "Monte Carlo",
        "country_name": "Monaco",
        "year": 2025,
    }


def openf1_meeting(name="Monaco Grand Prix", meeting=1000):
    return {
        "meeting_key": meeting,
        "meeting_name": name,
        "circuit_short_name": "Monte Carlo",
        "country_name": "Monaco",
        "date_start": "2025-05-23T11:30:00+00:00",
        "year": 2025,
    }


def openf1_link(**values):
    """Parse and link files named by keyword, each as JSON of its value."""
    return link_files({name: parse_file(name, dump(value)) for name, value in values.items()})


def openf1_race(n=12, **changes):
    return [openf1_row(place, **changes) for place in range(1, n + 1)]


def openf1_qualifying(session=9001, n=12):
    return [
        openf1_row(
            place,
            session,
            duration=[80.0, 79.5, None],
            gap_to_leader=[0.0, 0.0, None],
        )
        for place in range(1, n + 1)
    ]


def openf1_practice(session=9002, n=3):
    return [
        {
            **openf1_row(place, session, duration=80.0 + place, gap_to_leader=place - 1.0),
            "points": None,
        }
        for place in range(1, n + 1)
    ]


SESSIONS = [
    openf1_session(),
    openf1_session("Qualifying", 9001, start="2025-05-24T14:00:00+00:00"),
    openf1_session("Practice 1", 9002, start="2025-05-23T11:30:00+00:00"),
]
