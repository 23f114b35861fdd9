"""What the daemon's builds so far came to, for its status."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from services.monitoring.status_file import BuildStatus
from services.publishing.built import Built, Unchanged

__all__ = ["Seen"]


@dataclass(slots=True)
class Seen:
    """One for the life of a daemon; every build adds to it."""

    last: BuildStatus | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    season: int | None = None
    rejected: list[dict[str, str]] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    problem: str = ""
    not_told: tuple[str, ...] = ()  # subscribers that the last publication found failing
    progress: str = ""
    worker_starts: int = 0
    is_concluded: bool = False  # a first build has ended, well or not

    def learn(self, answer: Built | Unchanged) -> None:
        """Take up what a build says of its inputs."""
        self.is_concluded = True
        self.season = answer.season
        self.rejected = [{"file": file, "reason": why} for file, why in answer.rejected]
        self.stale = list(answer.stale)

    def troubles(self) -> tuple[str, ...]:
        """Return what is not as it should be; some of it may be empty."""
        return (self.problem, *self.not_told, _rejected([one["file"] for one in self.rejected]))


def _rejected(files: list[str]) -> str:
    if len(files) < 2:
        return "".join(f"{file} is rejected" for file in files)
    return f"{len(files)} files are rejected, {files[0]} first"
