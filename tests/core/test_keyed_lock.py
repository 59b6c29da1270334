"""Work on one key is done one call after the other."""

from __future__ import annotations

import asyncio

from ..kit import ScriptedTransport, client_over, virtual
from .rig import at_rest, settle


@virtual
async def test_work_on_one_key_is_done_one_after_the_other() -> None:
    """Same key one by one, other keys at once, a cancelled waiter frees its place, and no key is kept afterwards."""
    client = client_over(ScriptedTransport())
    session = client._session
    loop = asyncio.get_running_loop()
    ended: list[tuple[str, float]] = []

    async def work(key: str) -> None:
        async with session.state.exclusive(key):
            await asyncio.sleep(1.0)
            ended.append((key, loop.time() - start))

    start = loop.time()
    tasks = [asyncio.create_task(work(key)) for key in ("a", "a", "b", "a")]
    await asyncio.sleep(0.5)
    tasks[1].cancel()
    await settle(*tasks)
    assert sorted(ended) == [("a", 1.0), ("a", 2.0), ("b", 1.0)]
    session.state.adopted += 1
    assert client.stats().adopted == 1
    assert at_rest(client)
    await client.aclose()
