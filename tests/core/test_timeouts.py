"""Time limits with a shared timer behave as `asyncio.timeout` does, and cost one timer for thousands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from stringee_async.core.timeouts import TimeoutTimers

from ..kit import virtual
from .rig import CountingLoop


def own(seconds: float | None) -> Callable[[], Any]:
    """Return a function that enters one of our limits."""
    timers = TimeoutTimers()

    class Entered:
        async def __aenter__(self) -> None:
            self.limit = timers.start(seconds)
            self.limit.__enter__()

        async def __aexit__(self, *error: object) -> None:
            self.limit.__exit__(*error)

    return Entered


WAYS: dict[str, Callable[[float | None], Callable[[], Any]]] = {
    "ours": own,
    "asyncio": lambda seconds: lambda: asyncio.timeout(seconds),
}


@pytest.mark.parametrize("way", WAYS)
@virtual
async def test_a_limit_ends_what_lasts_too_long_and_nothing_else(way: str) -> None:
    """Used up: TimeoutError at the very second, and no cancellation is left. Not used up: nothing is noticed."""
    loop = asyncio.get_running_loop()
    limit = WAYS[way](5.0)
    began = loop.time()
    with pytest.raises(TimeoutError):
        async with limit():
            await asyncio.sleep(9.0)
    assert loop.time() - began == pytest.approx(5.0)
    task = asyncio.current_task()
    assert task.cancelling() == 0
    async with limit():
        await asyncio.sleep(4.9)
    with pytest.raises(KeyError):
        async with limit():
            raise KeyError
    async with WAYS[way](None)():
        await asyncio.sleep(100.0)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("cancel_at", [4.0, 5.0])
@virtual
async def test_a_cancellation_from_elsewhere_stays_one(way: str, cancel_at: float) -> None:
    loop = asyncio.get_running_loop()

    async def work() -> None:
        async with WAYS[way](5.0)():
            await asyncio.sleep(9.0)

    task = asyncio.create_task(work())
    loop.call_at(loop.time() + cancel_at, task.cancel)
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("way", WAYS)
@virtual
async def test_the_outer_of_two_limits_in_one_instant_wins(way: str) -> None:
    """An inner limit that ends with the outer one lets the cancellation pass to it; an inner one alone does not."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    began = loop.time()
    with pytest.raises(TimeoutError):
        async with WAYS[way](5.0)():
            with pytest.raises(asyncio.CancelledError):
                async with WAYS[way](5.0)():
                    await asyncio.sleep(9.0)
            await asyncio.sleep(0)
            raise asyncio.CancelledError
    async with WAYS[way](9.0)():
        with pytest.raises(TimeoutError):
            async with WAYS[way](5.0)():
                await asyncio.sleep(9.0)
    assert loop.time() - began == pytest.approx(10.0)
    assert task.cancelling() == 0


@virtual
async def test_limits_of_one_length_end_in_turn() -> None:
    loop = asyncio.get_running_loop()
    timers = TimeoutTimers()
    ended: dict[int, float] = {}
    began = loop.time()

    async def work(number: int) -> None:
        await asyncio.sleep(number)
        try:
            with timers.start(10.0):
                await asyncio.sleep(1.0 if number % 3 else 99.0)
        except TimeoutError:
            ended[number] = loop.time() - began

    await asyncio.gather(*(work(number) for number in range(12)))
    assert ended == {number: pytest.approx(number + 10.0) for number in range(0, 12, 3)}


def test_a_thousand_limits_cost_one_timer() -> None:
    loop = CountingLoop()
    timers = TimeoutTimers()

    async def work() -> None:
        with timers.start(10.0):
            await asyncio.sleep(0)

    async def run() -> None:
        await asyncio.gather(*(work() for _ in range(1000)))

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(run())
    assert loop.timers == 1


@virtual
async def test_lengths_that_nobody_uses_are_forgotten() -> None:
    timers = TimeoutTimers()
    for number in range(100):
        with timers.start(1.0 + number / 100):
            await asyncio.sleep(0)
    assert 0 < len(timers._lengths) <= 64
    await asyncio.sleep(3.0)
    assert not timers._lengths
    with pytest.raises(TimeoutError):
        with timers.start(5.0):
            for number in range(100):
                with timers.start(1.0 + number / 100):
                    await asyncio.sleep(0)
            assert 5.0 in timers._lengths, "the length of a limit that is still running stays"
            await asyncio.sleep(10.0)
    await asyncio.sleep(0)
    assert not timers._lengths


@virtual
async def test_closing_takes_the_timers_away() -> None:
    timers = TimeoutTimers()
    with timers.start(50.0):
        await asyncio.sleep(0)
    timers.close()
    timers.close()
    loop: Any = asyncio.get_running_loop()
    assert all(timer.cancelled() for timer in loop._scheduled)


def test_a_second_loop_gets_a_timer_of_its_own() -> None:
    """After its loop is gone the same object serves the next loop; without a task there is no limit."""
    timers = TimeoutTimers()

    @virtual
    async def run() -> None:
        with pytest.raises(TimeoutError):
            with timers.start(5.0):
                await asyncio.sleep(9.0)
        with timers.start(5.0):
            pass

    run()
    run()

    async def from_a_callback() -> None:
        loop = asyncio.get_running_loop()
        failed: asyncio.Future[None] = loop.create_future()

        def callback() -> None:
            try:
                timers.start(1.0)
            except RuntimeError as error:
                failed.set_exception(error)

        loop.call_soon(callback)
        with pytest.raises(RuntimeError, match="task"):
            await failed

    asyncio.run(from_a_callback())
