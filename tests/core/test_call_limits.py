"""What a call's time limits and its end cost others: nothing is sent too late, and nothing is kept, turned or waited for in vain."""

from __future__ import annotations

import asyncio
import gc
import os
import weakref
from contextvars import ContextVar

import pytest

from stringee_async import ClosedError, DeadlineError, RetryPolicy, ServerError, StringeeClient, Timeouts

from ..kit import KEY_SECRET, KEY_SID, RawServer, ScriptedTransport, answer, client_over, until, virtual
from .rig import without_collector

CREATED = answer({"r": 0, "agentID": "A1"})


@pytest.mark.skipif(os.environ.get("TESTS_LOOP") == "uvloop", reason="its clock ticks in milliseconds")
async def test_a_total_that_is_used_up_sends_nothing() -> None:
    async with RawServer() as server:
        async with StringeeClient(**server.client, timeouts=Timeouts(total=1e-9)) as client:
            with pytest.raises(DeadlineError) as caught:
                await client.agents.create(name="An", stringee_user_id="u1")
        assert (caught.value.outcome, caught.value.attempts) == ("not_sent", 0)
        assert not server.requests


async def test_a_stalled_handshake_is_not_unknown(silent: str) -> None:
    limits = Timeouts(connect=None, attempt=None, total=0.04)
    async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=silent, timeouts=limits) as client:
        with pytest.raises(DeadlineError) as caught:
            await client.agents.create(name="An", stringee_user_id="u1")
    assert (caught.value.outcome, caught.value.stage) == ("not_sent", "connect")
    assert "connect" in caught.value.spent


async def test_a_client_closed_while_it_connects_has_sent_nothing(silent: str) -> None:
    client = StringeeClient(KEY_SID, KEY_SECRET, icc_url=silent, timeouts=Timeouts(connect=None))
    call = asyncio.create_task(client.agents.create(name="An", stringee_user_id="u1"))
    await until(lambda: client.stats().in_flight, "the call has its slot")
    await asyncio.sleep(0.02)
    await client.aclose()
    with pytest.raises(ClosedError) as caught:
        await call
    assert caught.value.outcome == "not_sent"


@virtual
async def test_closing_waits_for_calls_and_not_for_their_tasks() -> None:
    client = client_over(ScriptedTransport(default=CREATED, latency=1.0))

    async def work() -> None:
        await client.agents.create(name="An", stringee_user_id="u1")
        await asyncio.sleep(100.0)

    task = asyncio.create_task(work())
    await asyncio.sleep(0.5)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await client.aclose(grace=30.0)
    assert loop.time() - began == pytest.approx(0.5)
    await task


@virtual
async def test_closing_does_not_spin_while_a_cancelled_call_cleans_up() -> None:
    """Calls that take a second to be cancelled are waited for, not asked in a loop (which would stop virtual time)."""

    async def slow_to_end(_: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(1.0)

    client = client_over(ScriptedTransport(default=slow_to_end))
    call = asyncio.create_task(client.agents.create(name="An", stringee_user_id="u1"))
    await asyncio.sleep(0)
    first, second = asyncio.create_task(client.aclose()), asyncio.create_task(client.aclose())
    await asyncio.gather(first, second)
    with pytest.raises(ClosedError):
        await call


@virtual
async def test_a_timer_does_not_keep_the_first_callers_context() -> None:
    """What a caller's context variables hold is free after the call, though the timer of its length is still set."""

    class Held:
        pass

    variable: ContextVar[object] = ContextVar("variable")
    async with client_over(ScriptedTransport(default=CREATED)) as client:

        async def call() -> weakref.ref[Held]:
            held = Held()
            variable.set(held)
            await client.agents.create(name="An", stringee_user_id="u1")
            return weakref.ref(held)

        held = await asyncio.create_task(call())
        await asyncio.sleep(0)
        gc.collect()
        assert held() is None
        assert client._session.state.timers._lengths


@virtual
async def test_calls_of_many_different_totals_leave_few_timers() -> None:
    loop = asyncio.get_running_loop()
    async with client_over(ScriptedTransport(default=CREATED)) as client:
        for number in range(10_000):
            view = client.with_options(timeouts=Timeouts(total=100.0 + number / 1000))
            await view.agents.create(name="An", stringee_user_id="u1")
            await asyncio.sleep(0)
        assert len(loop._scheduled) < 500  # type: ignore[attr-defined]


@pytest.mark.parametrize("attempts", [1, 3])
@virtual
async def test_an_error_that_was_caught_is_freed_without_the_collector(attempts: int) -> None:
    """A call that failed, at once or after retries, leaves no cycle: error, response and frames go with the last reference."""
    with without_collector():
        policy = RetryPolicy(max_attempts=attempts, base=0.0)
        async with client_over(ScriptedTransport(default=answer({"r": 1}, 500)), retry=policy) as client:
            gone: list[weakref.ref[ServerError]] = []
            for _ in range(3):
                try:
                    await client.agents.delete("A1")
                except ServerError as error:
                    gone.append(weakref.ref(error))
            await asyncio.sleep(0)
            assert [error() for error in gone] == [None] * 3


@pytest.mark.parametrize("kind", [DeadlineError, ClosedError])
@virtual
async def test_an_error_that_a_cancellation_became_is_freed_without_the_collector(
    kind: type[DeadlineError | ClosedError],
) -> None:
    with without_collector():
        transport = ScriptedTransport(default=answer(), latency=10.0)
        client = client_over(transport, timeouts=Timeouts(total=1.0 if kind is DeadlineError else None))
        closing = (
            None if kind is DeadlineError else asyncio.get_running_loop().create_task(client.aclose(0.5))
        )
        gone: weakref.ref[BaseException] | None = None
        try:
            await client.agents.delete("A1")
        except kind as error:
            gone = weakref.ref(error)
        if closing is not None:
            await closing
        await asyncio.sleep(0)
        assert gone() is None
        await client.aclose()
