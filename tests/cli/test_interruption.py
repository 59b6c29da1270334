"""Ctrl-C and SIGTERM while `apply` works, asks or reads: real processes at a terminal."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.kit.terminal import Terminal, screen_of, state_reports

from .centre_files import many, written
from .conftest import Shell

AGENTS = 60


@pytest.fixture
def apply(shell: Shell, tmp_path: Path) -> tuple[str, ...]:
    """An `apply` that takes a while."""
    shell.emulator.latency = 0.05
    return ("apply", written(tmp_path, many(AGENTS)), "--yes", "--concurrency", "4")


def clean(text: str) -> None:
    """Check that a terminal is left as it was found."""
    assert "Traceback" not in text
    assert text.rfind("\x1b[?25h") >= text.rfind("\x1b[?25l")  # the cursor is shown
    assert "applying" not in screen_of(text)
    assert "reading" not in screen_of(text).replace("beside reading", "")


def test_the_first_signal_finishes_what_is_in_flight(
    shell: Shell, tmp_path: Path, apply: tuple[str, ...]
) -> None:
    agents = shell.emulator.state.stringee.agents
    with Terminal(*apply, environment=shell.environment) as terminal:
        terminal.until(lambda: len(agents) >= 4)
        terminal.signal(signal.SIGTERM)
        assert terminal.end() == 130
    assert "finishing what is in flight; Ctrl-C again stops at once" in terminal.text
    assert "The whole report: " in terminal.text
    clean(terminal.text)
    (path,) = state_reports(tmp_path)
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["exit_code"] == 130
    assert report["counts"]["create agent"] == len(agents) < AGENTS
    assert report["counts"]["create agent"] + report["counts"]["not_tried"] == AGENTS
    assert "unknown" not in report["counts"]
    shell.emulator.latency = 0.0
    assert "nothing is left to do" in shell(*apply).stdout
    assert len({agent["stringee_user_id"] for agent in agents.values()}) == len(agents) == AGENTS


def test_the_second_signal_stops_at_once(shell: Shell, tmp_path: Path, apply: tuple[str, ...]) -> None:
    agents = shell.emulator.state.stringee.agents
    with Terminal(*apply, environment=shell.environment) as terminal:
        terminal.until(lambda: len(agents) >= 4)
        shell.emulator.latency = 5.0
        seen = shell.emulator.count()
        terminal.until(lambda: shell.emulator.count() >= seen + 4)
        terminal.signal(signal.SIGINT)
        terminal.shows("finishing what is in flight")
        terminal.signal(signal.SIGINT)
        terminal.shows("stopped")
        assert terminal.end() == 130
    assert "The same command goes on from here." in terminal.text
    assert "may have been carried out" in terminal.text
    clean(terminal.text)
    (path,) = state_reports(tmp_path)
    report = json.loads(path.read_text(encoding="utf-8"))
    assert (report["exit_code"], report["counts"]["unknown"]) == (130, 4)


def test_ctrl_c_at_the_question_and_while_reading_ends_at_once(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path)
    with Terminal("apply", file, environment=shell.environment) as terminal:
        terminal.shows("[y/N]: ")
        terminal.signal(signal.SIGINT)
        assert terminal.end() == 130
    clean(terminal.text)
    shell.emulator.latency = 10.0
    with Terminal("plan", file, environment=shell.environment) as terminal:
        terminal.shows("reading")
        terminal.signal(signal.SIGTERM)
        assert terminal.end() == 130
    clean(terminal.text)
    assert not shell.emulator.state.stringee.agents
