"""A recording of 1 GiB from each vendor's host, over a connection that is cut twice, within 20 MiB of memory.

Run with `-s` to see the figures.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import pytest

from tests.kit.large_recording import HOSTS, RecordingServer, is_recording

SIZE = 2**30
CUTS = (300_000_007, 800_000_011)
MEMORY = 20 * 2**20


@pytest.mark.timeout(600)
@pytest.mark.parametrize("host", HOSTS)
async def test_1_gib_is_saved_within_20_mib(tmp_path: Path, host: str) -> None:
    """The client is a process of its own, and what counts is the most that it ever held, modules and all."""
    ranges, path = HOSTS[host], tmp_path / "call.mp3"
    with RecordingServer(SIZE, CUTS, ranges=ranges) as server:
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.kit.large_recording", host, server.url, str(path),
            cwd=Path(__file__).parent.parent, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        printed, _ = await process.communicate()
        seconds = time.monotonic() - began
    assert process.returncode == 0
    figures = json.loads(printed)
    grown = figures.pop("grown")
    print(
        f"\n{host}: {grown / 2**20:.1f} MiB of memory, {seconds:.1f} s, {server.sent / 2**20:,.0f} MiB sent"
    )
    assert figures == {"size": SIZE, "attempts": 3}
    assert is_recording(path, SIZE)
    path.unlink()
    assert grown <= MEMORY
    assert server.asked == ([None, *(f"bytes={cut}-" for cut in CUTS)] if ranges else [None] * 3)
    assert server.sent == (SIZE if ranges else sum(CUTS) + SIZE)
