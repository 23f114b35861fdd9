"""Run every stage of some plans traced, and print which code each has run.

A program of its own, so that what a stage imports late is imported under that stage.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from predictor.as_of import AsOf
from predictor.graph.plan import Node, Plan, Salt
from predictor.report.what_if import Opinion
from predictor.vocabulary import Horizon
from services.backtesting.season import SeasonTask, forecast_season
from services.engine import runner
from services.forecasting import build
from services.forecasting.one_run import run_job
from services.forecasting.simulated_event import simulate_event
from services.forecasting.what_if import answer_what_if
from services.intake.run_folders import Folders
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.rules.sources import ROOT

PACKAGES = ("predictor", "services")
Seen = dict[str, dict[str, set[str]]]  # stage -> "begins" and "ran" -> modules


def main() -> None:
    """Print what ran as JSON."""
    seen: Seen = defaultdict(lambda: {"begins": set(), "ran": set()})
    with tempfile.TemporaryDirectory() as folder:
        PLANS[sys.argv[1]](seen, Path(folder))
    sys.stdout.write(json.dumps(seen, default=sorted))


def traced(plan: Plan, seen: Seen) -> Plan:
    """Give a plan whose stages say which code they run."""
    return replace(plan, nodes=tuple(_traced(node, seen) for node in plan.nodes))


def _traced(node: Node, seen: Seen) -> Node:
    stage, of_stage = node.stage, seen[node.stage.name]
    of_stage["begins"] |= stage.begins_in

    def function(**arguments: Any) -> Any:
        files: set[str] = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call":
                files.add(frame.f_code.co_filename)

        sys.setprofile(note)
        try:
            return stage.function(**arguments)
        finally:
            sys.setprofile(None)
            of_stage["ran"] |= {_module(file) for file in files} - {""}

    return replace(node, stage=replace(stage, function=function))


def _module(file: str) -> str:
    if not Path(file).is_relative_to(ROOT):
        return ""
    parts = Path(file).relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__") if parts[0] in PACKAGES else ""


def _season_of_files(seen: Seen, folder: Path) -> None:
    from tests.forecasting.small_season import SmallSeason  # noqa: PLC0415
    from tests.incremental.season_files import SEASON, TESTING  # noqa: PLC0415

    season = SmallSeason(folder / "season")
    for name in TESTING:
        path = season.drops / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(SEASON[name])
    settings = RunRequest(
        season.drops, season.output, season.earlier, n_simulations=60, jobs=1,
        driver_weights={"VER": 1.2},
    )  # fmt: skip
    run: Callable[..., Any] = runner.run
    build.run = lambda plan, *given, **named: run(traced(plan, seen), *given, **named)  # type: ignore[attr-defined]
    build.rebuild(settings, Folders(settings, Limits()))
    for point in (AsOf(round=1), AsOf(day="2024-12-31")):
        then = replace(settings, as_of=point)
        build.rebuild(then, Folders(then, Limits()))
    simulate_event(settings, Limits(), event="japan", sim=1)
    simulate_event(settings, Limits(), event="japan", shard=(1, 2))
    task = SeasonTask(settings, (Horizon.AFTER_QUALIFYING,), Limits())
    forecast_season(task, lambda *_: None)
    published = replace(settings, as_of=AsOf(round=2), incremental=True)
    run_job(published)
    answer_what_if(season.output, Opinion("2025-japan", {"NOR": 1.1}, {}, titles=False), Limits())


def _season_with_layer(seen: Seen, _: Path) -> None:
    from tests.graph.test_learned_part import build_plan, bundle, options, season  # noqa: PLC0415

    wanted = options(bundle(), bundle("2.0"))
    _run(build_plan(season(), None, wanted, history_digest="none"), seen)


def _season_sampled(seen: Seen, _: Path) -> None:
    from tests.graph.test_sampled_part import plan, season  # noqa: PLC0415

    _run(plan(season()), seen)


def _run(plan: Plan, seen: Seen) -> None:
    runner.run(traced(plan, seen), build.NothingStored(), {}, salt=Salt("", ""), jobs=1)


PLANS = {"files": _season_of_files, "layer": _season_with_layer, "sampled": _season_sampled}


if __name__ == "__main__":
    main()
