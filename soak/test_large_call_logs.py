"""100,000 call records of each vendor over real pages, in windows that overlap: each exactly once, in flat memory.

What a run keeps are the ids of one window, some 120 bytes each with their place in a set: of a day at Stringee, of a
month at the others. Memory grows with the calls of the fullest window and not with the length of the log.

Run with `-s` to see the figures.
"""

from __future__ import annotations

import time
import tracemalloc

import pytest

from tests.kit import virtual
from tests.kit.call_pages import EVERYTHING, VENDORS, CallHistory, walk

CALLS = 100_000
LARGEST_WINDOW = {"stringee": 2_000, "ringme": 52_000, "itniotech": 52_000}
"""Calls of the fullest window, those at its edge included."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize("vendor", VENDORS)
@virtual
async def test_each_of_100_000_calls_comes_once(vendor: str, ends: bool) -> None:
    """With thirty in the second at a window's edge and thirty in the one before it."""
    history = CallHistory(vendor, CALLS, ends=ends)
    began = time.perf_counter()
    tracemalloc.start()
    try:
        found = await walk(history, lambda: tracemalloc.get_traced_memory()[0], read_ahead=2)
    finally:
        tracemalloc.stop()
    print(f"\n{vendor}, ends {ends}: {found}, {time.perf_counter() - began:.0f} s")
    assert (found.calls, found.wrong, found.certain) == (CALLS + EVERYTHING, 0, True)
    assert found.grown < 2**20 + 150 * LARGEST_WINDOW[vendor]
