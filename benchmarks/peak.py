"""Peak memory of one listing, measured in a process of its own: `python -m benchmarks.peak CONTENDER URL ROWS`.

One job: to print, as JSON, the peak above the start in MiB, once of what Python's allocator gave out and once of what
the system counts as resident.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import tracemalloc

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


def main() -> None:
    """Measure and print."""
    name, url, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
    read = READERS[name]
    asyncio.run(read(url, 10 * SIZE))  # imports and caches are not the listing's
    gc.collect()
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    asyncio.run(read(url, rows))
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - resident
    gc.collect()
    tracemalloc.start()
    start, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    assert asyncio.run(read(url, rows)) == rows
    _, peak = tracemalloc.get_traced_memory()
    unit = 1 if sys.platform == "darwin" else 1024
    print(json.dumps({"allocated": (peak - start) / _MIB, "resident": resident * unit / _MIB}))


if __name__ == "__main__":
    main()
