"""What the server has done since it started, as numbers for Prometheus."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

__all__ = ["Counters", "metrics_text"]


@dataclass(slots=True)
class Counters:
    """Counted by the event loop, and those of the follower by its thread."""

    answers: Counter[int] = field(default_factory=Counter)  # by status
    refused: Counter[str] = field(default_factory=Counter)  # connections, by reason
    events: int = 0  # sent to all streams together
    looks: int = 0  # of the follower
    snapshots: int = 0  # begun
    snapshot_s: float = 0.0  # processor time of the last one

    def count_events(self, n_readers: int) -> None:
        """Note that an event was put to so many readers."""
        self.events += n_readers


def metrics_text(
    counters: Counters,
    *,
    connections: int,
    streams: int,
    resources: int,
    waiting: int,
    failures: int,
) -> bytes:
    """Return the figures in Prometheus's text format."""
    lines = []
    for name, kind, words, values in (
        ("f1_web_answers_total", "counter", "Answers by status.",
         {f'status="{status}"': n for status, n in sorted(counters.answers.items())}),
        ("f1_web_refused_total", "counter", "Connections refused or cut, by reason.",
         {f'reason="{reason}"': n for reason, n in sorted(counters.refused.items())}),
        ("f1_web_connections", "gauge", "Connections open.", {"": connections}),
        ("f1_web_streams", "gauge", "Readers of the event stream.", {"": streams}),
        ("f1_web_events_total", "counter", "Events sent to readers.", {"": counters.events}),
        ("f1_web_looks_total", "counter", "Looks at the output folder.", {"": counters.looks}),
        ("f1_web_snapshots_total", "counter", "Times that pages were made anew.",
         {"": counters.snapshots}),
        ("f1_web_snapshot_seconds", "gauge", "Processor time that the last one took.",
         {"": round(counters.snapshot_s, 6)}),
        ("f1_web_resources", "gauge", "Answers that are made.", {"": resources}),
        ("f1_web_waiting", "gauge", "Pages that are still to be made.", {"": waiting}),
        ("f1_web_failures", "gauge", "Pages that could not be made.", {"": failures}),
    ):  # fmt: skip
        lines += [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]
        lines += [
            f"{name}{{{label}}} {n}" if label else f"{name} {n}" for label, n in values.items()
        ]
    return ("\n".join(lines) + "\n").encode()
