"""Whether the last forecast is kept because the files that it rests on have vanished."""

from __future__ import annotations

from services.daemon.lookout import Lookout

__all__ = ["Holding"]


class Holding:
    """Weighs what `Lookout.loss` says against what a person has said of it.

    Attributes
    ----------
    loss : str
        What has vanished, so that no build is made; empty where one may be.

    Parameters
    ----------
    lookout : Lookout
    """

    def __init__(self, lookout: Lookout) -> None:
        self.loss = ""
        self._lookout = lookout
        self._is_accepted = False

    def decide(self) -> str:
        """Return why a build that is due must wait; empty if it need not."""
        loss = self._lookout.loss(is_new=True)
        self._is_accepted = self._is_accepted and bool(loss)  # until a build has taken it up
        self.loss = "" if self._is_accepted else loss
        return self.loss

    def is_losing(self) -> bool:
        """Whether a build may have seen a folder that was vanishing just then."""
        return not self._is_accepted and bool(self._lookout.loss())

    def accept(self) -> None:
        """Take the folders as they are: what is lost now, not what may be later."""
        self._is_accepted = bool(self._lookout.loss(is_new=True))
