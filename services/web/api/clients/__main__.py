"""``python -m services.web.api.clients FOLDER``: write the clients into a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from services.disk.atomic_write import replace_file
from services.web.api.clients.files import client_files

__all__ = ["main"]


def main(folder: str = "clients") -> None:
    """Write the clients; those of the same names that are there are replaced."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    for name, text in client_files().items():
        replace_file(place / name, text.encode())


if __name__ == "__main__":
    main(*sys.argv[1:2])
