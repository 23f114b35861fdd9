"""Fixtures and settings that every test may use."""

from pathlib import Path

import pytest
from hypothesis import settings

# Machines are shared and compile kernels on first use: a deadline would only flake.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

_REFERENCE = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def reference_data():
    """The folder of real data beside the repository; skips where it is absent."""
    if not (_REFERENCE / "README.md").is_file():
        pytest.skip(f"no reference data at {_REFERENCE}")
    return _REFERENCE
