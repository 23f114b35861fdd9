"""Change a real file as people, programs and disks do: its values, its table, its text."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

__all__ = ["mutated", "mutated_path"]

Dice = random.Random

# One table for JSON and CSV: of every type, at the edges of what is meant, and beyond.
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 20, 21, 40, 41, 99, 100, 999, 2**31, 2**53, 10**17, -(10**17),
    0.0, -0.0, 0.5, 1e-9, 1.5, 59.999, 3600.0, 1e15, 1e300, -1e300, 5e-324,
    "", " ", "0", "1", "-1", "1.0", "1e3", "1e400", "nan", "NaN", "inf", "-Infinity", "null",
    "None", "\\N", "True", "FALSE", "+1 LAP", "+2 Laps", "Lapped", "R", "D", "W", "E", "F", "N",
    "1:23.456", "1:99.9", "-1:00", "99:99:99.999", "0 days 00:01:37.284000", "5 days", "1:2:3:4",
    "25.12.2024", "2024-13-01", "2024-02-30", "0000-00-00", "0001-01-01", "9999-12-31",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2024-03-02T15:00:00Z",
    "2024-03-02T15:00:00+99:00", "24:00:00Z", "15:00", "12", "2024", 2024, 1949, 2101, 20240302,
    "١٢", "１２", "²", "½", "Ⅳ", "e\u0301", "\u200b", "\u202eabc", "\ufeff", "\0", "\x1b[2J",
    "\x7f", "🏎", "ß" * 50, "Pérez", "Pe\u0301rez",
    "x" * 5000, "a" * 200, "../../etc/passwd", "=1+1",
    "{}", "[]", '{"a": 1}', "a,b", "a;b", 'a"b', "a\nb", "a\tb", [], {}, [None], [[]], [{}],
    {"": None}, [1, 2, 3], ["1:23.4", None, "x"], {"a": {"b": {"c": []}}},
    "Red Bull Racing", "Max Verstappen", "VER", "HAM", "Monaco Grand Prix", "race", "Qualifying",
    "Sprint Qualifying", "Practice 1", "Retired", "Finished", "Disqualified", "Did not start",
)  # fmt: skip
_WORDS = (
    "season", "year", "round", "session", "results", "Results", "position", "Position", "points",
    "grid", "laps", "status", "Time", "time", "date", "name", "driver", "driver_number", "Driver",
    "session_key", "meeting_key", "date_start", "LapTime", "LapNumber", "Q1", "gap_to_leader",
    "duration", "MRData", "RaceTable", "Races", "events", "drivers", "raceName", "circuit", "slug",
)  # fmt: skip


def mutated(data: bytes, others: Sequence[bytes], dice: Dice) -> bytes:
    """Give a file with one to four changes of one or several kinds.

    Parameters
    ----------
    data : bytes
        JSON or CSV.
    others : sequence of bytes
        Other files, whose values may come into this one.
    dice : Random
    """
    text = data.decode("utf-8-sig")
    is_json = text.lstrip()[:1] in ("{", "[")
    layer = dice.random()
    if layer < 0.75 and is_json:
        data = _json_bytes(_changed_tree(json.loads(text), others, dice), dice)
    elif layer < 0.75:
        data = _changed_table(text, dice)
    if layer >= 0.65:
        for _ in range(dice.choice((1, 1, 2, 4))):
            data = dice.choice(_TEXT)(data, dice)
    return data


def mutated_path(path: str, dice: Dice) -> str:
    """Give a name as people give them, which may say something else than the file."""
    if dice.random() < 0.5:
        return path
    folder, _, name = path.rpartition("/")
    stem, _, ending = name.rpartition(".")
    return dice.choice((
        name, f"race.{ending}", f"{folder}/{stem} (1).{ending}", f"05-monaco/{name}",
        f"2099/99-nowhere/{name}", f"2025/{stem}.{ending.upper()}", f"copy of {name}",
        f"Spa-Francorchamps/R.{ending}", f"São Paulo/🏎.{ending}", f"{'x/' * 60}{name}",
        f"qualifying.{ending}", f"2024_01_Bahrain_race_laps.{ending}", f"{stem}.json",
    ))  # fmt: skip


def _changed_tree(value: Any, others: Sequence[bytes], dice: Dice) -> Any:
    top = [value]  # so that the root is a child as well
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        top = top or [{}]
        places = list(_places(top))
        holder, key = dice.choice(places)
        dice.choice(_TREE)(holder, key, places, dice)
    top = top or [None]
    if dice.random() < 0.05:
        other = _parsed(dice.choice(others))
        if isinstance(top[0], dict) and isinstance(other, dict):
            top[0] = top[0] | other
        elif isinstance(top[0], list) and isinstance(other, list):
            top[0] = [*top[0], *other]
        else:
            top[0] = [top[0], other]
    return top[0]


def _places(top: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Give every holder and key of a tree."""
    todo: list[Any] = [top]
    while todo:
        holder = todo.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            yield holder, key
            if isinstance(holder[key], dict | list):
                todo.append(holder[key])


def _set_odd(holder: Any, key: Any, _places: Any, dice: Dice) -> None:
    holder[key] = copy.deepcopy(dice.choice(ODD))


def _delete(holder: Any, key: Any, _places: Any, _dice: Dice) -> None:
    del holder[key]


def _rename(holder: Any, key: Any, _places: Any, dice: Dice) -> None:
    if isinstance(holder, dict):
        holder[dice.choice((*_WORDS, str(key).upper(), str(key) + " ", ""))] = holder.pop(key)


def _repeat(holder: Any, key: Any, _places: Any, dice: Dice) -> None:
    if isinstance(holder, list):
        holder[key:key] = [copy.deepcopy(holder[key]) for _ in range(dice.choice((1, 1, 3, 50)))]


def _nest(holder: Any, key: Any, _places: Any, dice: Dice) -> None:
    value = holder[key]
    for _ in range(dice.choice((1, 1, 2, 45))):
        value = [value] if dice.random() < 0.5 else {dice.choice(_WORDS): value}
    holder[key] = value


def _unwrap(holder: Any, key: Any, _places: Any, dice: Dice) -> None:
    value = holder[key]
    if isinstance(value, dict) and value:
        holder[key] = dice.choice([next(iter(value.values())), list(value.values()), list(value)])
    elif isinstance(value, list) and value:
        holder[key] = dice.choice([value[0], {str(n): one for n, one in enumerate(value)}])


def _other_type(holder: Any, key: Any, _places: Any, dice: Dice) -> None:
    value = holder[key]
    if isinstance(value, bool) or value is None:
        holder[key] = dice.choice((0, 1, str(value), [value]))
    elif isinstance(value, int | float):
        holder[key] = dice.choice((str(value), f" {value}", float(value), -value, value * 1000,
                                   value / 1000, value + 1, bool(value), [value]))  # fmt: skip
    elif isinstance(value, str):
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 15 else 7
        holder[key] = dice.choice((number, float(number), value.upper(), value[:1], value * 2,
                                   value + "\u0301", f" {value}\t", value[::-1], [value],
                                   {"name": value}))  # fmt: skip
    else:
        holder[key] = dice.choice(([], {}, None, "", json.dumps(value)[:3000]))


def _swap(holder: Any, key: Any, places: Any, dice: Dice) -> None:
    other, its_key = dice.choice(places)
    value, its_value = copy.deepcopy(holder[key]), copy.deepcopy(other[its_key])
    other[its_key] = value
    if not (isinstance(holder, list) and key >= len(holder)) and (
        not isinstance(holder, dict) or key in holder
    ):
        holder[key] = its_value


def _shuffle(holder: Any, key: Any, _places: Any, dice: Dice) -> None:
    if isinstance(holder[key], list):
        dice.shuffle(holder[key])
    elif isinstance(holder[key], dict):
        items = list(holder[key].items())
        dice.shuffle(items)
        holder[key] = dict(items)


def _column(holder: Any, key: Any, places: Any, dice: Dice) -> None:
    """Do the same to a name wherever it stands: none, one value, or somebody else's."""
    same = [one for one in places if one[1] == key and isinstance(one[0], dict)]
    what, odd = dice.randrange(3), dice.choice(ODD)
    values = [one[key] for one, _ in same]
    dice.shuffle(values)
    for (one, _), value in zip(same, values, strict=True):
        if what == 0:
            one.pop(key, None)
        else:
            one[key] = copy.deepcopy(odd if what == 1 else value)
    if not same:
        holder[key] = copy.deepcopy(odd)


_TREE: tuple[Callable[[Any, Any, Any, Dice], None], ...] = (
    _set_odd, _set_odd, _set_odd, _delete, _rename, _repeat, _nest, _unwrap, _other_type,
    _other_type, _swap, _shuffle, _column, _column,
)  # fmt: skip


def _json_bytes(value: Any, dice: Dice) -> bytes:
    """Write a tree in one of the ways that programs write JSON."""
    how = dice.randrange(6)
    if how == 0 and isinstance(value, list):
        return "\n".join(json.dumps(row) for row in value).encode()
    if how == 1:
        return json.dumps(value, indent=1).encode()
    if how == 2:
        return json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass")
    return json.dumps(value).encode()


def _changed_table(text: str, dice: Dice) -> bytes:
    separator = next((one for one in (",", ";", "\t") if one in text[:200]), ",")
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    for _ in range(dice.choice((1, 1, 2, 4))):
        dice.choice(_TABLE)(rows, dice)
        rows = rows or [[]]
    written = io.StringIO()
    csv.writer(
        written,
        delimiter=dice.choice((separator, separator, separator, ",", ";", "\t", "|")),
        lineterminator=dice.choice(("\n", "\n", "\r\n", "\r")),
        quoting=dice.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    ).writerows(rows)
    return written.getvalue().encode(errors="surrogatepass")


def _odd_cell(rows: list[list[str]], dice: Dice) -> None:
    row = dice.choice(rows)
    if row:
        value = dice.choice(ODD)
        row[dice.randrange(len(row))] = value if isinstance(value, str) else json.dumps(value)


def _odd_column(rows: list[list[str]], dice: Dice) -> None:
    at = dice.randrange(max(len(rows[0]), 1))
    what, odd = dice.randrange(4), str(dice.choice(ODD))
    for number, row in enumerate(rows):
        if at < len(row):
            if what == 0:
                del row[at]
            elif what == 1:
                row.insert(at, row[at])
            elif what == 2 and number:
                row[at] = odd
            elif not number:
                row[at] = dice.choice(_WORDS)


def _odd_rows(rows: list[list[str]], dice: Dice) -> None:
    at = dice.randrange(len(rows))
    what = dice.randrange(6)
    if what == 0:
        del rows[at]
    elif what == 1:
        rows[at:at] = [list(rows[at]) for _ in range(dice.choice((1, 1, 60)))]
    elif what == 2:
        dice.shuffle(rows)
    elif what == 3:
        rows[at:at] = [[], [""] * len(rows[0])]
    elif what == 4:
        rows[at] = rows[at][: len(rows[at]) // 2]
    else:
        rows[at:at] = [list(rows[0])]


def _swapped_cells(rows: list[list[str]], dice: Dice) -> None:
    one, other = dice.choice(rows), dice.choice(rows)
    at = dice.randrange(max(len(one), 1))
    if at < len(one) and at < len(other):
        one[at], other[at] = other[at], one[at]


_TABLE = (_odd_cell, _odd_cell, _odd_cell, _odd_column, _odd_column, _odd_rows, _swapped_cells)


def _flip(data: bytes, dice: Dice) -> bytes:
    some = bytearray(data)
    for _ in range(dice.choice((1, 1, 3, 20))):
        if some:
            some[dice.randrange(len(some))] ^= 1 << dice.randrange(8)
    return bytes(some)


def _digit(data: bytes, dice: Dice) -> bytes:
    some = bytearray(data)
    digits = [at for at, one in enumerate(some) if 48 <= one <= 57]
    for _ in range(dice.choice((1, 2, 10)) if digits else 0):
        some[dice.choice(digits)] = 48 + dice.randrange(10)
    return bytes(some)


def _cut(data: bytes, dice: Dice) -> bytes:
    start = dice.randrange(len(data) + 1)
    end = min(len(data), start + dice.choice((1, 5, 30, 500, 10**9)))
    return data[:start] + data[end:]


def _again(data: bytes, dice: Dice) -> bytes:
    start = dice.randrange(len(data) + 1)
    part = data[start : start + dice.choice((1, 20, 300, 10**6))]
    return (
        data[:start] + part * dice.choice((1, 1, 2, 200 if len(part) < 400 else 2)) + data[start:]
    )


def _insert(data: bytes, dice: Dice) -> bytes:
    at = dice.randrange(len(data) + 1)
    odd = (
        b"NaN", b"1e400", b"-", b"null", b'"', b"{", b"}", b"[", b"]", b",", b":", b"\0", b"\xff",
        b"\\ud800", b"\\u0000", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n\r\n", b";", b"\t", b"/*",
        b"9" * 60, b'"x":1,', b"\xe2\x80\xa8", b"\x1b[2J", b"#", b"'", b"[" * 60, b'{"a":' * 60,
    )  # fmt: skip
    return data[:at] + dice.choice(odd) + data[at:]


def _encoded(data: bytes, dice: Dice) -> bytes:
    text = data.decode(errors="replace")
    return dice.choice((
        lambda: b"\xef\xbb\xbf" + data,
        lambda: text.encode("utf-16"),
        lambda: text.encode("utf-16-le"),
        lambda: text.encode("utf-32"),
        lambda: text.encode("latin-1", errors="replace"),
        lambda: gzip.compress(data, mtime=0),
        lambda: gzip.compress(data, mtime=0)[:-9],
        lambda: data.replace(b"\n", b"\r\n"),
        lambda: data.replace(b"\n", b"\r"),
        lambda: data.replace(b",", b";"),
        lambda: data.replace(b",", b"\t"),
        lambda: data + data,
        lambda: data + b"\n" + data,
        lambda: b"",
        lambda: b"\n" * 50 + data,
    ))()  # fmt: skip


_TEXT = (_flip, _digit, _digit, _cut, _again, _insert, _insert, _encoded)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return [data.decode(errors="replace")[:2000]]
