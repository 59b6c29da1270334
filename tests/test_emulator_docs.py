"""`docs/emulator.md` does what it says: its lines for curl run, and its table names every path."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stringee_async.emulator import Emulator
from stringee_async.emulator.control import api

from .kit.documents import fenced
from .kit.other_thread import in_another_thread

PAGE = (Path(__file__).parent.parent / "docs" / "emulator.md").read_text(encoding="utf-8")


def test_the_table_names_every_path_and_method() -> None:
    acts: Any = api._ACTS
    rows = re.findall(r"^\| `([\w/]+)` \| ([A-Z]+) \|", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted((name, method) for name, methods in acts.items() for method in methods)


@pytest.mark.skipif(shutil.which("curl") is None or sys.platform == "win32", reason="needs curl and a shell")
def test_the_lines_for_curl_run() -> None:
    """All of them, in order; each changes what the text says."""
    with in_another_thread(Emulator(seed=1, page=True)) as emulator:
        script = "set -eo pipefail\n" + "\necho\n".join(fenced(PAGE, "shell"))
        ran = subprocess.run(
            ["bash", "-c", script], env={"EMULATOR": emulator.url, "PATH": "/usr/bin:/bin:/usr/local/bin"},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        state = emulator.state.stringee
        assert list(state.agents) == ["AG1"]
        (call,) = state.live_calls.values()
        assert call.over
        assert call.answered < float("inf")
        assert {operation: len(queue) for operation, queue in emulator.faults.pending.items()} == {
            "agents.create": 2
        }
        assert [share for *_, share in emulator.faults.rates] == [0.1]
        assert emulator.clock_skew == 3600
