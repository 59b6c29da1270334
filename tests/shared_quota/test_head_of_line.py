"""The queue of one lane: who is cancelled in the instant of a permit hands it on, and errors reach all who wait."""

from __future__ import annotations

import asyncio

import pytest

from stringee_async.shared_quota.head_of_line import HeadOfLine

from ..kit import virtual


@virtual
async def test_a_permit_of_a_call_that_is_cancelled_in_that_instant_goes_to_the_next() -> None:
    asked: list[int] = []

    async def lease(waiting: int) -> int:
        asked.append(waiting)
        await asyncio.sleep(1.0)
        asyncio.get_running_loop().call_soon(first.cancel)
        return 1

    line = HeadOfLine(lease)
    first, second = asyncio.create_task(line.wait()), asyncio.create_task(line.wait())
    await asyncio.wait_for(second, 1.5)
    assert first.cancelled()
    assert len(line) == 0
    await asyncio.sleep(2.0)
    assert asked[0] == 2


@virtual
async def test_ten_thousand_that_are_cancelled_are_not_asked_for() -> None:
    asked: list[int] = []

    async def lease(waiting: int) -> int:
        asked.append(waiting)
        await asyncio.sleep(1.0)
        return 3

    line = HeadOfLine(lease)
    tasks = [asyncio.create_task(line.wait()) for _ in range(10_000)]
    await asyncio.sleep(0.5)
    for task in tasks[2:]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert asked == [10_000]
    assert len(line) == 0


@virtual
async def test_an_error_that_was_not_expected_reaches_all_who_wait_and_the_next_call_asks_again() -> None:
    async def lease(waiting: int) -> int:
        if waiting == 2:
            raise ValueError("broken")
        return 1

    line = HeadOfLine(lease)
    both = await asyncio.gather(line.wait(), line.wait(), return_exceptions=True)
    assert [type(one) for one in both] == [ValueError, ValueError]
    await line.wait()
    with pytest.raises(ValueError, match="broken"):
        await asyncio.gather(line.wait(), line.wait())
