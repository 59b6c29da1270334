"""What a plan costs: CPU of one with nothing to do for 3,000 agents, memory of one for a roster of 100,000 people.

Planned in processes of their own (`benchmarks.plans`) against the package's emulator, which runs in another.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from stringee_async import StringeeClient, provision

from ..measure import ROOT, Spread, in_fresh_process
from ..peers.peer import SDK
from .row import Bench, Result, Row

_NEEDED = {"STRINGEE_KEY_SID", "STRINGEE_KEY_SECRET", "STRINGEE_ICC_URL", "STRINGEE_API_URL"}


@contextmanager
def _emulated() -> Generator[None]:
    """Run the emulator in a process of its own; this process's environment leads clients to it meanwhile."""
    command = [sys.executable, "-m", "stringee_async", "emulator", "--port", "0"]
    before = dict(os.environ)
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            given: dict[str, str] = {}
            for line in server.stdout:
                found = re.fullmatch(r"export (STRINGEE_\w+)=(.*)\n", line)
                if found is not None:
                    given[found[1]] = found[2]
                if given.keys() >= _NEEDED:
                    break
            else:
                raise RuntimeError("the emulator did not start")
            os.environ.update(given)
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
            server.terminate()


def _centre(folder: Path, agents: int, groups: int, queues: int) -> Path:
    """Write a specification with a roster; returns its path."""
    people = "".join(f"u{number:06},Agent {number},Group {number % groups}\n" for number in range(agents))
    (folder / "roster.csv").write_text(f"user_id,name,groups\n{people}", encoding="utf-8")
    lines = [
        "version: 1",
        "agents: {from: roster.csv}",
        "groups:",
        *(f"  - Group {number}" for number in range(groups)),
        "queues:",
        *(f"  - {{name: Queue {number}, groups: [Group {number % groups}]}}" for number in range(queues)),
    ]
    path = folder / "centre.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


async def unchanged(bench: Bench) -> Result:
    """Measure CPU of a plan that finds nothing to do."""
    agents, groups, queues = (60, 4, 2) if bench.quick else (3_000, 200, 100)
    with TemporaryDirectory() as folder, _emulated():
        file = _centre(Path(folder), agents, groups, queues)
        async with StringeeClient.from_env() as client:
            report = await provision.apply(client, provision.load(file), concurrency=64, state=folder)
            assert report.exit_code == 0, report.stopped
        found = [
            in_fresh_process("benchmarks.plans", "unchanged", str(file)) for _ in range(bench.waiting_rounds)
        ]
    assert {run["units"] for run in found} == {0}
    result = Result()
    result.add(f"{SDK}: CPU of the plan", Spread.of([run["plan"] for run in found]), "s")
    result.add(f"{SDK}: CPU of loading the files", Spread.of([run["load"] for run in found]), "s")
    result.add(f"{SDK}: requests", Spread.of([run["calls"] for run in found]), "count")
    return result


async def roster(bench: Bench) -> Result:
    """Measure memory of a plan that creates everybody of a large roster."""
    agents, groups = (600, 4) if bench.quick else (100_000, 200)
    with TemporaryDirectory() as folder, _emulated():
        file = _centre(Path(folder), agents, groups, 2)
        found = [
            in_fresh_process("benchmarks.plans", "roster", str(file), timeout=600.0)
            for _ in range(1 if bench.quick else 3)
        ]
    result = Result()
    for kind in ("allocated", "resident"):
        result.add(f"{SDK}: peak {kind}", Spread.of([run[kind] for run in found]), "MiB")
    return result


ROWS = [
    Row(
        "plan-3000",
        "a plan for 3,000 agents, 200 groups and 100 queues that are as they are wished",
        unchanged,
    ),
    Row("roster-100000", "a plan for a roster of 100,000 people and an empty account", roster),
]
