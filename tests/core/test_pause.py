"""Rules of shared pauses: no vendor can silence a client for longer than its owner allows."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from stringee_async import RingMeClient
from stringee_async.core.errors import OutcomeUnknownError, RateLimitedError
from stringee_async.core.gate import Probe
from stringee_async.core.messages import Request, Response
from stringee_async.core.options import Timeouts
from stringee_async.core.retry import RetryPolicy

from ..kit import KEY_SECRET, ScriptedTransport, answer, client_over, virtual
from .rig import call, settle

YEAR = 365 * 24 * 3600.0
NOON = "Sun, 06 Nov 1994 08:49:37 GMT"
NOON_SECONDS = 784_111_777

UNHURRIED = Timeouts(total=None)


def refusal(wait: str, name: str = "Retry_After") -> Response:
    """Make a refusal for rate by a server whose clock says noon."""
    return answer({"r": 1, "message": "slow down"}, 429, Date=NOON, **{name: wait})


def short(longest: float = 100.0, **options: Any) -> dict[str, Any]:
    """Return client options under which a pause of 1000 s is cut short after `longest` seconds."""
    policy = RetryPolicy(max_pause=longest, max_server_wait=longest, max_attempts=1)
    return {"retry": policy, "timeouts": UNHURRIED, **options}


# --- a wait that no one can mean ----------------------------------------------------------------------------


@virtual
async def test_the_reset_of_ringmes_quota_may_be_a_point_in_time() -> None:
    transport = ScriptedTransport(
        answer({"access_token": "t" * 20, "expires_in": 3600}),
        answer({"id": 1, "client_id": 2}, Date=NOON, X_RateLimit_Reset=str(NOON_SECONDS + 1800)),
        refusal("Sun, 06 Nov 1994 08:50:07 GMT", "X_RateLimit_Reset"),
        default=answer({"id": 1, "client_id": 2}),
    )
    options: dict[str, Any] = {"transport": transport}
    async with RingMeClient("app", KEY_SECRET, url="https://pbx.example", **options) as client:
        await settle(asyncio.ensure_future(client.user()))
        assert client.quota.reset_after == 1800.0
        await settle(asyncio.ensure_future(client.user()))
    assert transport.times[3] - transport.times[2] == pytest.approx(30.0, abs=0.6)


# --- the pause of all calls ---------------------------------------------------------------------------------


@virtual
async def test_the_shared_pause_has_a_longest_length(caplog: pytest.LogCaptureFixture) -> None:
    """A vendor that asks for years stops a client for an hour, and the log says both."""
    transport = ScriptedTransport(refusal("99999999999999999999"), default=answer())
    async with client_over(transport) as client:
        with caplog.at_level(logging.WARNING):
            await settle(asyncio.ensure_future(call(client)))
        assert "asked for a pause of 315360000.0 s; the client pauses for 3600.0 s" in caplog.text
        assert client.stats().paused == 3600.0
        await asyncio.sleep(3599.0)
        await call(client)
    assert transport.times[1] - transport.times[0] >= 3600.0


@virtual
async def test_a_call_does_not_join_a_pause_that_is_longer_than_it_waits() -> None:
    """During a long pause each call fails at once and tells what the vendor asked for, also without a time limit."""
    transport = ScriptedTransport(refusal("5000"), default=answer())
    async with client_over(transport, timeouts=UNHURRIED) as client:
        await settle(asyncio.ensure_future(call(client)))
        await asyncio.sleep(1000.0)
        with pytest.raises(RateLimitedError, match="longer than max_server_wait") as caught:
            await call(client)
        assert (caught.value.outcome, caught.value.retry_after) == ("not_sent", pytest.approx(4000.0))
        assert len(transport.requests) == 1


@virtual
async def test_after_a_pause_cut_short_one_call_goes_first() -> None:
    """The others leave only after the first has had a response, and all of them are sent once."""
    transport = ScriptedTransport(refusal("1000"), default=answer(), latency=3.0)
    async with client_over(transport, **short()) as client:
        await settle(asyncio.ensure_future(call(client)))
        await asyncio.gather(*(call(client) for _ in range(200)))
        probe, *others = transport.times[1:]
        assert probe - transport.times[0] >= 103.0
        assert len(others) == 199
        assert min(others) >= probe + 3.0
        await call(client)  # and no one needs to probe any more


@virtual
async def test_a_newcomer_waits_for_the_probe_under_way() -> None:
    transport = ScriptedTransport(refusal("1000"), default=answer(), latency=3.0)
    async with client_over(transport, **short()) as client:
        await settle(asyncio.ensure_future(call(client)))
        await asyncio.sleep(150.0)
        await asyncio.gather(call(client), _later(client, 1.0))
    assert transport.times[2] - transport.times[1] >= 3.0


@virtual
async def test_a_probe_that_is_refused_pauses_everybody_again() -> None:
    """While the vendor goes on refusing, one request is sent for each pause, however many calls wait."""
    transport = ScriptedTransport(*[refusal("1000")] * 4, default=answer(), latency=1.0)
    async with client_over(transport, **short()) as client:
        results = await settle(
            *(asyncio.ensure_future(_later(client, 0.0 if n == 0 else 5.0)) for n in range(50))
        )
    assert sum(isinstance(result, RateLimitedError) for result in results) == 4
    gaps = [later - earlier for earlier, later in zip(transport.times[:4], transport.times[1:5], strict=True)]
    assert min(gaps) >= 100.0
    assert len(transport.requests) == 50


@virtual
async def test_a_probe_that_had_no_response_leaves_it_to_the_next() -> None:
    """A lost connection says nothing about the vendor's wish, so the next call probes; another refusal is a response."""
    transport = ScriptedTransport(
        refusal("1000"),
        _lost,
        answer({"r": 1, "message": "no such thing"}, 400),
        default=answer(),
        latency=2.0,
    )
    async with client_over(transport, **short()) as client:
        await settle(asyncio.ensure_future(call(client)))
        await settle(*(asyncio.ensure_future(call(client)) for _ in range(20)))
    first, second, *others = transport.times[1:]
    assert second >= first + 2.0
    assert min(others) >= second + 2.0
    assert len(others) == 18


@virtual
async def test_a_probing_call_that_is_cancelled_leaves_it_to_the_next() -> None:
    transport = ScriptedTransport(refusal("1000"), default=answer(), latency=2.0)
    async with client_over(transport, **short()) as client:
        await settle(asyncio.ensure_future(call(client)))
        calls = [asyncio.ensure_future(call(client)) for _ in range(10)]
        await asyncio.sleep(101.0)
        for task in calls[:3]:
            task.cancel()
        results = await settle(*calls)
        assert sum(isinstance(result, asyncio.CancelledError) for result in results) == 3
        assert client.stats().in_flight == client.stats().queued == 0


async def _later(client: Any, seconds: float) -> Any:
    await asyncio.sleep(seconds)
    return await call(client)


def _lost(_: Request) -> Response:
    raise OutcomeUnknownError("the connection broke")


@virtual
async def test_a_place_is_handed_on_when_its_owner_is_cancelled_in_that_instant() -> None:
    """A call that is cancelled in the very turn in which it was to probe passes the role to the next one."""
    probe = Probe()
    await probe.wait("first")
    second = asyncio.ensure_future(probe.wait("second"))
    third = asyncio.ensure_future(probe.wait("third"))
    fourth = asyncio.ensure_future(probe.wait("fourth"))
    await asyncio.sleep(0)
    probe.leave("no one")
    third.cancel()
    probe.leave("first")
    second.cancel()
    await settle(second, third)
    await fourth
    await probe.wait("fourth")
    probe.end()
    await probe.wait("fifth")


@virtual
async def test_a_waiting_call_that_is_cancelled_leaves_the_probe_alone() -> None:
    probe = Probe()
    await probe.wait("first")
    second, third = (asyncio.ensure_future(probe.wait(name)) for name in ("second", "third"))
    await asyncio.sleep(0)
    second.cancel()
    await settle(second)
    assert not third.done()
    probe.leave("first")
    await third
    fourth = asyncio.ensure_future(probe.wait("fourth"))
    await asyncio.sleep(0)
    assert not fourth.done()
    probe.end()
    await fourth
