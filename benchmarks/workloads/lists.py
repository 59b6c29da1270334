"""Listings of 20 pages of 50, at a server latency of 0, 20 and 100 ms, one page at a time and read ahead.

Also 8 ahead over TLS and under uvloop, 200 pages at 20 ms with a read-ahead of 16 against one at a time, and the CPU of
single pages with 500 callers. Contenders that read ahead ask for page 1 first, as it tells how many pages there
are.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

from ..measure import Run, fan_out, interleave, ratios
from ..peers.peer import BARE, PAGE_SIZE, PEERS, SDK, Peer
from ..peers.sdk import RowByRow, Sdk
from .row import Bench, Result, Row, open_all
from .ways import CONTENDERS, over_tls, under_uvloop

PAGES = 20
LOOP = f"{SDK} (async for)"
"""Beside `collect`, which stays to the end and has the next page under way while it reads one."""


def _lists(peer: Peer, pages: int, ahead: int, width: int = 1) -> Run:
    async def one() -> None:
        rows = await peer.list(pages, ahead)
        assert len(rows) == pages * PAGE_SIZE

    async def run(calls: int) -> None:
        await fan_out(one, calls, width)

    return run


async def measure(
    bench: Bench, *, latency: float, ahead: int, names: tuple[str, ...] = (BARE, SDK)
) -> Result:
    """Measure whole listings by these contenders."""
    bench.server.set(latency=latency, rows=PAGES * PAGE_SIZE)
    result = Result()
    async with AsyncExitStack() as stack:
        peers = await open_all(stack, names, bench.url, 64, result)
        if not latency:
            sdk = peers[SDK]
            assert isinstance(sdk, Sdk)
            peers[LOOP] = RowByRow(sdk.client)
        costs = await interleave(
            {name: _lists(peer, PAGES, ahead) for name, peer in peers.items()},
            rounds=bench.waiting_rounds if latency else bench.rounds,
            seconds=bench.seconds,
            most=1 if latency else 1000,
        )
    result.compare(costs)
    return result


async def far(bench: Bench) -> Result:
    """Measure how much faster a read-ahead of 16 is than one page at a time."""
    pages = 20 if bench.quick else 200
    bench.server.set(latency=0.02, rows=pages * PAGE_SIZE)
    result = Result()
    async with AsyncExitStack() as stack:
        peers = await open_all(stack, (SDK,), bench.server.url, 64, result)
        runs = {"one at a time": _lists(peers[SDK], pages, 0), "read-ahead 16": _lists(peers[SDK], pages, 16)}
        costs = await interleave(runs, rounds=bench.waiting_rounds, seconds=0, most=1)
    result.add("read-ahead 16: speed-up", ratios(costs, "one at a time", "read-ahead 16"), "x")
    return result


async def crowded(bench: Bench) -> Result:
    """Measure the CPU of a list call of one page with 500 callers over 64 connections."""
    bench.server.set(rows=PAGE_SIZE)
    result = Result()
    async with AsyncExitStack() as stack:
        peers = await open_all(stack, (BARE, SDK), bench.server.url, 64, result)
        costs = await interleave(
            {name: _lists(peer, 1, 0, 500) for name, peer in peers.items()},
            rounds=bench.rounds,
            seconds=bench.seconds,
            least=500,
        )
    result.compare(costs)
    return result


def _names(latency: float, ahead: int) -> tuple[str, ...]:
    """Return the contenders of a row; at a latency all wait alike, and bare aiohttp stands for them."""
    return tuple(PEERS) if not latency and ahead != 4 else (BARE, SDK)


def _title(latency: float, ahead: int) -> str:
    how = f"{ahead} ahead" if ahead else "one page at a time"
    return f"list {PAGES} x {PAGE_SIZE} at {latency * 1000:.0f} ms, {how}"


ROWS = [
    Row(
        f"list-{latency * 1000:.0f}ms" + (f"-ahead-{ahead}" if ahead else ""),
        _title(latency, ahead),
        partial(measure, latency=latency, ahead=ahead, names=_names(latency, ahead)),
    )
    for latency in (0.0, 0.02, 0.1)
    for ahead in (0, 4, 8)
]
_EIGHT = partial(measure, latency=0.0, ahead=8, names=CONTENDERS)
ROWS += [
    Row("list-0ms-ahead-8-tls", f"{_title(0.0, 8)}, with TLS", over_tls(_EIGHT)),
    Row("list-0ms-ahead-8-uvloop", f"{_title(0.0, 8)}, all clients under uvloop", under_uvloop(_EIGHT)),
    Row("list-200-pages", "list 200 pages at 20 ms, read-ahead 16 against one at a time", far),
    Row("list-500-callers", "list one page of 50, parsed, with 500 callers", crowded),
]
