"""The exchange for a long time: 20,000 mutated responses, and 200,000 requests to a server that closes, resets, delays and splits.

Run with `-s` to see the figures.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import random
from collections import Counter
from pathlib import Path

import pytest

from stringee_async import Request, RetryClass, RetryPolicy, SdkError, StringeeClient, Timeouts
from stringee_async.core.messages import Response
from tests.kit import KEY_SECRET, KEY_SID
from tests.kit.fuzz_server import Ending, FuzzServer
from tests.kit.fuzzing import descriptors, fuzz
from tests.kit.mutations import Pieces, body_for, owner
from tests.kit.mutations import response as valid

REQUESTS = 200_000
WARM = 20_000


@pytest.mark.parametrize("seed", range(20))
async def test_20_000_mutated_responses(seed: int) -> None:
    """1,000 for each of 20 seeds: no response belongs to another request, and nothing is left open."""
    print(f"seed {seed}: {dict(await fuzz(seed, 1000))}")


def resident() -> int:
    """Return the bytes of memory that this process holds, without what its allocator keeps for later."""
    with contextlib.suppress(AttributeError, OSError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


@pytest.mark.timeout(1800)
async def test_200_000_requests_leave_nothing_behind() -> None:
    """Memory and descriptors stay where they are after the warm-up; the server counts the requests that the client counts."""
    random_ = random.Random(1)
    ended: Counter[str] = Counter()

    def respond(number: int) -> tuple[Pieces, Ending]:
        raw = valid(random_, number)
        chance = random_.random()
        if chance < 0.02:  # the response breaks off: its connection carries no other request
            return [raw[: random_.randrange(1, len(raw))]], random_.choice(("close", "reset"))
        if chance < 0.04:
            return [raw.replace(b"Server: x/1.0", b"Connection: close")], "close"
        cuts = sorted(random_.randrange(len(raw) + 1) for _ in range(random_.randrange(3)))
        return [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True) if a < b], "keep"

    async with FuzzServer(respond, random_) as server:
        client = StringeeClient(
            KEY_SID, KEY_SECRET, icc_url=server.url,
            retry=RetryPolicy(max_attempts=1), timeouts=Timeouts(connect=30.0, attempt=30.0, total=60.0),
        )  # fmt: skip

        async def one(number: int) -> None:
            request = Request(
                operation="probe.call", method="GET", path="/{number}", url=f"{server.url}/{number}",
                retry_class=RetryClass.READ,
            )  # fmt: skip

            def read(response: Response) -> int | None:
                return owner(response.body)

            try:
                assert await client._session.send(request, read) == number
                ended["whole"] += 1
            except SdkError as error:
                ended[type(error).__name__] += 1

        async def run(numbers: range) -> None:
            left = iter(numbers)

            async def worker() -> None:
                for number in left:
                    await one(number)

            await asyncio.gather(*(worker() for _ in range(32)))

        async with client:
            await run(range(WARM))
            gc.collect()
            before, files = resident(), descriptors()
            await run(range(WARM, REQUESTS))
            gc.collect()
            grown, more = resident() - before, descriptors() - files
            assert client.stats().requests == server.requests == REQUESTS
            assert len(asyncio.all_tasks()) == 1
    print(f"{dict(ended)}; memory {grown / 2**20:+.2f} MiB, descriptors {more:+d}")
    assert owner(body_for(1)) == 1
    assert set(ended) == {"whole", "OutcomeUnknownError"}
    assert grown <= 2 * 2**20
    assert abs(more) <= 64
