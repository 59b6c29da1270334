"""The README's tour of provisioning: its commands, run on its files, print what stands there."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stringee_async import provision
from stringee_async.emulator import Emulator, Fault
from stringee_async.provision.example_centre import write_example

from .cli.centre_files import settle_quickly
from .kit.other_thread import in_another_thread
from .kit.tour import masked, walked

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "example-centre.svg"
BEGIN, END = "\n## A contact centre from a file\n", "\n## Documentation\n"
KILLED = "Killed\n"


def test_the_commands_print_what_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "120")
    settle_quickly(monkeypatch)
    with in_another_thread(Emulator(seed=1)) as emulator:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        page = README.read_text(encoding="utf-8")
        tour = page[page.index(BEGIN) : page.index(END)]
        told = list(walked(tour, lambda line, text: _killed(line, emulator) if text == KILLED else None))
    assert [masked(text) for _, text, _ in told] == [masked(printed) for *_, printed in told]
    assert sum(text == KILLED for _, text, _ in told) == 1
    assert {shlex.split(line)[1] for line, *_ in told} == {"plan", "apply", "verify"}


def test_the_picture_is_that_of_the_example(tmp_path: Path) -> None:
    """Byte for byte; `python -m tests.test_provisioning_tour` draws it again after a change that is meant."""
    assert PICTURE.read_text(encoding="utf-8") == drawn(tmp_path)
    assert "(docs/example-centre.svg)" in README.read_text(encoding="utf-8")


def drawn(folder: Path) -> str:
    """Return the picture of the example that comes with the package."""
    centre = next(path for path in write_example(folder) if path.suffix == ".yaml")
    return str(provision.graph_of(provision.load(centre)).render("svg"))


def _killed(line: str, emulator: Emulator) -> str:
    """Kill a run while the first of its last two writes is under way, and say so as a shell does."""
    emulator.faults.script("group_routings.create", Fault.hang())
    with subprocess.Popen(
        [sys.executable, "-m", "stringee_async", *shlex.split(line)[1:]],
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as run:
        ends = time.monotonic() + 60
        held = emulator.state.stringee.group_agents
        while (len(held) < 5 or not emulator.count("group_routings.create")) and time.monotonic() < ends:
            time.sleep(0.02)
        time.sleep(0.5)  # until the run has written down what it was told
        run.kill()
        output, _ = run.communicate()
    assert output == b""
    return KILLED


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        PICTURE.write_text(drawn(Path(temporary)), encoding="utf-8", newline="\n")
