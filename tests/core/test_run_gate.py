"""A run that is held: left, dropped, closed, logged, and over real sockets."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from stringee_async import RetryPolicy, Timeouts
from stringee_async.core.bulk import bulk
from stringee_async.core.errors import ClosedError, InvalidRequestError, NotSentError, OutcomeUnknownError
from stringee_async.core.messages import Request, Response
from stringee_async.emulator import Emulator
from stringee_async.stringee import StringeeClient
from tests.kit import Forwarder, ScriptedTransport, Weather, agents, answer, client_over, virtual

from ..kit.bulk_runs import Outcomes, Vendor, _all, now, states


@virtual
async def test_a_held_run_that_is_dropped_ends_in_one_turn() -> None:
    vendor = Vendor(begins=0.5, ends=None)

    async def user() -> None:
        async for _ in bulk(vendor, range(500), concurrency=8):
            pass

    task = asyncio.ensure_future(user())
    await asyncio.sleep(20.0)
    assert len(asyncio.all_tasks()) == 2 + 8 + 1  # the timer of the next probe
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1


@virtual
async def test_a_closed_client_stops_a_held_run() -> None:
    """An error that concerns everybody ends the hold: nothing waits for an outage to end that no longer matters."""
    closed = False

    async def work(item: int) -> int:
        await asyncio.sleep(0.1)
        raise ClosedError if closed else NotSentError

    started = now()
    run = bulk(work, range(100), concurrency=8)
    waiting = asyncio.ensure_future(_all(run))
    await asyncio.sleep(5.0)
    closed = True
    outcomes = await waiting
    assert now() - started < 12.0
    assert states(outcomes) == {"failed": 1, "not_started": 99}


@virtual
async def test_a_held_run_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """One WARNING says that the run waits for the vendor and why; the probes and the end of the hold are INFO."""
    caplog.set_level(logging.INFO, "stringee_async")
    vendor = Vendor(begins=1.0, ends=12.0)
    async with bulk(vendor, range(100), concurrency=8) as run:
        seen = [run.waiting async for _ in run]
    assert set(seen) == {None}
    lines = [(one.levelname, one.getMessage()) for one in caplog.records if one.name == "stringee_async.bulk"]
    assert [level for level, _ in lines] == ["WARNING", "INFO", "INFO", "INFO", "INFO", "INFO"]
    assert lines[0][1].startswith("waiting for the vendor, 0 s: ")
    assert "waiting for the vendor, 8 s" in lines[4][1]
    assert lines[5][1] == "the vendor responds again, the run goes on"


@virtual
async def test_refusals_in_a_hold_are_responses_of_the_vendor() -> None:
    """A probe that the vendor refuses shows that it is there: the run goes on and the item has failed."""
    vendor = Vendor(begins=0.0, ends=3.0)

    async def work(item: int) -> int:
        result = await vendor(item)
        if item % 10 == 1:
            raise InvalidRequestError("no")
        return result

    outcomes = await _all(bulk(work, range(100), concurrency=8))
    assert states(outcomes) == {"failed": 10, "done": 90}


async def _ensure_many(
    kind: Weather, seconds: float | None, **options: Any
) -> tuple[Outcomes, int, int, int]:
    """Run 300 ensures through an outage; return outcomes, agents, distinct agents, and requests sent."""
    async with Emulator() as emulator, Forwarder(emulator.port) as forwarder:
        keys = {**emulator.stringee(), "icc_url": forwarder.url, "api_url": forwarder.url}
        # Before the outage a loaded machine must not make attempts time out; only what is swallowed is waited for.
        limits = Timeouts(attempt=2.0 if kind == "swallow" else 15.0, settle=0.2)
        async with StringeeClient(**keys, timeouts=limits) as client:
            outage: asyncio.Task[None] | None = None
            outcomes: Outcomes = []

            async def ensure(item: int) -> Any:
                return await client.agents.ensure(name=f"A{item}", stringee_user_id=f"u{item}")

            async for outcome in bulk(ensure, range(300), concurrency=32, **options):
                outcomes.append(outcome)
                if outage is None and len(outcomes) == 60:
                    acts = forwarder.turn(kind) if seconds is None else forwarder.outage(seconds, kind)
                    outage = asyncio.ensure_future(acts)
            await outage
            made = [agent["stringee_user_id"] for agent in emulator.state.stringee.agents.values()]
            return outcomes, len(made), len(set(made)), client.stats().requests


@pytest.mark.parametrize("kind", ["close", "refuse", "swallow"])
async def test_an_outage_on_the_network_loses_and_doubles_nothing(kind: Weather) -> None:
    """Every `ensure` is done, none created twice, with hardly more requests than an undisturbed run."""
    outcomes, made, distinct, requests = await _ensure_many(kind, 0.6)
    assert states(outcomes) == {"done": 300}
    assert (made, distinct) == (300, 300)
    assert requests <= 600 + 6 * 32


@pytest.mark.parametrize("kind", ["close", "refuse", "swallow"])
async def test_an_outage_for_ever_on_the_network_ends_in_time(kind: Weather) -> None:
    """The run is over within patience and one attempt, with one outcome for each item."""
    started = now()
    outcomes, made, distinct, _ = await _ensure_many(kind, None, patience=0.8)
    assert now() - started < 15.0  # on a loaded machine; the exact bound is held on virtual time
    assert sorted(one.index for one in outcomes) == list(range(300))
    found = states(outcomes)
    assert found["done"] >= 60
    assert found["not_started"] > 100
    assert made == distinct
    assert found["done"] <= made <= found["done"] + found.get("unknown", 0)


@pytest.mark.parametrize("seed", range(60))
@virtual
async def test_whatever_happens_there_is_one_outcome_for_each_item(seed: int) -> None:
    chance = random.Random(seed)
    started = now()
    marks = sorted(chance.uniform(0.0, 60.0) for _ in range(6))
    outages = list(zip(marks[::2], marks[1::2], strict=True))
    created: Counter[bytes | None] = Counter()

    async def vendor(request: Request) -> Response:
        since = now() - started
        await asyncio.sleep(chance.uniform(0.01, 0.5))
        away = any(begin <= since < end for begin, end in outages)
        fate: Any = chance.choice([NotSentError, OutcomeUnknownError])() if away else None
        if fate is None and chance.random() < 0.05:
            fate = chance.choice(
                [answer({"r": 1, "message": "no"}, 400), answer(b"", 502), answer({"r": 5}, 401)]
            )
        certainly_not = isinstance(fate, NotSentError) or (
            fate is not None and getattr(fate, "status", 0) in {400, 401}
        )
        if request.method == "POST" and not certainly_not:
            created[request.body] += 1
        if isinstance(fate, Exception):
            raise fate
        return fate or (agents() if request.method == "GET" else answer({"r": 0, "agentID": "AG_1"}))

    async def rows() -> AsyncIterator[int]:
        for number in range(count):
            if chance.random() < 0.1:
                await asyncio.sleep(chance.uniform(0.0, 5.0))
            yield number

    count = chance.randrange(1, 120)
    transport = ScriptedTransport(default=vendor)
    async with client_over(transport, retry=RetryPolicy(random=chance.random)) as client:

        async def work(item: int) -> None:
            if item % 17 == 3:
                raise LookupError
            await client.agents.find(stringee_user_id=f"u{item}")
            if item % 2:
                await client.agents.create(name="An", stringee_user_id=f"u{item}")

        options = {"patience": chance.choice([0.0, 3.0, 20.0, 300.0]), "ordered": chance.random() < 0.5}
        run = bulk(work, rows(), concurrency=chance.choice([1, 2, 5, 16, 64]), **options)  # type: ignore[arg-type]
        async with asyncio.timeout(3600):
            outcomes = await _all(run)
    assert sorted(one.index for one in outcomes) == list(range(count))
    if options["ordered"]:
        assert [one.index for one in outcomes] == list(range(count))
    assert set(created.values()) <= {1}
    left = {one.item for one in outcomes if one.state == "unknown"}
    assert all(item % 2 for item in left)
