"""Peak memory of one listing, measured in a process of its own: `python -m benchmarks.peak CONTENDER URL ROWS`.

One job: to print, as JSON, the peak above the start in MiB, once of what Python's allocator gave out and once of what
the system counts as resident.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import sys
import tracemalloc
from pathlib import Path

import aiohttp

from stringee_async import StringeeClient

from .peers.bare_aiohttp import HEADERS
from .peers.peer import BARE, SDK

SIZE = 100
_MIB = 1024 * 1024


async def read_sdk(url: str, rows: int) -> int:
    """Read a listing row by row through the SDK; return the rows."""
    read = 0
    async with StringeeClient("SK", "k" * 40, icc_url=url) as client:
        async for _ in client.agents.list(page_size=SIZE):
            read += 1
            if read == rows:
                break
    return read


async def read_bare(url: str, rows: int) -> int:
    """Read a listing page by page with bare aiohttp; return the rows."""
    read = 0
    async with aiohttp.ClientSession() as session:
        for number in range(1, rows // SIZE + 1):
            query = {"page": str(number), "limit": str(SIZE)}
            async with session.get(f"{url}/v1/agent", params=query, headers=HEADERS) as response:
                for _ in (await response.json())["data"]["agents"]:
                    read += 1
    return read


READERS = {SDK: read_sdk, BARE: read_bare}


def peak_resident() -> float:
    """Return the most MiB that this process has had in memory so far."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux carries the other figure over from the process that started this one
        high = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        assert high is not None
        return int(high[1]) / 1024
    import resource  # not on every system, and this file is imported for its readers too

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / _MIB


def main() -> None:
    """Measure and print."""
    name, url, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
    read = READERS[name]
    asyncio.run(read(url, 10 * SIZE))  # imports and caches are not the listing's
    gc.collect()
    resident = peak_resident()
    asyncio.run(read(url, rows))
    resident = peak_resident() - resident
    gc.collect()
    tracemalloc.start()
    start, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    assert asyncio.run(read(url, rows)) == rows
    _, peak = tracemalloc.get_traced_memory()
    print(json.dumps({"allocated": (peak - start) / _MIB, "resident": resident}))


if __name__ == "__main__":
    main()
