"""Whatever happens to a season's files, options, cache and code: a run gives what is true.

Every rule changes something and then runs the job once; the published document must be,
byte for byte, what `tests.incremental.oracle` works out from the files alone.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import rule

from predictor.vocabulary import Horizon, Scenario
from tests.incremental.choices import EVENTS, FAULTS, MODELS, PICK, SCENARIOS, TEAMS, WEIGHTS
from tests.incremental.damaged_files import DamagedFiles
from tests.incremental.faults import Fault
from tests.incremental.folder_order import shuffled_folders
from tests.incremental.season_files import (
    CORRUPTIONS,
    HISTORY,
    LATER,
    SEASON,
    STRAYS,
    TESTING,
    rewritten,
    with_another_name,
    with_one_far_ahead,
)  # fmt: skip
from tests.incremental.stored_results import spoil
from tests.incremental.world import SMALL_STORE, edit_file, write

__all__ = ["IncrementalRuns"]


class IncrementalRuns(DamagedFiles):
    """A user, an editor, a disk and a programmer at work, in any order."""

    used_command = False

    # -- the season's files --------------------------------------------------------------

    @rule(pick=PICK, how=PICK)
    def edit_a_session(self, pick: int, how: int) -> None:
        sessions = [path for path in self.world.files() if path.parent != self.world.drops]
        if sessions:
            edit_file(sessions[pick % len(sessions)], how)
        self.world.settle()

    @rule(how=PICK)
    def edit_the_calendar(self, how: int) -> None:
        path = self.world.drops / "calendar.json"
        if path.exists():
            edit_file(path, how)
        self.world.settle()

    @rule(
        event=st.sampled_from(EVENTS),
        session=st.sampled_from(["race", "qualifying", "sprint", "fp2"]),
        how=PICK,
    )
    def correct_a_session(self, event: str, session: str, how: int) -> None:
        """Swap drivers, change a time or swap grid places: what a correction does."""
        path = self.world.drops / event / f"{session}.json"
        if path.exists():
            edit_file(path, 6 * (how // 3) + how % 3)
        self.world.settle()

    @rule(pick=PICK)
    def correct_the_sprint(self, pick: int) -> None:
        """It gives points, tells of the race after it, and is learnt from once that is run."""
        path = self.world.drops / "02-china" / "sprint.json"
        if path.exists():
            edit_file(path, 6 * pick)
        self.world.settle()

    @rule(event=st.sampled_from(EVENTS[::-1]), session=st.sampled_from(["fp1", "fp2"]), pick=PICK)
    def correct_practice(self, event: str, session: str, pick: int) -> None:
        """Have one driver far ahead: it counts most where practice is all that is known."""
        path = self.world.drops / event / f"{session}.json"
        if path.exists():
            self._rewrite(path, lambda data: with_one_far_ahead(data, pick))
        self.world.settle()

    @rule(name=st.sampled_from(TESTING), how=PICK)
    def change_testing(self, name: str, how: int) -> None:
        """Drop a day of testing, have one driver far ahead in it, take it away again."""
        path = self.world.drops / name
        if not path.exists():
            write(path, SEASON[name])
        elif how % 3:
            self._rewrite(path, lambda data: with_one_far_ahead(data, how))
        else:
            path.unlink()
        self.world.settle()

    @rule(pick=PICK)
    def rename_an_event(self, pick: int) -> None:
        """Its name is displayed, and no forecast knows it."""
        path = self.world.drops / "calendar.json"
        if path.exists():
            self._rewrite(path, lambda data: with_another_name(data, pick))
        self.world.settle()

    @rule(pick=PICK)
    def write_the_same_otherwise(self, pick: int) -> None:
        self._change(pick, rewritten)

    @rule(pick=PICK, how=PICK)
    def corrupt(self, pick: int, how: int) -> None:
        self._change(pick, CORRUPTIONS[how % len(CORRUPTIONS)])

    @rule(pick=PICK)
    def restore(self, pick: int) -> None:
        names = list(SEASON)
        write(self.world.drops / names[pick % len(names)], SEASON[names[pick % len(names)]])
        self.world.settle()

    @rule(name=st.sampled_from(LATER))
    def drop_a_new_session(self, name: str) -> None:
        write(self.world.drops / name, SEASON[name])
        self.world.settle()

    @rule(pick=PICK)
    def delete(self, pick: int) -> None:
        path = self.world.file(pick)
        if path is not None:
            path.unlink()
        self.world.settle()

    @rule(pick=PICK, name=st.sampled_from(["a.json", "deep/er/b c.json", "03-japan/new.JSON"]))
    def rename(self, pick: int, name: str) -> None:
        path = self.world.file(pick)
        if path is not None:
            write(self.world.drops / name, b"")
            path.rename(self.world.drops / name)
        self.world.settle()

    @rule(pick=PICK, how=PICK)
    def duplicate(self, pick: int, how: int) -> None:
        path = self.world.file(pick)
        if path is not None:
            again = self.world.drops / f"again {pick % 3}.json"
            again.write_bytes(path.read_bytes())
            if how % 2:
                edit_file(again, how)
        self.world.settle()

    @rule(name=st.sampled_from(sorted(STRAYS)), copies=st.integers(1, 2))
    def drop_what_does_not_belong(self, name: str, copies: int) -> None:
        for n in range(copies):
            write(self.world.drops / "strays" / f"{n} {name}", STRAYS[name])
        self.world.settle()

    @rule(how=PICK)
    def correct_a_race_of_an_earlier_year(self, how: int) -> None:
        """It lies among the season's own files, and counts as history."""
        path = self.world.drops / "strays" / "0 2023-race.json"
        if not path.exists():
            write(path, STRAYS["2023-race.json"])
            self.world.settle()
        edit_file(path, 6 * how)
        self.world.settle()

    @rule(pick=PICK)
    def move_away_and_back(self, pick: int) -> None:
        path = self.world.file(pick)
        if path is not None:
            away = self.world.elsewhere / path.name
            path.rename(away)
            self.world.settle()
            away.rename(path)
        self.world.settle()

    @rule(pick=PICK)
    def put_a_link_in_place(self, pick: int) -> None:
        path = self.world.file(pick)
        if path is not None:
            away = self.world.elsewhere / "linked.json"
            path.rename(away)
            path.symlink_to(away)
        self.world.settle()

    @rule()
    def drop_a_link_or_take_it_away(self) -> None:
        link = self.world.drops / "link.json"
        if link.is_symlink():
            link.unlink()
        else:
            link.symlink_to(self.world.elsewhere)
        self.world.settle()

    @rule()
    def drop_the_document_itself(self) -> None:
        if self.world.output.exists():
            shutil.copy(self.world.output, self.world.drops / "yesterday.json")
        self.world.settle()

    # -- the earlier seasons -------------------------------------------------------------

    @rule(pick=PICK, how=PICK)
    def edit_the_history(self, pick: int, how: int) -> None:
        edit_file(self._history(pick), how)
        self.world.settle()

    @rule(pick=PICK, how=PICK)
    def corrupt_the_history(self, pick: int, how: int) -> None:
        path = self._history(pick)
        path.write_bytes(CORRUPTIONS[how % len(CORRUPTIONS)](path.read_bytes()))
        self.world.settle()

    @rule()
    def restore_the_history(self) -> None:
        for name, data in HISTORY.items():
            write(self.world.earlier / name, data)
        self.world.settle()

    # -- options -------------------------------------------------------------------------

    @rule(
        drivers=st.sampled_from(WEIGHTS),
        teams=st.sampled_from(TEAMS),
    )
    def set_weights(self, drivers: dict[str, float], teams: dict[str, float]) -> None:
        self.world.options.driver_weights, self.world.options.team_weights = drivers, teams
        self.world.settle()

    @rule(n=st.sampled_from([8, 12, 30]))
    def set_the_number_of_simulations(self, n: int) -> None:
        self.world.options.n_simulations = n
        self.world.settle()

    @rule(n=st.sampled_from([2, 3, 1]))
    def set_the_seed(self, n: int) -> None:
        self.world.options.seed = n
        self.world.settle()

    @rule(chosen=st.sampled_from(SCENARIOS))
    def set_scenarios(self, chosen: tuple[Scenario, ...]) -> None:
        self.world.options.scenarios = chosen
        self.world.settle()

    @rule(horizon=st.sampled_from(list(Horizon)))
    def set_the_horizon(self, horizon: Horizon) -> None:
        self.world.options.horizon = horizon
        self.world.settle()

    @rule(model=st.sampled_from(MODELS))
    def set_model_constants(self, model: str) -> None:
        (self.world.config / "model.toml").write_text(model)
        self.world.settle()

    @rule(share=st.integers(1, 5))
    def set_a_climate(self, share: int) -> None:
        self._edit_a_circuit("wet", str(list(range(2010, 2010 + share))))

    @rule(noise_s=st.sampled_from([0.3, 1.0, 3.0]))
    def set_constants_of_a_circuit(self, noise_s: float) -> None:
        self._edit_a_circuit("lap_noise_s", f"{{ value = {noise_s} }}")

    def _edit_a_circuit(self, name: str, value: str) -> None:
        path = self.world.config / "circuits" / "melbourne.toml"
        path.write_text(re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", path.read_text()))
        self.world.settle()

    # -- how it runs ---------------------------------------------------------------------

    @rule()
    def run_again(self) -> None:
        self.world.settle()
        report = self.world.settle()
        if report is not None:
            assert (report.outcome, report.stages_run) == ("unchanged", 0)

    @rule(how=st.sampled_from([{"force_retrain": True}, {"incremental": False}, {"jobs": 4}]))
    def run_otherwise(self, how: dict[str, bool | int]) -> None:
        self.world.settle(**how)

    @rule(order=PICK)
    def run_with_folders_in_another_order(self, order: int) -> None:
        with shuffled_folders(order):
            self.world.settle()

    @rule()
    def run_with_a_small_store(self) -> None:
        self.world.settle(SMALL_STORE)

    @rule()
    def use_the_command_line(self) -> None:
        """Run as a user does, once in an example: it costs as much as ten runs in here."""
        if self.world.is_as_shipped and not self.used_command:
            self.used_command = True
            self.world.settle_by_command()

    @rule(version=st.integers(1, 9), part=st.integers(0, 3))
    def change_the_code(self, version: int, part: int) -> None:
        if part == 0:
            self.world.change_python(version)
        elif part == 1:
            self.world.change_code(version, _append(version, "predictor/forecast/assemble.py"))
        elif part == 2:
            self.world.change_code(version, _append(version, "predictor/simulator/cpu/laps.py"))
        else:
            self.world.change_version(version)
        self.world.settle()

    @rule(version=st.integers(1, 9))
    def change_the_house(self, version: int) -> None:
        self.world.change_the_house(version)
        self.world.settle()

    @rule(pick=PICK, how=PICK, fault=FAULTS)
    def run_into_a_fault(self, pick: int, how: int, fault: Fault) -> None:
        path = self.world.file(pick)
        if path is not None and how % 3:
            edit_file(path, how)
        else:
            self.world.options.seed += 1
        self.world.settle_after(fault)

    # -- what is kept between runs -------------------------------------------------------

    @rule(pick=PICK, every=st.integers(1, 4), what=st.integers(0, 3), at=PICK)
    def spoil_stored_results(self, pick: int, every: int, what: int, at: int) -> None:
        """Damage entries of the cache, then ask for something that reads many of them."""
        entries = self.world.entries()[pick % every :: every]
        for path, other in zip(entries, entries[1:] + entries[:1], strict=True):
            spoil(path, other, what, at)
        self.world.options.team_weights = TEAMS[pick % len(TEAMS)]
        path = self.world.file(at)
        if path is not None:
            edit_file(path, at)
        self.world.settle()

    @rule(what=st.sampled_from([".cache", ".cache/stages", ".cache/runs"]))
    def delete_from_the_cache(self, what: str) -> None:
        shutil.rmtree(self.world.output.parent / what, ignore_errors=True)
        self.world.settle()

    @rule(pick=PICK)
    def spoil_the_document(self, pick: int) -> None:
        if self.world.output.exists():
            data = self.world.output.read_bytes()
            damaged = (data.replace(b"0.1", b"0.2"), data[: len(data) // 2], b"", b"{}")
            self.world.output.write_bytes(damaged[pick % len(damaged)])
        self.world.settle()

    # -- small change --------------------------------------------------------------------

    def _history(self, pick: int) -> Path:
        files = sorted(path for path in self.world.earlier.rglob("*.json"))
        return files[pick % len(files)]


def _append(version: int, name: str) -> Callable[[Path], None]:
    def change(source: Path) -> None:
        with (source / name).open("a") as file:
            file.write(f"VERSION_{version} = True\n")

    return change
