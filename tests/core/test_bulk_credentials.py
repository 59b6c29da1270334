"""Rejected credentials and wrong addresses end a run; a single refusal does not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from stringee_async import RetryPolicy
from stringee_async.core.bulk import bulk
from stringee_async.core.errors import AuthError
from stringee_async.core.messages import Request, Response
from tests.kit import ScriptedTransport, agents, answer, client_over, virtual

from ..kit.bulk_runs import Vendor, _all, now, states


@virtual
async def test_rejected_credentials_stop_a_run_when_nothing_succeeds_after() -> None:
    """If what is under way ends without a success that left later, the rest is not started."""
    calls = 0

    async def vendor(request: Request) -> Response:
        nonlocal calls
        calls += 1
        mine = calls
        await asyncio.sleep(0.1)
        return agents() if mine <= 20 else answer({"r": 5, "message": "wrong api key"}, 401)

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        run = bulk(lambda item: client.agents.find(stringee_user_id=f"u{item}"), range(200), concurrency=4)
        outcomes = await _all(run)
    found = states(outcomes)
    assert found["done"] == 20
    assert 1 <= found["failed"] <= 4
    assert found["not_started"] == 180 - found["failed"]
    assert all(isinstance(one.error, AuthError) for one in outcomes if one.state == "not_started")
    assert calls <= 28


@virtual
async def test_new_items_wait_while_credentials_are_in_doubt() -> None:
    """Between a rejection and the verdict nothing starts; a success that left later opens the run at once."""
    begun: list[tuple[float, int]] = []
    started = now()
    async with client_over(ScriptedTransport(default=lambda _: agents())) as client:

        async def work(item: int) -> Any:
            begun.append((now() - started, item))
            if item == 0:
                await asyncio.sleep(1.0)
                raise AuthError("rejected")
            await asyncio.sleep(3.0 if item == 1 else 10.0)
            return await client.agents.find(stringee_user_id="u")

        outcomes = await _all(bulk(work, range(12), concurrency=4))
    assert states(outcomes) == {"failed": 1, "done": 11}
    assert [item for when, item in begun if 0.5 < when < 2.9] == []
    assert next(when for when, _ in begun if when > 0.5) == pytest.approx(3.0)


@virtual
async def test_a_rejection_after_which_something_succeeded_already_stops_nobody() -> None:
    """A verdict that is known is not waited for."""
    started = now()
    async with client_over(ScriptedTransport(default=lambda _: agents(), latency=0.1)) as client:

        async def find(item: int) -> Any:
            if item:
                return await client.agents.find(stringee_user_id="u")
            await asyncio.sleep(0.55)
            raise AuthError("rejected")

        outcomes = await _all(bulk(find, range(100), concurrency=4))
    assert states(outcomes) == {"failed": 1, "done": 99}
    assert now() - started == pytest.approx(2.6, abs=0.1)  # 33 rounds for 3 workers, and some for 4


@virtual
async def test_a_wrong_address_ends_a_run_after_five_pages() -> None:
    """Five pages of somebody else before anything succeeded end the run; each of the five is failed, all else is not started."""
    page = answer(b"<html>Welcome</html>", 200, Content_Type="text/html")
    transport = ScriptedTransport(default=page)
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        run = bulk(lambda item: client.agents.find(stringee_user_id=f"u{item}"), range(100), concurrency=1)
        outcomes = await _all(run)
    assert [one.state for one in outcomes] == ["failed"] * 5 + ["not_started"] * 95
    assert len(transport.requests) == 5


@virtual
async def test_pages_in_the_middle_of_a_run_are_an_outage() -> None:
    """After a success five pages hold the run, and their items run again; a single page is one failed item."""
    page = answer(b"<html>Welcome</html>", 200, Content_Type="text/html")
    pages = {10, *range(20, 29)}

    def vendor(request: Request) -> Response:
        return page if len(transport.requests) in pages else agents()

    transport = ScriptedTransport(default=vendor, latency=0.1)
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        run = bulk(lambda item: client.agents.find(stringee_user_id=f"u{item}"), range(100), concurrency=1)
        outcomes = await _all(run)
    assert states(outcomes) == {"failed": 1, "done": 99}
    assert len(transport.requests) == 109


@virtual
async def test_a_run_that_is_left_while_it_is_held_leaves_nothing_behind() -> None:
    vendor = Vendor(begins=0.5, ends=None)
    async with bulk(vendor, range(500), concurrency=8) as run:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(20.0):
                async for _ in run:
                    pass
        assert run.waiting == pytest.approx(19.5, abs=0.5)
    assert len(asyncio.all_tasks()) == 1
    calls = len(vendor.calls)
    await asyncio.sleep(1000)
    assert len(vendor.calls) == calls
    assert run.waiting is None
