"""Creates at a width of 1, 16, 64 and 256 over 64 connections: throughput and CPU against bare aiohttp.

64 at once are measured over TLS and under uvloop too.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

from stringee_async import StringeeClient

from ..measure import Run, fan_out, interleave, ratios
from ..peers.peer import AGENT, PEERS, SDK, Peer
from ..peers.sdk import Sdk
from .row import Bench, Result, Row, open_all
from .ways import CONTENDERS, over_tls, under_uvloop

CONNECTIONS = 64
NO_LIMIT = f"{SDK} (no limiter)"
GENERATED = ("openapi-generator", "openapi-python-client", "httpx", "hurried")


def _creates(peer: Peer, width: int) -> Run:
    async def run(calls: int) -> None:
        await fan_out(lambda: peer.create(AGENT), calls, width)

    return run


async def measure(bench: Bench, *, width: int, names: tuple[str, ...] = tuple(PEERS)) -> Result:
    """Measure creates by these contenders, `width` at once."""
    bench.server.set()
    result = Result()
    async with AsyncExitStack() as stack:
        peers = await open_all(stack, names, bench.url, CONNECTIONS, result)
        client = await stack.enter_async_context(StringeeClient("SK", "k" * 40, icc_url=bench.url))
        peers[NO_LIMIT] = Sdk(client)
        costs = await interleave(
            {name: _creates(peer, width) for name, peer in peers.items()},
            rounds=bench.rounds if width < 256 else min(5, bench.rounds),  # httpx takes seconds for a round
            seconds=bench.seconds,
            least=width,
        )
    result.compare(costs)
    for name in GENERATED:
        if name in costs:
            result.add(f"{SDK} against {name}", ratios(costs, name, SDK), "x")
    return result


ROWS = [
    Row(
        f"create-{width}",
        f"create, {width} at once over {CONNECTIONS} connections",
        partial(measure, width=width),
    )
    for width in (1, 16, 64, 256)
]
_SIXTY_FOUR = partial(measure, width=64, names=CONTENDERS)
ROWS += [
    Row(
        "create-64-tls", f"create, 64 at once over {CONNECTIONS} connections with TLS", over_tls(_SIXTY_FOUR)
    ),
    Row(
        "create-64-uvloop",
        f"create, 64 at once over {CONNECTIONS} connections, all clients under uvloop",
        under_uvloop(_SIXTY_FOUR),
    ),
]
