"""Rules of the token cache: one renewal for everybody, whatever happens to the one who makes it."""

from __future__ import annotations

import asyncio
import weakref
from typing import Any

import attrs
import jwt
import pytest

from stringee_async.core.auth import REJECTION_PAUSE, Token, TokenCache
from stringee_async.core.client_options import open_session
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import AuthError, NotSentError, SdkError, ServerError
from stringee_async.core.messages import Request, Response
from stringee_async.core.options import Timeouts
from stringee_async.core.ratelimit import RateLimit
from stringee_async.core.retry import RetryPolicy
from stringee_async.core.session import Session
from stringee_async.core.transport import Transport
from stringee_async.stringee.responses import read_object

from ..kit import KEY_SECRET, KEY_SID, ScriptedTransport, answer, client_over, no_send, virtual
from .rig import (
    BearerAuth,
    TokenSource,
    WallClock,
    call,
    make_request,
    refuse,
    settle,
    token_of,
    without_collector,
)


def cache_over(source: TokenSource, **options: Any) -> TokenCache:
    return TokenCache(source, RealClock(), **options)


def bearer_session(source: TokenSource, transport: Transport, **options: Any) -> Session:
    auth = BearerAuth(cache_over(source))
    return open_session("x", transport=transport, auth=auth, retry=RetryPolicy(), **options)


@virtual
async def test_five_hundred_waiters_cost_one_fetch() -> None:
    source = TokenSource(delay=0.2)
    cache = cache_over(source)
    loop = asyncio.get_running_loop()
    for _ in range(2):  # from cold, and after expiry
        before, fetched = loop.time(), source.fetches
        tokens = await asyncio.gather(*(cache.get(no_send) for _ in range(500)))
        assert await cache.get(no_send) is tokens[0]
        assert source.fetches == fetched + 1
        assert len(set(map(id, tokens))) == 1
        assert loop.time() - before <= 0.205
        await asyncio.sleep(3600)
    assert cache.issued == 2


@virtual
async def test_a_cancelled_fetcher_leaves_the_fetch_to_the_next() -> None:
    source = TokenSource(delay=1.0)
    cache = cache_over(source)
    tasks = [asyncio.create_task(cache.get(no_send)) for _ in range(500)]
    await asyncio.sleep(0.5)
    tasks[0].cancel()
    results = await settle(*tasks)
    assert isinstance(results[0], asyncio.CancelledError)
    assert {token.value.reveal() for token in results[1:]} == {"token-2"}
    assert source.fetches == 2


@virtual
async def test_cancelled_waiters_harm_nobody() -> None:
    source = TokenSource(delay=1.0)
    cache = cache_over(source)
    tasks = [asyncio.create_task(cache.get(no_send)) for _ in range(100)]
    await asyncio.sleep(0.5)
    for task in tasks[1::2]:
        task.cancel()
    results = await settle(*tasks)
    assert sum(isinstance(result, Token) for result in results) == 50
    assert source.fetches == 1


@virtual
async def test_a_failed_fetch_fails_each_waiter_apart_and_is_not_remembered() -> None:
    source = TokenSource(NotSentError("no way there"), delay=1.0)
    cache = cache_over(source)
    errors = await settle(*(asyncio.create_task(cache.get(no_send)) for _ in range(500)))
    assert all(type(error) is NotSentError for error in errors)
    assert len(set(map(id, errors))) == 500
    assert all(error.__cause__ is errors[0] for error in errors[1:])
    assert source.fetches == 1
    assert (await cache.get(no_send)).value.reveal() == "token-2"


@virtual
async def test_a_failed_fetch_is_not_kept_when_nobody_waits_for_it_any_more() -> None:
    """The error, and the frames of those who caught it, go with the last reference, without the collector."""
    source = TokenSource(NotSentError("no way there"), NotSentError("nor there"), delay=1.0)
    cache = cache_over(source)
    gone: list[weakref.ref[SdkError]] = []

    async def ask() -> None:
        try:
            await cache.get(no_send)
        except SdkError as error:
            gone.append(weakref.ref(error))

    with without_collector():
        await ask()
        await asyncio.gather(ask(), ask())
        await asyncio.sleep(0)
        assert [error() for error in gone] == [None] * 3


@virtual
async def test_a_caller_after_a_failed_fetch_tries_again() -> None:
    """A caller that began after the failure does not inherit it, even if earlier waiters still take theirs."""
    source = TokenSource(ServerError("down"), ServerError("down"), delay=1.0)
    cache = cache_over(source)
    first = [asyncio.create_task(cache.get(no_send)) for _ in range(3)]
    await asyncio.sleep(1.0)
    late = asyncio.create_task(cache.get(no_send))
    errors = await settle(*first, late)
    assert all(isinstance(error, ServerError) for error in errors)
    assert errors[-1] is not errors[0]
    assert source.fetches == 2
    assert (await cache.get(no_send)).value.reveal() == "token-3"


@virtual
async def test_programming_errors_of_a_fetch_surface_unchanged() -> None:
    """What is not an SDK error is not kept for others."""
    cache = cache_over(TokenSource(TypeError("bug")))
    with pytest.raises(TypeError, match="bug"):
        await cache.get(no_send)
    assert (await cache.get(no_send)).value.reveal() == "token-2"


@virtual
async def test_the_margin_is_never_above_half_the_lifetime() -> None:
    """A token of 10 s with a margin of 60 s serves 5 s; a long one serves its lifetime less the margin."""
    for lifetime, serves in ((10.0, 5.0), (3600.0, 3540.0), (120.0, 60.0), (121.0, 61.0)):
        source = TokenSource(lifetime=lifetime)
        cache = cache_over(source)
        await cache.get(no_send)
        await asyncio.sleep(serves - 0.001)
        assert cache.fresh() is not None
        await asyncio.sleep(0.002)
        assert cache.fresh() is None
        await cache.get(no_send)
        assert source.fetches == 2


@virtual
async def test_the_lifetime_counts_from_when_the_token_was_asked_for() -> None:
    """A slow token endpoint does not lengthen the life of what it gives."""
    cache = cache_over(TokenSource(delay=30.0, lifetime=100.0), margin=10.0)
    await cache.get(no_send)
    await asyncio.sleep(59.0)
    assert cache.fresh() is not None
    await asyncio.sleep(2.0)
    assert cache.fresh() is None


@virtual
async def test_a_token_without_lifetime_is_used_once() -> None:
    source = TokenSource(lifetime=0.0)
    cache = cache_over(source)
    await cache.get(no_send)
    assert cache.current() is not None
    await cache.get(no_send)
    assert source.fetches == 2


@virtual
async def test_one_simulated_day_renews_as_computed() -> None:
    async with client_over(ScriptedTransport(default=answer()), clock=WallClock()) as client:
        for _ in range(24 * 60):
            await call(client)
            await asyncio.sleep(60)
        assert client.stats().tokens == -(-24 * 60 // 59)


@virtual
async def test_five_hundred_refusals_cause_one_renewal() -> None:
    for limit in (None, RateLimit(100, 1.0)):
        transport = ScriptedTransport(default=refuse(), latency=0.05)
        async with client_over(transport, max_connections=600, rate_limit=limit) as client:
            errors = await settle(*(asyncio.create_task(call(client)) for _ in range(500)))
            assert all(type(error) is AuthError and error.attempts in (1, 2) for error in errors)
            assert all(error.status == 401 for error in errors)
            if limit is None:
                assert client.stats().tokens == 2
                assert len(transport.requests) == 1000
            else:
                # Spread over ten seconds there is room for one further renewal per refusal pause.
                assert client.stats().tokens <= 2 + 10 / REJECTION_PAUSE


@virtual
async def test_a_revoked_token_is_replaced_once_and_all_calls_succeed() -> None:
    for limit in (None, RateLimit(100, 1.0)):
        revoked: set[str] = set()
        transport = ScriptedTransport(
            default=lambda request, revoked=revoked: refuse() if token_of(request) in revoked else answer(),
            latency=0.05,
        )
        async with client_over(transport, rate_limit=limit) as client:
            await call(client)
            tasks = [asyncio.create_task(call(client)) for _ in range(500)]
            await asyncio.sleep(0.2)
            revoked.add(token_of(transport.requests[0]))
            await asyncio.gather(*tasks)
            assert client.stats().tokens == 2
            assert len({token_of(request) for request in transport.requests}) == 2
            assert len(transport.requests) <= 501 + 64


@virtual
async def test_a_refusal_of_an_older_token_causes_no_renewal() -> None:
    source = TokenSource()
    cache = cache_over(source)
    old = await cache.get(no_send)
    assert cache.drop(old)
    new = await cache.get(no_send)
    assert cache.drop(old)
    assert cache.fresh() is new
    assert source.fetches == 2


@virtual
async def test_a_token_fetched_after_a_refusal_is_kept_for_the_refusal_pause() -> None:
    """Within `REJECTION_PAUSE` a refused replacement is not replaced again; after it, one more try is made."""
    cache = cache_over(TokenSource())
    assert cache.drop(await cache.get(no_send))
    replacement = await cache.get(no_send)
    assert not cache.drop(replacement)
    await asyncio.sleep(REJECTION_PAUSE - 0.01)
    assert not cache.drop(replacement)
    await asyncio.sleep(0.02)
    assert cache.drop(replacement)
    assert cache.issued == 2


@virtual
async def test_forgetting_clears_the_memory_of_refusals() -> None:
    """A key replaced after a refusal starts afresh: its first token may be replaced like any first token."""
    cache = cache_over(TokenSource())
    cache.drop(await cache.get(no_send))
    cache.forget()
    assert cache.current() is None
    assert cache.drop(await cache.get(no_send))


@virtual
async def test_a_token_dropped_while_a_call_waits_for_its_permit_is_replaced() -> None:
    transport = ScriptedTransport(default=answer())
    async with client_over(transport, rate_limit=RateLimit(1, 10.0)) as client:
        await call(client)
        waiting = asyncio.create_task(call(client))
        await asyncio.sleep(1.0)
        client.auth.rotate("SKother", KEY_SECRET)
        await waiting
        issuers = [
            jwt.decode(token_of(r), options={"verify_signature": False})["iss"] for r in transport.requests
        ]
        assert issuers == [KEY_SID, "SKother"]


@virtual
async def test_a_token_that_expired_behind_the_limiter_is_not_sent() -> None:
    source = TokenSource(lifetime=100.0)
    transport = ScriptedTransport(default=answer())
    session = bearer_session(source, transport)
    session.state.gate.limiter.pause(300.0)
    session = attrs.evolve(session, timeouts=Timeouts(total=None))
    await session.send(make_request(), read_object)
    assert token_of(transport.requests[0]) == "token-2"
    await session.state.aclose()


@virtual
async def test_a_pause_that_begins_while_a_token_is_fetched_is_obeyed() -> None:
    source = TokenSource(delay=1.0, lifetime=100.0)
    transport = ScriptedTransport(
        default=lambda r: answer({}, 429, Retry_After="8") if len(transport.requests) == 1 else answer()
    )
    loop = asyncio.get_running_loop()
    session = bearer_session(source, transport, max_connections=8)
    transport.latency = 1.5
    await asyncio.gather(*(session.send(make_request(), read_object) for _ in range(1)))
    first, second = transport.times
    assert second - first >= 8.0 + 1.5
    # The permit is granted, the token is old, and the pause falls into the fetch of the next one.
    start = loop.time()
    session.state.auth.cache._renew_at = start + 2.0
    limiter = session.state.gate.limiter
    limiter.pause(3.0)
    waiting = asyncio.create_task(session.send(make_request(), read_object))
    await asyncio.sleep(3.5)
    session.state.gate.pause(5.0, "x", 3600.0)
    limiter.pause(5.0)
    await waiting
    assert transport.times[-1] >= start + 8.5
    await session.state.aclose()


@virtual
async def test_a_rejection_by_the_token_endpoint_is_not_taken_for_that_of_an_earlier_attempt() -> None:
    """A token was renewed for a call, its attempt failed, and the endpoint rejects the next renewal: it is asked once."""
    source = TokenSource()
    transport = ScriptedTransport(refuse(), answer({"r": 1}, 500), default=answer())
    session = bearer_session(source, transport)

    def forget(request: Request) -> Response:
        session.state.auth.cache.forget()  # type: ignore[attr-defined]
        source.errors = [AuthError("wrong secret")] * 3
        return answer({"r": 1}, 500)

    transport.steps[1] = forget
    with pytest.raises(AuthError, match="wrong secret"):
        await session.send(make_request(), read_object)
    assert (source.fetches, len(transport.requests)) == (3, 2)
    await session.state.aclose()
