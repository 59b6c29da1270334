"""Outages: for a while the emulator is out of reach, in three ways, and then as before."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from stringee_async import NotSentError, OutcomeUnknownError, RetryPolicy, SdkError, StringeeClient, Timeouts
from stringee_async.emulator import Emulator

from ..kit import until

ONCE = RetryPolicy(max_attempts=1)
KINDS = ["close", "refuse", "swallow"]


def client_of(emulator: Emulator) -> StringeeClient:
    limits = Timeouts(connect=0.2, attempt=0.2)
    return StringeeClient(**emulator.stringee(), retry=ONCE, timeouts=limits)


async def works(client: StringeeClient) -> bool:
    try:
        await client.groups.list().collect()
    except SdkError:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
async def test_an_outage_begins_at_once_and_ends(kind: Any) -> None:
    """Calls fail while it lasts, also over connections that were open before, and succeed after it; the port stays."""
    async with Emulator() as emulator, client_of(emulator) as client:
        assert await works(client)
        port = emulator.port
        emulator.outage(0.3, kind=kind)
        await asyncio.sleep(0.01)
        with pytest.raises((NotSentError, OutcomeUnknownError)) as caught:
            await client.groups.create(name="Sales")
        if kind == "refuse":
            assert caught.value.outcome == "not_sent"
        assert not emulator.state.stringee.groups
        ended = False
        for _ in range(200):
            if await works(client):
                ended = True
                break
            await asyncio.sleep(0.01)
        assert ended
        assert emulator.port == port


async def test_an_outage_may_begin_later() -> None:
    """With `after`, calls go on until then."""
    async with Emulator() as emulator, client_of(emulator) as client:
        emulator.outage(5.0, after=0.05)
        assert await works(client)
        await asyncio.sleep(0.06)
        for _ in range(3):
            assert not await works(client)


@pytest.mark.parametrize("kind", KINDS)
async def test_closing_ends_an_outage(kind: Any) -> None:
    """An emulator is closed in the middle of an outage, and of one that is to come, and leaves no task."""
    before = asyncio.all_tasks()
    async with Emulator() as emulator:
        emulator.outage(60.0, kind=kind)
        emulator.outage(60.0, kind=kind, after=60.0)
        await asyncio.sleep(0.01)
    await until(lambda: asyncio.all_tasks() <= before, "every task has ended")


async def test_what_makes_no_sense_is_refused() -> None:
    """A negative time, an unknown kind, or an emulator that does not run."""
    emulator = Emulator()
    with pytest.raises(RuntimeError, match="not running"):
        emulator.outage(1.0)
    async with emulator:
        for arguments in ({"seconds": -1.0}, {"seconds": float("nan")}, {"seconds": 1.0, "after": -1.0}):
            with pytest.raises(ValueError, match="finite number of seconds"):
                emulator.outage(**arguments)
        with pytest.raises(ValueError, match="kind must be one of"):
            emulator.outage(1.0, kind="rain")  # type: ignore[arg-type]
