"""What a build computed: all that publishing and recording it needs, and plain enough to send."""

from __future__ import annotations

from dataclasses import dataclass, field

from predictor.graph.plan import Decision, KeyParts

__all__ = ["Built"]


@dataclass(frozen=True, slots=True)
class Built:
    """The result of one build, before anything of it is published."""

    season: int
    code: str  # digest of the code that computed it
    core: bytes  # the library's document as JSON; empty if nothing changed
    run_key: str  # equal keys give equal documents, see `services.engine.run_key`
    n_histories: int  # folders of earlier seasons to look at to see whether anything changed
    data_hash: str
    inputs: dict[str, str]  # file -> digest; the earlier seasons count as one file
    rejected: tuple[tuple[str, str], ...]  # file, reason
    stale: tuple[str, ...]  # rejected files whose last good bytes are in use
    notes: tuple[str, ...]  # about the inputs, for the document's readers
    good: dict[str, str]  # the next last-good table
    nodes: dict[str, KeyParts]  # for the next run's reasons
    decisions: dict[str, Decision]
    store_notes: tuple[str, ...] = ()
    stage_seconds: dict[str, float] = field(default_factory=dict)  # of fits that were computed
    seconds: dict[str, float] = field(default_factory=dict)  # of every stage that was computed
    not_read: tuple[tuple[str, str], ...] = ()  # file, what to do: data in a form not read
    not_kept: str = ""  # which last good bytes the disk refused, and why

    @property
    def unchanged(self) -> bool:
        """Whether the published document already says all of it."""
        return not self.core

    @property
    def stages_run(self) -> int:
        """Number of stages that were computed."""
        return sum(decision.runs for decision in self.decisions.values())

    @property
    def stages_reused(self) -> int:
        """Number of stages whose stored result was used."""
        return len(self.decisions) - self.stages_run
