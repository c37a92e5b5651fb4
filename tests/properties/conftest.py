"""Says at the end of a run how many planted pairs were right, and how many of the layout held back from tuning."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = [
        f"{report.nodeid.partition('::')[2]}: {value}"
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, value in report.user_properties
        if name == "pairs"
    ]
    if told:
        terminalreporter.section("planted pairs")
        for line in sorted(told):
            terminalreporter.write_line(line)
