"""What people drop beside a season's own files: other providers', other encodings, copies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.incremental.choices import EVENTS, PICK
from tests.incremental.season_files import ENCODINGS, OTHERS, SEASON
from tests.incremental.world import World, write

__all__ = ["ForeignFiles"]


class ForeignFiles(RuleBasedStateMachine):
    """One world, its first run, and the rules on files from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.world.settle()

    def teardown(self) -> None:
        self.world.close()

    @rule(pick=PICK, how=PICK)
    def save_in_another_encoding(self, pick: int, how: int) -> None:
        self._change(pick, ENCODINGS[how % len(ENCODINGS)])

    @rule(provider=st.sampled_from(sorted(OTHERS)), pick=PICK, n_files=st.integers(1, 3))
    def drop_another_providers_files(self, provider: str, pick: int, n_files: int) -> None:
        """Their paths or keys may have to say of which event they are."""
        names = sorted(OTHERS[provider])
        for name in [*names[pick % len(names) :], *names][:n_files]:
            write(self.world.drops / provider / name, OTHERS[provider][name])
        self.world.settle()

    @rule(provider=st.sampled_from(sorted(OTHERS)))
    def drop_all_of_another_provider_for_the_season(self, provider: str) -> None:
        for name, data in OTHERS[provider].items():
            write(self.world.drops / provider / name, data)
        for name in SEASON:
            if name.startswith(("01-", "02-")):
                (self.world.drops / name).unlink(missing_ok=True)
        self.world.settle()

    @rule(pick=PICK, name=st.sampled_from(["{} copy{}", "Bob's {} (1){}", "old/{}_clean{}"]))
    def copy_under_another_name(self, pick: int, name: str) -> None:
        path = self.world.file(pick)
        if path is not None:
            write(path.parent / name.format(path.stem, path.suffix), path.read_bytes())
        self.world.settle()

    @rule(event=st.sampled_from(EVENTS), day=st.integers(0, 9), chance=st.sampled_from([0, 1]))
    def say_how_likely_rain_is(self, event: str, day: int, chance: int) -> None:
        """Drop a forecast of rain, or another in its place; some come too late to be known."""
        said = [{"issued_at": f"2025-03-{13 + day}T09:00Z", "chance": chance}]
        content = {"season": 2025, "event_id": f"2025-{event[3:]}", "rain": said}
        write(self.world.drops / event / "weather.json", orjson.dumps(content))
        self.world.settle()

    # -- small change --------------------------------------------------------------------

    def _change(self, pick: int, how: Callable[[bytes], bytes]) -> None:
        path = self.world.file(pick)
        if path is not None:
            self._rewrite(path, how)
        self.world.settle()

    def _rewrite(self, path: Path, how: Callable[[bytes], bytes]) -> None:
        data = path.read_bytes()
        try:
            path.write_bytes(how(data))
        except ValueError:  # only what is JSON can be written again
            path.write_bytes(data + b"\n")
