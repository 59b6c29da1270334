"""Callbacks of webhook handlers. The handlers themselves are tested with their vendors."""

from __future__ import annotations

import asyncio

from stringee_async.core.event_handler import Ordered

from ..kit import virtual


@virtual
async def test_closing_what_handles_events_waits_for_nothing_where_nothing_runs() -> None:
    seen: list[int] = []

    async def take(event: int) -> None:
        await asyncio.sleep(0)
        seen.append(event)

    events = Ordered(take, lambda event: event % 2)
    await events.aclose(1.0)
    for event in range(4):
        events.arrived(event)
    await events.aclose(1.0)
    assert sorted(seen) == [0, 1, 2, 3]
    assert not events._locks.entries
