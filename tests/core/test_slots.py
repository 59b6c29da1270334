"""Rules of the slots: one head of line, interactive first, and a cancelled call costs no slot."""

from __future__ import annotations

import asyncio
import random

import pytest

from stringee_async.core.slots import Slots
from stringee_async.core.unset import Lane

from ..kit import virtual
from .rig import settle


async def at_once() -> None:
    """A permit that waits for nothing."""


def give_back(slots: Slots) -> None:
    """Give a slot back, as the gate does."""
    slots.free += 1
    slots.hand_over()


async def visit(
    slots: Slots, log: list[object], name: object, lane: Lane = "interactive", stay: float = 1.0
) -> None:
    await slots.enter(lane, at_once)
    log.append(name)
    try:
        await asyncio.sleep(stay)
    finally:
        give_back(slots)


@virtual
async def test_first_come_first_served_and_never_above_the_capacity() -> None:
    slots, log = Slots(3), []
    peak = 0

    async def watch() -> None:
        nonlocal peak
        for _ in range(100):
            peak = max(peak, slots.in_flight)
            await asyncio.sleep(0.1)

    await asyncio.gather(watch(), *(visit(slots, log, number) for number in range(30)))
    assert log == list(range(30))
    assert (peak, slots.in_flight, slots.queued, slots.free) == (3, 0, 0, 3)


@virtual
async def test_interactive_calls_go_before_bulk_ones() -> None:
    slots, log = Slots(1), []
    lanes: list[Lane] = ["bulk", "bulk", "bulk", "interactive", "interactive"]
    await asyncio.gather(*(visit(slots, log, number, lane) for number, lane in enumerate(lanes)))
    assert log == [0, 3, 4, 1, 2]


@virtual
async def test_only_the_head_of_the_line_waits_for_a_permit() -> None:
    """However many slots are free, one call at a time asks for a permit, so a later interactive call is next."""
    slots, log = Slots(10), []
    asking = most = 0

    async def permit() -> None:
        nonlocal asking, most
        asking += 1
        most = max(most, asking)
        await asyncio.sleep(1.0)
        asking -= 1

    async def one(name: str, lane: Lane) -> None:
        await slots.enter(lane, permit)
        log.append(name)

    tasks = [asyncio.create_task(one(f"bulk {number}", "bulk")) for number in range(3)]
    await asyncio.sleep(0.5)
    assert (slots.queued, slots.in_flight) == (3, 1)
    tasks.append(asyncio.create_task(one("interactive", "interactive")))
    await asyncio.gather(*tasks)
    assert log == ["bulk 0", "interactive", "bulk 1", "bulk 2"]
    assert most == 1
    assert slots.in_flight == 4


@virtual
async def test_nobody_takes_a_permit_while_all_slots_are_taken() -> None:
    slots, permits = Slots(1), []

    async def permit() -> None:
        permits.append(asyncio.get_running_loop().time())

    await slots.enter("interactive", permit)
    waiting = asyncio.create_task(slots.enter("interactive", permit))
    await asyncio.sleep(5.0)
    assert len(permits) == 1
    give_back(slots)
    await waiting
    assert permits[1] - permits[0] == 5.0


@pytest.mark.parametrize("error", [asyncio.CancelledError(), ValueError("no permit")])
@virtual
async def test_a_permit_that_fails_gives_slot_and_turn_on(error: BaseException) -> None:
    slots, log = Slots(1), []

    async def permit() -> None:
        await asyncio.sleep(1.0)
        raise error

    first = asyncio.create_task(slots.enter("interactive", permit))
    second = asyncio.create_task(visit(slots, log, "second"))
    results = await settle(first, second)
    assert isinstance(results[0], type(error))
    assert log == ["second"]
    assert (slots.free, slots.in_flight, slots.queued) == (1, 0, 0)


@pytest.mark.parametrize("unrestricted", [False, True])
@virtual
async def test_a_call_cancelled_in_the_instant_of_its_turn_hands_it_on(unrestricted: bool) -> None:
    slots, log = Slots(1, lambda: unrestricted), []
    await slots.enter("interactive", at_once)
    unlucky = asyncio.create_task(visit(slots, log, "unlucky"))
    lucky = asyncio.create_task(visit(slots, log, "lucky"))
    await asyncio.sleep(0)
    give_back(slots)
    unlucky.cancel()
    await settle(unlucky, lucky)
    assert log == ["lucky"]
    assert (slots.free, slots.in_flight, slots.queued, slots.head_taken) == (1, 0, 0, False)


@pytest.mark.parametrize("seed", range(30))
@virtual
async def test_random_cancels_never_lose_a_slot(seed: int) -> None:
    random_ = random.Random(seed)
    slots, log = Slots(random_.randrange(1, 5), lambda: random_.random() < seed % 3 / 2), []
    capacity = slots.free
    loop = asyncio.get_running_loop()
    tasks = []
    for number in range(300):
        lane: Lane = random_.choice(["interactive", "bulk"])
        tasks.append(asyncio.create_task(visit(slots, log, number, lane, random_.randrange(3) / 4)))
        if random_.random() < 0.3:
            loop.call_at(loop.time() + random_.randrange(200) / 4, random_.choice(tasks).cancel)
        if random_.random() < 0.1:
            await asyncio.sleep(0.25)
    await settle(*tasks)
    assert (slots.free, slots.in_flight, slots.queued, slots.head_taken) == (capacity, 0, 0, False)
    assert len(log) >= sum(not task.cancelled() for task in tasks)


# --- While permits are free ---------------------------------------------------------------------------------


@virtual
async def test_while_permits_are_free_as_many_leave_at_once_as_there_are_slots() -> None:
    """No one takes a turn then, so a slow step before the permit holds up only its own call."""
    slots, log = Slots(4, lambda: True), []
    loop = asyncio.get_running_loop()

    async def slow_permit() -> None:
        await asyncio.sleep(1.0)

    async def one(number: int) -> None:
        await slots.enter("interactive", slow_permit)
        log.append((number, loop.time()))
        give_back(slots)

    start = loop.time()
    await asyncio.gather(*(one(number) for number in range(8)))
    assert [round(moment - start) for _, moment in log] == [1] * 4 + [2] * 4
    assert {number for number, _ in log[:4]} == {0, 1, 2, 3}
    assert (slots.free, slots.in_flight, slots.queued, slots.head_taken) == (4, 0, 0, False)


@virtual
async def test_a_pause_between_waking_and_leaving_sends_a_call_back_to_the_head() -> None:
    """Slots were given while permits were free and a pause begins in that instant: the order stays, one by one."""
    free = True
    slots, log = Slots(2, lambda: free), []
    asking = most = 0

    async def permit() -> None:
        nonlocal asking, most
        asking += 1
        most = max(most, asking)
        await asyncio.sleep(0.0 if free else 1.0)
        asking -= 1

    async def one(name: int, lane: Lane) -> None:
        await slots.enter(lane, permit)
        log.append(name)

    await slots.enter("interactive", at_once)
    await slots.enter("interactive", at_once)
    tasks = [asyncio.create_task(one(number, "bulk")) for number in range(3)]
    tasks.append(asyncio.create_task(one(3, "interactive")))
    await asyncio.sleep(0)
    give_back(slots)
    give_back(slots)
    free = False
    for _ in range(20):
        await asyncio.sleep(2.5)
        while slots.in_flight > asking:
            give_back(slots)
    await asyncio.gather(*tasks)
    assert most == 1
    assert sorted(log) == [0, 1, 2, 3]
    assert log[0] == 3


# --- While permits are free, though limited ------------------------------------------------------------------------


@virtual
async def test_calls_that_wait_for_slots_leave_in_one_turn_where_permits_are_free() -> None:
    """A limit that is not reached costs no waiting: a slot comes with its permit, and no call asks for one."""
    permits: list[tuple[str, Lane]] = []

    def take(operation: str, lane: Lane) -> bool:
        permits.append((operation, lane))
        return len(permits) <= 6

    log: list[object] = []
    slots = Slots(4, take_permit=take)
    for _ in range(4):
        await slots.enter("interactive", at_once)

    async def must_wait() -> None:
        log.append("waits for a permit")
        await asyncio.sleep(1.0)

    async def one(number: int, lane: Lane) -> None:
        await slots.enter(lane, must_wait, f"probe.{number}")
        log.append(number)

    tasks = [asyncio.create_task(one(number, "bulk" if number < 2 else "interactive")) for number in range(7)]
    await asyncio.sleep(0)
    for _ in range(4):
        slots.free += 1
    slots.hand_over()
    await asyncio.sleep(0)
    assert sorted(log) == [2, 3, 4, 5]
    for _ in range(4):
        slots.free += 1
    slots.hand_over()
    await asyncio.gather(*tasks)
    assert sorted(log[4:6]) == [0, 6]
    assert log[6:] == ["waits for a permit", 1]
    assert permits[:4] == [(f"probe.{number}", "interactive") for number in (2, 3, 4, 5)]
    assert (slots.queued, slots.head_taken) == (0, False)


@virtual
async def test_a_pause_after_a_permit_was_given_sends_its_call_back_to_the_line() -> None:
    """A call that was woken with a permit does not leave in a pause; it waits for another permit, slot in hand as the head."""
    paused = False
    log: list[object] = []
    slots = Slots(1, take_permit=lambda *_: not paused, stopped=lambda: paused)

    async def permit() -> None:
        log.append("waits for a permit")

    await slots.enter("interactive", at_once)
    call = asyncio.create_task(slots.enter("interactive", permit))
    await asyncio.sleep(0)
    give_back(slots)
    paused = True
    await call
    assert log == ["waits for a permit"]
    assert (slots.free, slots.queued, slots.head_taken) == (0, 0, False)


@pytest.mark.parametrize("seed", range(10))
@virtual
async def test_random_cancels_never_lose_a_slot_where_permits_are_free_now_and_then(seed: int) -> None:
    random_ = random.Random(seed)
    log: list[object] = []
    slots = Slots(3, take_permit=lambda *_: random_.random() < 0.7, stopped=lambda: random_.random() < 0.2)
    tasks = []
    for number in range(300):
        lane: Lane = random_.choice(["interactive", "bulk"])
        tasks.append(asyncio.create_task(visit(slots, log, number, lane, random_.randrange(3) / 4)))
        if random_.random() < 0.3:
            asyncio.get_running_loop().call_later(random_.randrange(200) / 4, random_.choice(tasks).cancel)
        if random_.random() < 0.1:
            await asyncio.sleep(0.25)
    await settle(*tasks)
    assert (slots.free, slots.in_flight, slots.queued, slots.head_taken) == (3, 0, 0, False)
