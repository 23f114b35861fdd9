"""What the rules of the machine choose among."""

from __future__ import annotations

from hypothesis import strategies as st

from predictor.vocabulary import Scenario
from tests.incremental.faults import disk_full_at, killed_at, no_file_beyond

__all__ = ["EVENTS", "FAULTS", "MODELS", "PICK", "SCENARIOS", "TEAMS", "WEIGHTS"]

# The first of each is what hypothesis tries first: the one that changes most.
PICK = st.integers(0, 99)
EVENTS = ("01-australia", "02-china", "03-japan", "04-bahrain")
FAULTS = st.one_of(
    st.integers(1, 110).map(killed_at),
    st.integers(1, 110).map(disk_full_at),
    st.integers(0, 40_000).map(no_file_beyond),
)
WEIGHTS: tuple[dict[str, float], ...] = ({"VER": 1.3}, {"VER": 0.8, "norris": 1.2}, {})
TEAMS: tuple[dict[str, float], ...] = ({"Ferrari": 1.5}, {"mclaren": 0.7}, {})
SCENARIOS = (
    (Scenario.SAFETY_CAR,),
    (Scenario.DRY, Scenario.WET),
    (Scenario.WET, Scenario.DRY),
    tuple(Scenario),
)
MODELS = (
    "[filter.qualifying]\nnoise_sd = 0.9\n",
    "[filter.strength]\ntemperature = 0.5\n",
    "[race]\nsetback_scale = 0.4\n",
    "[weights]\nkappa = 0.5\n",
    "[climate]\nwet_share = 0.4\n",
    "",
)
