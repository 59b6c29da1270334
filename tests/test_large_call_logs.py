"""A long call log of each vendor, thirty calls in the second at a window's edge: each once. `soak` has 100,000 calls."""

from __future__ import annotations

import tracemalloc

import pytest

from .kit import virtual
from .kit.call_pages import EVERYTHING, VENDORS, CallHistory, walk

CALLS = 5_000


@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize("vendor", VENDORS)
@virtual
async def test_each_call_comes_once_in_flat_memory(vendor: str, ends: bool) -> None:
    """Whether the end of a span that is asked for belongs to it or not."""
    history = CallHistory(vendor, CALLS, ends=ends)
    tracemalloc.start()
    try:
        found = await walk(history, lambda: tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert (found.calls, found.wrong, found.certain) == (CALLS + EVERYTHING, 0, True)
    assert found.grown < 2**20
    assert found.requests < 2 * CALLS // 100 + 62
