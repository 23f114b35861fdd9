"""When the daemon builds: pure arithmetic on a monotonic clock, no files and no threads."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Schedule"]

_MAX_CANCELS = 2  # running; then a build is left to finish, or a busy folder would never get one


@dataclass(slots=True)
class Schedule:
    """Changes come in, the moment of the next build comes out. All times in s.

    A build is due when nothing has changed for ``settle_s``, or ``max_wait_s`` after the
    first change, whichever is earlier. After a failure it is due again after a pause that
    doubles up to ``back_off_max_s``; a change ends the pause, for it may be the remedy.
    """

    settle_s: float
    max_wait_s: float
    back_off_s: float
    back_off_max_s: float
    first_change: float | None = None
    last_change: float | None = None
    n_failures: int = 0  # running
    retry_at: float | None = None
    n_cancels: int = 0  # running

    def changed(self, now: float) -> None:
        """Note that something has changed."""
        if self.first_change is None:
            self.first_change = now
        self.last_change = now

    @property
    def is_dirty(self) -> bool:
        """Whether there are changes that no build has taken up."""
        return self.first_change is not None

    @property
    def due_at(self) -> float | None:
        """When a build is due; None: not at all."""
        if self.first_change is None or self.last_change is None:
            return self.retry_at
        return min(self.last_change + self.settle_s, self.first_change + self.max_wait_s)

    def is_due(self, now: float) -> bool:
        """Whether a build is to be started."""
        return self.due_at is not None and now >= self.due_at

    def started(self) -> None:
        """Note that a build has taken up all changes so far."""
        self.first_change = self.last_change = self.retry_at = None

    def should_cancel(self, now: float) -> bool:
        """Whether a running build is outdated by changes that have settled since."""
        return self.is_dirty and self.is_due(now) and self.n_cancels < _MAX_CANCELS

    def cancelled(self, now: float) -> None:
        """Note that a build was stopped for newer changes, which are due at once."""
        self.n_cancels += 1
        if self.first_change is None:
            self.retry_at = now

    def succeeded(self) -> None:
        """Note a build that came to its end."""
        self.n_failures = self.n_cancels = 0

    def failed(self, now: float) -> None:
        """Note a build that failed; one that was asked for meanwhile comes at once."""
        pause = min(self.back_off_s * 2.0**self.n_failures, self.back_off_max_s)
        self.n_failures = min(self.n_failures + 1, 30)  # 2.0**30 s is long enough
        self.n_cancels = 0
        if self.retry_at is None:
            self.retry_at = now + pause

    def at_once(self, now: float) -> None:
        """Have a build started as soon as possible."""
        self.retry_at = now
        self.first_change = self.last_change = None
