"""Clocks that are wrong or jump: one rejection at most, and no expired token leaves."""

from __future__ import annotations

import asyncio
from email.utils import formatdate
from typing import Any

import jwt
import pytest

from stringee_async.core.clock import RealClock
from stringee_async.core.errors import AuthError
from stringee_async.core.http_headers import SkewMeter
from stringee_async.core.messages import NO_HEADERS, Request, Response
from stringee_async.core.oauth2 import ClientCredentials
from stringee_async.stringee.auth import StringeeAuth

from ..kit import KEY_SECRET, KEY_SID, ScriptedTransport, answer, client_over, no_send, virtual
from .rig import TokenSource, WallClock, call, make_request, refuse, token_of


def strict_server(request: Request) -> Response:
    """Refuse tokens that are over, or that end more than an hour ahead, by the true time."""
    now = WallClock.server_time()
    exp = jwt.decode(token_of(request), options={"verify_signature": False})["exp"]
    stamp = http_stamp(now)
    return answer(Date=stamp) if now < exp <= now + 3605 else refuse({"Date": stamp})


def http_stamp(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)


@pytest.mark.parametrize("offset", [-7200.0, -3700.0, 600.0, 86_400.0, -600.0, 0.0])
@virtual
async def test_a_wrong_clock_costs_one_refusal_and_is_said_once(
    offset: float, caplog: pytest.LogCaptureFixture
) -> None:
    """The offset is learnt from the first refusal's `Date`, the second attempt succeeds, and one line says so."""
    transport = ScriptedTransport(default=strict_server)
    async with client_over(transport, clock=WallClock(offset)) as client:
        await call(client)
        first = len(transport.requests)
        assert first <= 2
        for _ in range(6):
            await asyncio.sleep(1800)
            await call(client)
        assert len(transport.requests) == first + 6
    warned = [record for record in caplog.records if "clock" in record.getMessage()]
    assert len(warned) == first - 1


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
@virtual
async def test_a_jump_of_the_wall_clock_never_lets_a_dead_token_out(jump: float) -> None:
    """After an NTP step in mid-run no request carries a token past its end: bookkeeping is monotonic."""
    clock = WallClock()
    transport = ScriptedTransport(default=strict_server)
    async with client_over(transport, clock=clock) as client:
        await call(client)
        clock.offset = jump
        for _ in range(20):
            await asyncio.sleep(170)
            await call(client)
        # One life of the first token: not one refusal, because nothing is measured on the wall clock.
        assert len(transport.requests) == 21
        for _ in range(20):
            await asyncio.sleep(170)
            await call(client)
        assert len(transport.requests) <= 42


@virtual
async def test_the_skew_meter_ignores_small_differences_and_garbage() -> None:
    """No `Date`, a bad one, or one within five seconds teaches nothing."""
    meter = SkewMeter(WallClock())
    now = WallClock.server_time()
    assert not meter.learn(answer())
    assert not meter.learn(answer(Date="yesterday"))
    assert not meter.learn(answer(Date=http_stamp(now + 4)))
    assert meter.skew == 0.0
    assert meter.learn(answer(Date=http_stamp(now + 100)))
    assert abs(meter.now() - (now + 100)) <= 1
    assert not meter.learn(answer(Date=http_stamp(now + 100)))
    assert meter.learn(answer(Date=http_stamp(now)))


@virtual
async def test_ten_thousand_calls_sign_once(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = 0
    encode = jwt.PyJWS.encode

    def counting(*args: Any, **kwargs: Any) -> str:
        nonlocal signed
        signed += 1
        return encode(*args, **kwargs)

    monkeypatch.setattr(jwt.PyJWS, "encode", counting)
    async with client_over(ScriptedTransport(default=answer())) as client:
        for _ in range(10_000):
            await call(client)
    assert signed == 1


@virtual
async def test_a_fresh_token_costs_no_cycle_of_the_loop() -> None:
    auth = StringeeAuth(KEY_SID, KEY_SECRET)
    await auth.prepare(no_send)
    with pytest.raises(StopIteration):
        auth.prepare(no_send).send(None)


@virtual
async def test_headers_are_built_for_each_attempt() -> None:
    """Two kinds of credentials on one request object never see each other's header, and the request stays bare."""
    request = make_request()
    stringee = StringeeAuth(KEY_SID, KEY_SECRET)
    bearer = ClientCredentials(TokenSource(), RealClock())
    with pytest.raises(AuthError, match="prepare"):
        bearer.authorize(request)
    with pytest.raises(AuthError, match="prepare"):
        stringee.authorize(request)
    await stringee.prepare(no_send)
    await bearer.prepare(no_send)
    one, two = stringee.authorize(request), bearer.authorize(request)
    assert set(one.headers) == {"X-STRINGEE-AUTH"}
    assert dict(two.headers) == {"Authorization": "Bearer token-1"}
    assert len(request.headers) == len(NO_HEADERS) == 0
    assert one.headers is not stringee.authorize(request).headers
    assert bearer.rejected(two, refuse())
    await bearer.prepare(no_send)
    assert dict(bearer.authorize(request).headers) == {"Authorization": "Bearer token-2"}
    assert bearer.issued == 2


@virtual
async def test_a_late_refusal_of_the_old_key_leaves_the_new_token_alone() -> None:
    transport = ScriptedTransport(refuse(), default=answer(), latency=1.0)
    async with client_over(transport) as client:
        late = asyncio.create_task(call(client))
        await asyncio.sleep(0.5)
        client.auth.rotate("SKnew", KEY_SECRET)
        await call(client)
        await late
        assert client.stats().tokens == 2
        assert len(transport.requests) == 3


def test_a_clock_that_is_off_is_learnt_each_time_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """The line says how far this machine is ahead; differences of five seconds are the network's."""

    class Stopped(RealClock):
        def time(self) -> float:
            return 1_800_000_000.0

    def off(seconds: float) -> Response:
        return answer(Date=http_stamp(1_800_000_000.0 + seconds))

    meter = SkewMeter(Stopped())
    assert [meter.learn(off(seconds)) for seconds in (5, 600, 605, 606, 0)] == [
        False,
        True,
        False,
        True,
        True,
    ]
    assert (meter.skew, meter.now()) == (0.0, 1_800_000_000.0)
    assert meter.learn(off(-60))
    assert meter.now() == 1_800_000_000.0 - 60
    assert [one.getMessage() for one in caplog.records] == [
        "this machine's clock is -600 s from the server's; set it by NTP"
    ]
