"""Whether what the archive needs is installed; asked before any of it is imported."""

from __future__ import annotations

from predictor.errors import PackageMissing
from services.disk.program import how_to_install
from services.settings.environment import is_installed

__all__ = ["STORE_PACKAGES", "require_store"]

STORE_PACKAGES = ("sqlalchemy", "alembic")


def require_store() -> None:
    """Make sure that the archive can be used.

    Raises
    ------
    PackageMissing
        Naming what is not installed.
    """
    missing = [name for name in STORE_PACKAGES if not is_installed(name)]
    if missing:
        raise PackageMissing(
            "the archive of forecasts needs packages that are not installed",
            got=", ".join(missing),
            do=how_to_install("store"),
        )
