"""What `apply` shows while it goes on: a question, a bar on a terminal, lines elsewhere, and results apart from both."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from stringee_async.cli import run_display
from stringee_async.cli.output import Form
from stringee_async.cli.streams import ReaderGoneError
from stringee_async.provision.plan import Plan
from stringee_async.provision.run_events import Planned, Settled, Waiting
from stringee_async.provision.runner import UnitOutcome, UnitState
from stringee_async.provision.unit import Unit
from tests.kit.terminal import PROGRAM, Terminal, screen_of

from .centre_files import many, settle_quickly, written
from .conftest import Shell

UNIT = Unit(kind="agent", action="create", key=("u.an",))


class Sender:
    """Stands for a client of which only the number of requests matters."""

    def __init__(self) -> None:
        self.requests = 0

    def stats(self) -> Any:
        return SimpleNamespace(requests=self.requests)


def settled(state: UnitState, done: int, total: int) -> Settled:
    return Settled(UnitOutcome(unit=UNIT, state=state), done, total)


def test_the_time_left_comes_from_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    now, sender = [100.0], Sender()
    monkeypatch.setattr(run_display.time, "monotonic", lambda: now[0])
    display = run_display.RunDisplay(cast("Any", sender), 10.0)
    display.take(Planned(Plan(vendor="stringee", units=(UNIT,) * 1000)))
    now[0], sender.requests = 102.0, 200
    display.take(settled("done", 100, 1000))
    assert display.numbers() == "100 requests/s, about 3 min left"  # 900 units of 2 requests at 10/s
    display.take(settled("failed", 101, 1000))
    display.take(Waiting(3.2, "quota"))
    assert display.numbers().endswith("1 failed, waited 3 s for the rate limit")
    display.take(settled("done", 1000, 1000))
    assert display.numbers() == "100 requests/s, 1 failed, waited 3 s for the rate limit"


def test_lines_elsewhere_and_a_reader_that_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_display, "_PLAIN_PAUSE", -1.0)
    stream = io.StringIO()
    with contextlib.redirect_stderr(stream), run_display.running(cast("Any", Sender()), Form()) as display:
        display.take(settled("done", 1, 3))
        assert stream.getvalue().startswith("1 of 3, 0 requests/s, about")
        stream.write = lambda _: (_ for _ in ()).throw(BrokenPipeError())  # type: ignore[method-assign,assignment]
        display.take(settled("done", 2, 3))
        display.take(settled("done", 3, 3))
    assert display.done == 3


def test_a_question_a_bar_and_a_screen_without_traces(shell: Shell, tmp_path: Path) -> None:
    shell.emulator.latency = 0.02
    file = written(tmp_path, many(30))
    with Terminal("apply", file, "--rate", "100/1", environment=shell.environment) as terminal:
        terminal.shows("Apply this plan? [y/N]: ")
        assert "about 30 calls" in terminal.text
        terminal.type("y\n")
        terminal.shows("/30")
        terminal.shows(" requests/s, about")
        assert terminal.end() == 0
    screen = screen_of(terminal.text)
    assert "30 of 30 done" in screen
    assert "applying" in terminal.text
    assert "applying" not in screen
    assert terminal.text.rfind("\x1b[?25h") > terminal.text.rfind("\x1b[?25l")


def test_no_is_no_and_results_stay_apart_from_the_terminal(shell: Shell, tmp_path: Path) -> None:
    file, out = written(tmp_path), tmp_path / "out.txt"
    environment = {**shell.environment, "NO_COLOR": "1"}
    with (
        out.open("wb") as results,
        Terminal("apply", file, environment=environment, stdout=results) as terminal,
    ):
        terminal.shows("[y/N]: ")
        terminal.type("n\n")
        assert terminal.end() == 3
    assert "declined; nothing was written" in terminal.text
    assert "+ agent " in terminal.text  # who answers sees the plan though standard output goes elsewhere
    assert "\x1b[3" not in terminal.text
    assert out.read_text(encoding="utf-8").startswith("Plan ")
    with (
        out.open("wb") as results,
        Terminal("dump", environment=shell.environment, stdout=results) as terminal,
    ):
        assert terminal.end() == 0
    assert out.read_text(encoding="utf-8").startswith("version: 1")
    assert "version: 1" not in terminal.text
    assert not shell.emulator.state.stringee.agents


def test_a_run_goes_on_when_the_reader_of_its_lines_leaves(shell: Shell, tmp_path: Path) -> None:
    words = ("apply", written(tmp_path, many(30)), "--yes", "-o", "ndjson")
    environment = {
        **os.environ,
        **{name: value for name, value in shell.environment.items() if value is not None},
    }
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
        assert (process.wait(), told) == (0, b"")
    assert len(shell.emulator.state.stringee.agents) == 30


def test_plan_keeps_its_exit_code_when_its_reader_leaves(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: str) -> None:
        raise ReaderGoneError

    settle_quickly(monkeypatch)
    monkeypatch.setattr("stringee_async.cli.provisioning_output.write", gone)
    file = written(tmp_path)
    assert shell("plan", file, code=2).output == ""
    assert "error" not in shell("apply", file, "--yes").stderr
    shell("verify", file)


def test_names_from_the_vendor_do_not_steer_the_terminal(shell: Shell, tmp_path: Path) -> None:
    shell("groups", "create", "--name", "Sales")
    groups = shell.emulator.state.stringee.groups
    ((key, group),) = groups.items()
    groups[key] = {**group, "name": "\x1b[2J\x1b]0;owned\x07[bold]Sales"}
    file = written(tmp_path)
    for words in (
        ("plan", file, "--all"),
        ("plan", file, "--markdown", "--all"),
        ("plan", file, "-o", "json"),
    ):
        text = shell(*words, code=2).stdout
        assert "owned" in text
        assert not {"\x1b", "\x07"} & set(text)
