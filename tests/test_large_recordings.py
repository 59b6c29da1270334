"""A large recording of each vendor over a connection that is cut twice: whole, and in flat memory. `soak` has the full size."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from .kit.large_recording import HOSTS, RecordingServer, is_recording, save

SIZE = 24 * 2**20
CUTS = (SIZE // 3, 2 * SIZE // 3)


@pytest.mark.parametrize("host", HOSTS)
async def test_it_survives_two_cuts_in_flat_memory(tmp_path: Path, host: str) -> None:
    """A host that serves ranges sends each byte once; one that does not begins again."""
    ranges, path = HOSTS[host], tmp_path / "call.mp3"
    with RecordingServer(SIZE, CUTS, ranges=ranges) as server:
        tracemalloc.start()
        try:
            saved = await save(host, server.url, path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert (saved.size, saved.attempts, saved.content_type) == (SIZE, 3, "audio/mpeg")
    assert is_recording(path, SIZE)
    assert peak < 8 * 2**20
    assert server.asked == ([None, *(f"bytes={cut}-" for cut in CUTS)] if ranges else [None] * 3)
    assert server.sent == (SIZE if ranges else sum(CUTS) + SIZE)
