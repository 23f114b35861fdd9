"""How a server is asked to serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from services.archive.place import StorePlace
from services.settings.limits import Limits
from services.web.parts import utc_now
from services.web.world import Demo

__all__ = ["LOOPBACK", "ServeSettings"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """How a server is asked to serve.

    Attributes
    ----------
    folder : Path
        The output folder.
    host, port
        Where it listens; port 0: any that is free.
    allowed_hosts : tuple of str
        Names by which others than this machine may call it.
    store : StorePlace, optional
        Where the archive is to be; None: in the output folder, if there is one.
    token : str
        What a reader must know to have something computed; empty: nobody can from elsewhere.
    public_url : str
        Where readers find it.
    access_log : bool
        Whether every request is told on stderr.
    ends_with_parent : bool
        Whether it stops when its standard input ends.
    limits : Limits
        Of the house: what a what-if may cost.
    clock : callable
        The time in UTC; of a weekend that is replayed, the time there.
    demo : callable
        What is replayed, if anything is.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8000
    allowed_hosts: tuple[str, ...] = ()
    store: StorePlace | None = None
    token: str = field(default="", repr=False)
    public_url: str = ""
    access_log: bool = False
    ends_with_parent: bool = False
    limits: Limits = field(default_factory=Limits, repr=False)
    clock: Callable[[], datetime] = utc_now
    demo: Callable[[], Demo | None] = lambda: None

    @property
    def is_open(self) -> bool:
        """Whether others than this machine's own users may reach it."""
        return self.host not in LOOPBACK or bool(self.allowed_hosts or self.public_url)

    @property
    def names(self) -> tuple[str, ...]:
        """Names by which it may be called, beside those of this machine for itself."""
        public = urlsplit(self.public_url).hostname
        return (*self.allowed_hosts, *((public,) if public else ()))
