"""100,000 rows listed one by one: rows per second, and the peak of memory above the start in a fresh process."""

from __future__ import annotations

from ..measure import Run, Spread, in_fresh_process, interleave
from ..peak import READERS
from ..peers.peer import BARE, SDK
from .row import Bench, Result, Row


async def measure(bench: Bench) -> Result:
    """Measure time in this process and memory in others."""
    rows = 5_000 if bench.quick else 100_000
    bench.server.set(rows=rows)
    url = bench.server.url

    def runner(name: str) -> Run:
        async def run(calls: int) -> None:
            for _ in range(calls):
                assert await READERS[name](url, rows) == rows

        return run

    result = Result()
    costs = await interleave(
        {name: runner(name) for name in (BARE, SDK)}, rounds=min(5, bench.rounds), seconds=0, most=1
    )
    result.compare(costs)
    result.add(f"{SDK}: rows per second", Spread.of([rows / cost.wall for cost in costs[SDK]]), "rows/s")
    for name in (SDK, BARE):
        found = [
            in_fresh_process("benchmarks.peak", name, url, str(rows)) for _ in range(1 if bench.quick else 3)
        ]
        for kind in ("allocated", "resident"):
            result.add(f"{name}: peak {kind}", Spread.of([peak[kind] for peak in found]), "MiB")
    return result


ROWS = [Row("rows-100000", "100,000 rows listed, 100 a page", measure)]
