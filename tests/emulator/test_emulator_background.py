"""Work that goes on after its response: `settle` waits for it and comes to an end."""

import asyncio

import pytest

from stringee_async.emulator.background import Background


@pytest.mark.timeout(10)
async def test_settle_ends_where_the_last_work_ended_just_now() -> None:
    """A task that is done, but has not left yet, is not waited for in a loop that lets nothing else run.

    From Python 3.12 on `gather` of done tasks returns without giving the loop a turn.
    """
    background = Background()
    background.open()

    async def work() -> None:
        pass

    background.spawn(work())
    await asyncio.sleep(0)  # the work has run; what follows from its end has not
    await background.settle()
    await background.close()


async def test_settle_waits_for_work_that_other_work_begins() -> None:
    background, done = Background(), list[str]()
    background.open()

    async def second() -> None:
        await asyncio.sleep(0.01)
        done.append("second")

    async def first() -> None:
        await asyncio.sleep(0.01)
        background.spawn(second())
        done.append("first")

    background.spawn(first())
    await background.settle()
    assert done == ["first", "second"]
    await background.close()
