"""Session files that go back and forth between known versions, and what each state comes to."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import msgspec
import orjson

from services.intake.last_good import open_last_good
from services.publishing.publisher import read_document
from services.settings.model_constants import read_model
from services.settings.run_request import RunRequest
from tests.forecasting.small_season import SmallSeason
from tests.incremental.oracle import Kept, differences, full_rebuild, stable
from tests.incremental.season_files import EDITS
from tests.rules.sources import ROOT

__all__ = ["N_SIMULATIONS", "ChangingSeason"]

N_SIMULATIONS = 20
_RACE = "03-japan/race.json"
_SEASON = ROOT / "race-data" / "2025"
_BROKEN = b'{"results": ['


def _edited(name: str) -> bytes:
    """Swap two drivers who ended next to each other."""
    content = orjson.loads((_SEASON / name).read_bytes())
    EDITS["results"][0](content, 3)
    return orjson.dumps(content)


def _versions() -> dict[str, tuple[bytes | None, ...]]:
    """Give the versions of every file that changes; None: it is not there."""
    qualifying, sprint = "02-china/qualifying.json", "02-china/sprint.json"
    return {
        qualifying: ((_SEASON / qualifying).read_bytes(), _edited(qualifying)),
        sprint: (None, (_SEASON / sprint).read_bytes()),
        _RACE: ((_SEASON / _RACE).read_bytes(), _edited(_RACE), None, _BROKEN),
    }


_VERSIONS = _versions()


class ChangingSeason(SmallSeason):
    """A small season with a writer, and a full rebuild for every state of it."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        super().__init__(folder)
        self._chance = chance
        self._answers: dict[object, dict[str, Any]] = {}
        self._history = _contents(self.earlier)
        self._settings = RunRequest(
            self.drops, self.output, self.earlier, n_simulations=N_SIMULATIONS
        )
        # What may stand in for a broken race: every version since it was last compared.
        self._may_stand_in: set[bytes | None] = {_VERSIONS[_RACE][0]}

    def change(self) -> None:
        """Give one file another version."""
        name = self._chance.choice(list(_VERSIONS))
        path = self.drops / name
        now = path.read_bytes() if path.exists() else None
        new = self._chance.choice([one for one in _VERSIONS[name] if one != now])
        if new is None:
            path.unlink()
        else:
            path.write_bytes(new)
        if name == _RACE and new != _BROKEN:
            self._may_stand_in.add(new)

    def differences(self) -> list[str]:
        """Compare the document with a full rebuild of what lies there now."""
        published = read_document(self.output)
        if published is None:
            return ["there is no document"]
        files = _contents(self.drops)
        standing = self._standing_in() if files.get(_RACE) == _BROKEN else None
        key = (*sorted(files.items()), standing)
        if key not in self._answers:
            kept = Kept({_RACE: standing} if standing is not None else {})
            rebuilt = full_rebuild(files, self._history, kept, self._settings, read_model())
            self._answers[key] = rebuilt.document
        return differences(stable(msgspec.json.decode(published.payload)), self._answers[key])

    def compared(self) -> None:
        """Note that the document is that of the folder: what was there before cannot come back."""
        race = self.drops / _RACE
        now = race.read_bytes() if race.exists() else None
        if now == _BROKEN:
            standing = self._standing_in()
            assert standing in self._may_stand_in
            self._may_stand_in = {standing}
        else:
            self._may_stand_in = {now}

    def not_kept(self) -> list[str]:
        """Name the usable dropped files whose bytes would not stand in for them."""
        table = open_last_good(self.output.parent / ".last-good", self._settings.series).table
        files = _contents(self.drops)
        here = {name: f"sha256:{_sha256(data)}" for name, data in files.items() if data != _BROKEN}
        return [name for name, digest in here.items() if table.get(name) != digest]

    @property
    def known_digests(self) -> set[str]:
        """Names of everything that last-good files may hold."""
        good = [one for versions in _VERSIONS.values() for one in versions if one is not None]
        here = [*_contents(self.drops).values(), *self._history.values(), *good]
        return {_sha256(data) for data in here}

    def _standing_in(self) -> bytes | None:
        good = open_last_good(self.output.parent / ".last-good", self._settings.series)
        named = good.table.get(_RACE)
        known = {f"sha256:{_sha256(one)}": one for one in _VERSIONS[_RACE] if one is not None}
        return None if named is None else known[named]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
