"""A part joins by itself: its nodes are planned, run, forced, reused and explained."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import pytest

from predictor.forecast.assemble import ScenarioForecast
from predictor.graph.belief.part import FILTERED
from predictor.graph.part import Board, Part, Slot
from predictor.graph.parts import PARTS
from predictor.graph.plan import Group, Node, NodeRef, Stage, Tags
from predictor.graph.season_plan import build_plan
from predictor.graph.simulation.part import UNWEIGHTED, simulation_part
from predictor.vocabulary import Scenario
from tests.forecasting.small_season import SmallSeason
from tests.graph.test_learned_part import bundle, options
from tests.graph.test_season_plan import OPTIONS, season


def favourite(forecasts: dict[str, ScenarioForecast], digits: int) -> tuple[str, float]:
    """Give who wins most in the dry, and how often."""
    dry = forecasts["dry"]
    p_win = dry.p_position[:, 0]
    return dry.driver_ids[p_win.argmax()], round(float(p_win.max()), digits)


def count(favourites: dict[str, tuple[str, float]]) -> int:
    return len(favourites)


FAVOURITE = Stage("favourite", 1, favourite, tuple[str, float])
COUNT = Stage("favourites", 1, count, int)


@dataclass(slots=True)
class FavouritePart(Part):
    """Says of every event who is expected to win, and at the end how many events there are."""

    digits: int
    name: str = "favourite"
    found: dict[str, NodeRef] = field(default_factory=dict)

    def before_event(self, ahead, board):
        node_id = f"favourite/{ahead.event.event_id}"
        forecasts = Group(board.get(UNWEIGHTED))
        yield Node(node_id, FAVOURITE, {"forecasts": forecasts}, {"digits": self.digits})
        self.found[node_id] = NodeRef(node_id)

    def finish(self, board):
        yield Node("favourites", COUNT, {"favourites": Group(self.found)})


def with_favourites(digits=2):
    return partial(build_plan, parts=(*PARTS, lambda _asked: FavouritePart(digits)))


OF_CHINA = {"forecast/2025-china/dry", "forecast/2025-china/sprint/dry", "form/2025-china"}


@pytest.fixture
def small(tmp_path):
    found = SmallSeason(tmp_path)

    def run(plan, **changed):
        given = {"n_simulations": 20, "scenarios": (Scenario.DRY,)}
        return found.run(plan, **(given | changed))

    return run


def lines(report, word):
    return {line for line in report.explanations if line.startswith(word)}


def test_part__is_planned_run_and_explained_with_no_other_file_touched(small):
    report = small(with_favourites())
    assert report.outcome == "published"
    assert "favourite/2025-australia: runs, first run" in report.explanations
    assert lines(report, "favourites") == {"favourites: runs, first run"}
    assert len(lines(report, "favourite/")) == 24
    assert len(lines(small(with_favourites()), "favourite/")) == 24
    another = small(with_favourites(digits=3), only="china", incremental=False)
    assert (
        "favourite/2025-japan: runs, configuration changed: digits changed" in another.explanations
    )


def test_part__is_forced_with_its_event_and_with_no_other(small):
    small(with_favourites())
    report = small(with_favourites(), only="china", incremental=False)
    forced = {line.partition(":")[0] for line in report.explanations if "forced" in line}
    assert forced == {"favourite/2025-china", *OF_CHINA}


def test_part__that_leaves_leaves_no_trace_in_keys(small):
    small(build_plan)
    report = small(with_favourites(), only="china", incremental=False)
    ran = {line.partition(":")[0] for line in report.explanations if ": runs" in line}
    own = {name for name in ran if name.startswith("favourite")}
    assert ran - own == OF_CHINA
    assert len(own) == 25


def test_build_plan__tags_every_node_with_its_part_and_event():
    wanted = options(bundle())
    nodes = build_plan(season(), None, wanted).nodes
    of_miami = {node.id for node in nodes if node.tags.event_id == "2025-miami"}
    assert of_miami == {node.id for node in nodes if "2025-miami" in node.id}
    assert {"form/2025-miami", "learn/features/2025-miami", "learn/learned/2025-miami",
            "learn/blend/2025-miami", "learn/evidence/learned/2025-miami",
            "learn/past/2025-miami"} < of_miami  # fmt: skip
    tags = {node.id: node.tags for node in nodes}
    assert tags["forecast/2025-miami/wet"] == Tags("forecast", "2025-miami", "wet")
    assert tags["form/2025-miami"] == Tags("belief", "2025-miami")
    assert tags["learn/report"] == Tags("learned")
    assert all(one.part for one in tags.values())


def test_build_plan__the_filter_goes_on_beside_another_belief_only_where_a_part_needs_it():
    sampled = {"use_bayesian": True, "sampler": "installed"}
    alone = build_plan(season(), None, options(**sampled))
    assert "form/2025-miami" in {node.id for node in alone.nodes}  # for the ML layer
    one = dict(n_simulations=20, **sampled)
    without = build_plan(season(), None, type(OPTIONS)(**one))
    assert "form/2025-miami" not in {node.id for node in without.nodes}


def test_board__says_which_slot_no_part_has_filled():
    with pytest.raises(LookupError, match="no part gives 'belief of the online filter'"):
        Board().get(FILTERED)


def test_board__gives_what_was_put_last():
    board, slot = Board(), Slot("number")
    board.put(slot, 1)
    board.put(slot, 2)
    assert board.get(slot) == 2


def test_build_plan__a_part_without_the_one_it_rests_on_is_refused():
    with pytest.raises(LookupError, match="put the part that does before"):
        build_plan(season(), None, OPTIONS, parts=(simulation_part,))
