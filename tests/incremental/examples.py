"""How often and how long the machine runs."""

from __future__ import annotations

import os
from collections.abc import Collection

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.incremental.machine import IncrementalRuns

__all__ = ["EXAMPLES", "run_machine"]

SEED = 20251121  # printed by hypothesis with a failure, and the same in every run
STEPS = 14
FEW_STEPS = 5  # with few rules to choose from
EXAMPLES = 12 * int(os.environ.get("F1_SOAK", "1"))  # F1_SOAK=20: twenty times as many


def run_machine(n_examples: int = EXAMPLES, rules: Collection[str] = ()) -> None:
    """Run the machine with its fixed seed, with the named rules alone if there are any.

    A failing example is not made smaller: fourteen steps can be read, and trying thousands
    of shorter ones takes minutes.

    Raises
    ------
    AssertionError
        If a document is not what a full rebuild gives; the steps that led there are printed.
    """
    all_rules = {name for name in dir(IncrementalRuns) if _is_rule(name)}
    assert set(rules) <= all_rules, f"no such rule: {set(rules) - all_rules}"
    without = dict.fromkeys(all_rules - set(rules) if rules else ())
    run_state_machine_as_test(
        seed(SEED)(type("Runs", (IncrementalRuns,), without)),
        settings=settings(
            max_examples=2 * n_examples if rules else n_examples,
            stateful_step_count=FEW_STEPS if rules else STEPS,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        ),
    )


def _is_rule(name: str) -> bool:
    is_ours = name not in dir(RuleBasedStateMachine)
    return is_ours and callable(getattr(IncrementalRuns, name)) and not name.startswith("_")
