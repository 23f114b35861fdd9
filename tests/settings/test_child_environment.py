"""What children are told: the variables that hold secrets are the ones in the list."""

from __future__ import annotations

import re

from services.settings.child_environment import SECRETS
from tests.rules.sources import ROOT

# Variables of the product that a run is steered by and that nobody needs to keep to himself.
OPEN: frozenset[str] = frozenset()


def test_secrets__are_all_variables_of_the_product():
    named = {
        name
        for path in (ROOT / "services").rglob("*.py")
        for name in re.findall(r'"(F1_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert named - OPEN == {name for name in SECRETS if name.startswith("F1_")}
