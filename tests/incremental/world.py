"""The folders of one season, everything that may happen to them, and what must hold after."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import orjson
from msgspec import structs

from predictor.errors import F1Error
from predictor.graph.belief import part as belief_part
from predictor.graph.simulation import scenario
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import Horizon, Scenario
from services.engine import run_key
from services.forecasting.one_run import run_job
from services.publishing import conclude, document
from services.settings import environment, product_code
from services.settings import model_constants as model_file
from services.settings.limits import Limits, StoreLimits
from services.settings.run_request import RunReport, RunRequest
from tests.incremental.faults import DONE, KILLED, REFUSED, Fault, run_in_child
from tests.incremental.oracle import Kept, Rebuilt, differences, full_rebuild, stable
from tests.incremental.season_files import EDITS, HISTORY, LATER, SEASON
from tests.published.small_document import as_json
from tests.rules.sources import ROOT

__all__ = ["SMALL_STORE", "World", "edit_file", "write"]

_COMMAND_S = 600  # a process that hangs is a finding too
SMALL_STORE = Limits(store=StoreLimits(max_bytes=60_000))


@dataclass
class Options:
    """What the user asks for; it stays so until a rule changes it."""

    n_simulations: int = 12
    seed: int = 1
    scenarios: tuple[Scenario, ...] = (Scenario.DRY, Scenario.WET)
    horizon: Horizon = Horizon.AFTER_QUALIFYING
    driver_weights: dict[str, float] = field(default_factory=dict)
    team_weights: dict[str, float] = field(default_factory=dict)
    jobs: int = 1


class World:
    """Drops, earlier seasons, model constants, code and predictions of one example."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="incremental-")).resolve()
        self.drops, self.earlier = self.folder / "drops", self.folder / "earlier"
        self.elsewhere, self.config = self.folder / "elsewhere", self.folder / "config"
        self.output = self.folder / "predictions" / "season.json"
        self.options = Options()
        self.kept = Kept()
        self._house_notes: list[str] = []
        self._undo = ExitStack()
        for folder in (self.drops, self.earlier, self.elsewhere, self.config):
            folder.mkdir()
        for name in ("model.toml", "pit_crews.toml"):
            shutil.copy(ROOT / "config" / name, self.config)
        shutil.copytree(ROOT / "config" / "circuits", self.config / "circuits")
        # Constants are read from this folder by whoever asks, and keyed by their files in it.
        self._undo.enter_context(
            patch.object(model_file.read_model, "__defaults__", (self.config,))
        )
        self._undo.enter_context(patch.object(run_key, "CONFIG", self.config))
        for name, data in SEASON.items():
            if name not in LATER:
                write(self.drops / name, data)
        for name, data in HISTORY.items():
            write(self.earlier / name, data)

    def close(self) -> None:
        """Undo what was done to the code, and remove the folders."""
        self._undo.close()
        _start_anew()
        shutil.rmtree(self.folder)

    # -- what is there -------------------------------------------------------------------

    def files(self) -> list[Path]:
        """Give the season's files, in order of their paths."""
        found = (path for path in self.drops.rglob("*") if not path.is_symlink())
        return sorted(path for path in found if path.is_file())

    def file(self, pick: int) -> Path | None:
        """Give one of the season's files, or None where none is left."""
        files = self.files()
        return files[pick % len(files)] if files else None

    def entries(self) -> list[Path]:
        """Give the files of the cache that hold stage results."""
        folder = self.output.parent / ".cache" / "stages"
        return sorted(path for path in folder.rglob("*") if path.is_file())

    def settings(self, **changed: Any) -> RunRequest:
        """Give the settings of the next run."""
        given = {
            "train_data": self.drops,
            "history": self.earlier,
            "output": self.output,
            "incremental": True,
            **vars(self.options),
        }
        return RunRequest(**(given | changed))

    # -- runs ----------------------------------------------------------------------------

    def settle(self, limits: Limits | None = None, **changed: Any) -> RunReport | None:
        """Run once, and compare what is published with the straight-line rebuild."""
        settings = self.settings(**changed)
        before = read(self.output)
        expected = self._expected(settings)
        report = _report_or_error(settings, limits or Limits())
        if isinstance(expected, F1Error) or isinstance(report, F1Error):
            assert type(report) is type(expected), f"{report!r:.400}, expected {expected!r:.400}"
            assert read(self.output) == before, "a refused run changed the document"
            return None
        _assert_same(as_json(report.document), expected)
        self._accept(expected)
        return report

    def settle_by_command(self) -> None:
        """Do the same with a process of the command line."""
        named = self.options.scenarios  # the command puts them in order
        settings = self.settings(scenarios=tuple(one for one in Scenario if one in named))
        before = read(self.output)
        expected = self._expected(settings)
        ended = subprocess.run(_command(settings), cwd=ROOT, capture_output=True, text=True,
                               timeout=_COMMAND_S, check=False)  # fmt: skip
        if isinstance(expected, F1Error):
            assert ended.returncode == expected.exit_code, ended.stderr
            assert read(self.output) == before, "a refused run changed the document"
            return
        assert ended.returncode == 0, ended.stderr
        self._accept(expected)

    def settle_after(self, fault: Fault) -> None:
        """Run with a fault, see that a reader sees the old document or the new, run again."""
        before = read(self.output)
        settings = self.settings()
        expected = self._expected(settings)
        code = run_in_child(partial(run_job, settings, Limits()), self.folder, fault)
        words = (self.folder / "child.err").read_text()
        assert code in (DONE, REFUSED, KILLED), f"exit {code}: {words}"
        after = read(self.output)
        if after != before:
            assert isinstance(expected, Rebuilt), "a run was not refused"
            assert after is not None, "the document is gone"
            _assert_same(orjson.loads(after), expected)
        self.settle()

    def _expected(self, settings: RunRequest) -> Rebuilt | F1Error:
        try:
            rebuilt = full_rebuild(
                contents(self.drops), contents(self.earlier), self.kept, settings,
                model_file.read_model(),
            )  # fmt: skip
        except F1Error as error:
            return error
        rebuilt.document["metadata"]["notes"] += self._house_notes
        return rebuilt

    def _accept(self, expected: Rebuilt) -> None:
        _assert_same(orjson.loads(self.output.read_bytes()), expected)
        self.kept = expected.kept

    # -- what may happen -----------------------------------------------------------------

    @property
    def is_as_shipped(self) -> bool:
        """Whether code and constants are those that a new process would read."""
        names = {"model.toml", "pit_crews.toml"} | {
            path.relative_to(config).as_posix()
            for config in (self.config, ROOT / "config")
            for path in config.glob("circuits/*.toml")
        }
        return product_code.ROOT == ROOT and all(
            read(self.config / name) == read(ROOT / "config" / name) for name in names
        )

    def change_code(self, version: int, where: Callable[[Path], None]) -> None:
        """Change what a helper of a stage does, in a source that says so, and start anew.

        Parameters
        ----------
        where : callable
            Changes the copy of the source it is given.
        """
        self._change_source(where)
        real = scenario.forecast_race

        def another(*given: Any, **named: Any) -> Any:
            *known, setup = given
            moved = replace(setup, seed=setup.seed + 1000 * version)
            return real(*known, moved, **named)

        self._undo.enter_context(patch.object(scenario, "forecast_race", another))

    def change_the_house(self, version: int) -> None:
        """Change what is added to a document after the last stage, and start anew."""

        def append(source: Path) -> None:
            with (source / "services" / "publishing" / "document.py").open("a") as file:
                file.write(f"VERSION_{version} = True\n")

        self._change_source(append)
        self._house_notes = [f"house {version}"]
        real = document.complete_document

        def another(*given: Any, **named: Any) -> SeasonDocument:
            done = real(*given, **named)
            notes = (*done.metadata.notes, *self._house_notes)
            return structs.replace(done, metadata=structs.replace(done.metadata, notes=notes))

        self._undo.enter_context(patch.object(conclude, "complete_document", another))

    def _change_source(self, where: Callable[[Path], None]) -> None:
        copy = self.folder / "source"
        if not copy.exists():
            for package in ("predictor", "services"):
                shutil.copytree(ROOT / package, copy / package,
                                ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
            self._undo.enter_context(patch.object(product_code, "ROOT", copy))
        where(copy)
        _start_anew()

    def change_python(self, version: int) -> None:
        """Change what a helper does because the interpreter is another one."""
        given = vars(environment.platform) | {"python_version": lambda: f"3.99.{version}"}
        self._undo.enter_context(patch.object(environment, "platform", SimpleNamespace(**given)))
        self.change_code(version + 100, lambda _: None)

    def change_version(self, version: int) -> None:
        """Change what a stage does, and nothing but its version says so."""
        another = replace(belief_part.FORECAST, version=belief_part.FORECAST.version + 1)
        self._undo.enter_context(patch.object(belief_part, "FORECAST", another))
        self.change_code(version + 200, lambda _: None)
        # The key of a whole run goes by the code; a version alone cannot change there.
        shutil.rmtree(self.output.parent / ".cache" / "runs", ignore_errors=True)


def _start_anew() -> None:
    """Forget what a process takes down of its code once, as a new one would."""
    environment.salt.cache_clear()
    environment.product_code.cache_clear()


def edit_file(path: Path, pick: int) -> None:
    """Change a value of a file; one that is no session and no calendar stays as it is."""
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        return
    for name, edits in EDITS.items():
        if isinstance(content, dict) and len(content.get(name, ())) > 1:
            edits[pick % len(edits)](content, pick // len(edits))
            path.write_bytes(orjson.dumps(content))


def contents(folder: Path) -> dict[str, bytes | str]:
    """Give path -> bytes of the session files below a folder, season documents left out.

    What may not be read gives the reason instead.
    """
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[path.relative_to(folder).as_posix()] = "is a link; put the file itself here"
        elif path.is_file() and path.suffix.lower() in (".json", ".csv"):
            data = path.read_bytes()
            if b'"schema_version"' not in data:
                found[path.relative_to(folder).as_posix()] = data
    return found


def _command(settings: RunRequest) -> list[str]:
    """Give the command line that asks for what settings say."""
    given = {
        "--train-data": str(settings.train_data),
        "--history": str(settings.history),
        "--output": str(settings.output),
        "--num-simulations": str(settings.n_simulations),
        "--seed": str(settings.seed),
        "--scenarios": ",".join(settings.scenarios),
        "--horizon": settings.horizon.value,
        "--jobs": str(settings.jobs),
        "--driver-weights": orjson.dumps(settings.driver_weights).decode(),
        "--team-weights": orjson.dumps(settings.team_weights).decode(),
    }
    words = [word for pair in given.items() for word in pair]
    return [sys.executable, "-m", "services", "forecast", "--incremental-update", *words]


def _report_or_error(settings: RunRequest, limits: Limits) -> RunReport | F1Error:
    try:
        return run_job(settings, limits)
    except F1Error as error:
        return error


def read(path: Path) -> bytes | None:
    """Give a file's bytes, or None where there is none."""
    return path.read_bytes() if path.exists() else None


def write(path: Path, data: bytes) -> None:
    """Write a file, with the folders it needs; never through a link."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def _assert_same(published: Mapping[str, Any], expected: Rebuilt) -> None:
    got = stable(published)
    if orjson.dumps(got) != orjson.dumps(expected.document):
        lines = differences(got, expected.document) or ["the same values in other bytes"]
        raise AssertionError("not what a full rebuild gives:\n  " + "\n  ".join(lines))
