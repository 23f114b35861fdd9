"""Lines that the long tests leave for whoever started them."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def summary(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Give a function that has one line printed at the end of the session."""
    return lambda line: record_property("summary", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the lines; they travel with the reports, also from other processes."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, line in getattr(report, "user_properties", ()):
                if name == "summary" and report.when == "call":
                    terminalreporter.write_line(f"soak: {line}")
