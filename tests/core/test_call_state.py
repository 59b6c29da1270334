"""What is known of one call: where its time went, and what its error says of it."""

from __future__ import annotations

import asyncio
import logging

import attrs
import pytest

from stringee_async import (
    DeadlineError,
    NotSentError,
    OutcomeUnknownError,
    RateLimit,
    RetryPolicy,
    SdkError,
    ServerError,
    Timeouts,
)
from stringee_async.core.auth import TokenCache
from stringee_async.core.client_options import open_session
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import DecodeError
from stringee_async.core.messages import Request, Response
from stringee_async.core.ratelimit import LocalRateLimiter
from stringee_async.stringee.responses import read_object

from ..kit import (
    ScriptedTransport,
    answer,
    client_over,
    virtual,
)
from .rig import (
    CREATE,
    ONCE,
    WRITE,
    BearerAuth,
    TokenSource,
    call,
    lost,
    make_request,
)


@pytest.mark.parametrize("stage", ["queue", "limiter", "pause", "token", "exchange", "backoff"])
@virtual
async def test_the_deadline_error_names_the_stage(stage: str) -> None:
    transport = ScriptedTransport(latency=100.0 if stage in {"queue", "exchange"} else 0.0, default=answer())
    source = TokenSource(delay=100.0 if stage == "token" else 0.0)
    limiter = LocalRateLimiter(RateLimit(1, 100.0) if stage == "limiter" else None)
    session = open_session(
        "x",
        transport=transport,
        auth=BearerAuth(TokenCache(source, RealClock())),
        retry=RetryPolicy(random=lambda: 0.9),
        rate_limit=limiter,
        timeouts=Timeouts(total=3.0),
        max_connections=1,
    )
    held = None
    if stage == "queue":
        held = asyncio.create_task(
            attrs.evolve(session, timeouts=Timeouts(total=None)).send(make_request(), read_object)
        )
        await asyncio.sleep(0)
    elif stage == "limiter":
        await session.send(make_request(), read_object)
    elif stage == "pause":
        limiter.pause(50.0)
    elif stage == "backoff":
        transport.default = NotSentError("down")

        class Slow(RealClock):
            async def sleep(self, seconds: float) -> None:
                await asyncio.sleep(100.0)

        session.state.clock = Slow()
    sent = len(transport.requests)
    with pytest.raises(DeadlineError) as caught:
        await session.send(make_request(CREATE), read_object)
    error = caught.value
    where = stage if stage in {"exchange", "backoff"} else "queue"
    assert error.stage == where
    assert error.spent[where] == pytest.approx(3.0)
    assert error.elapsed == pytest.approx(3.0)
    if held is None:
        assert error.attempts == len(transport.requests) - sent
        assert error.outcome == ("unknown" if stage == "exchange" else "not_sent")
    assert repr(where) in str(error)
    if held is not None:
        await held
    await session.state.aclose()


@virtual
async def test_a_deadline_after_a_lost_response_stays_unknown() -> None:
    transport = ScriptedTransport(OutcomeUnknownError(), default=answer())
    async with client_over(transport, timeouts=Timeouts(total=3.0)) as client:
        limiter = client._session.state.gate.limiter
        task = asyncio.create_task(call(client, WRITE))
        await asyncio.sleep(0)
        limiter.pause(10.0)
        with pytest.raises(DeadlineError) as caught:
            await task
    assert caught.value.outcome == "unknown"
    assert caught.value.stage == "queue"
    assert [past.error for past in caught.value.history] == ["OutcomeUnknownError"]


@virtual
async def test_a_time_that_ran_out_says_at_what_and_what_to_do() -> None:
    """The stage is named and put into words, for one call and for an `ensure`; the object too."""
    transport = ScriptedTransport(default=answer({"r": 0, "agentID": "AG_1"}), latency=100.0)
    async with client_over(transport, retry=ONCE, timeouts=Timeouts(total=3.0, attempt=None)) as one:
        with pytest.raises(DeadlineError) as caught:
            await one.agents.list().collect()
        assert str(caught.value) == (
            "agents.list: the total time of 3 s is used up in stage 'exchange' (waiting for the response); most of it "
            "went into 'exchange'; send it again with more time (Timeouts.total), or with fewer calls at once"
        )
        with pytest.raises(DeadlineError) as caught:
            await one.agents.ensure(name="An", stringee_user_id="an.nguyenvan")
        text = str(caught.value)
        assert (
            "is used up in stage 'look' (looking for the object); call agents.ensure again, with more time"
            in text
        )
        assert "about an...an]" in text


@virtual
async def test_an_update_that_was_lost_and_then_never_left_is_unknown() -> None:
    """The text of the last attempt does not hide that an earlier one left: text and outcome agree."""
    async with client_over(
        ScriptedTransport(lost, NotSentError("no connection; nothing was sent")),
        retry=RetryPolicy(max_attempts=2),
    ) as client:
        with pytest.raises(NotSentError) as caught:
            await client.agents.update("AG_1", name="An")
        assert client.stats().unknown == 1
        assert client.unknown_writes()[0].key == "AG_1"
    assert caught.value.outcome == "unknown"
    assert "an earlier attempt left" in str(caught.value)


@pytest.mark.parametrize("kind", [DeadlineError, OutcomeUnknownError, ServerError, DecodeError])
@virtual
async def test_a_read_is_never_unknown(kind: type[SdkError]) -> None:
    """A failed read has changed nothing, says so, and does not say that the vendor may have acted."""

    async def vendor(_: Request) -> Response:
        if kind is DeadlineError:
            await asyncio.sleep(1000.0)
        if kind is OutcomeUnknownError:
            lost()
        return answer({"r": 1}, 500) if kind is ServerError else answer(b"[[")

    async with client_over(ScriptedTransport(default=vendor), timeouts=Timeouts(total=5.0)) as client:
        with pytest.raises(kind) as caught:
            await client.agents.find(stringee_user_id="u")
        assert client.stats().unknown == 0
    assert caught.value.outcome == "not_sent"
    assert "may have" not in str(caught.value)
    assert caught.value.retryable


@virtual
async def test_an_error_of_a_call_that_is_not_logged_has_an_id_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The id is made when it is first wanted, by a line of the log or by an error."""
    caplog.set_level(logging.WARNING, "stringee_async")
    transport = ScriptedTransport(default=answer({"r": 1}, 500))
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        ids = []
        for _ in range(2):
            with pytest.raises(ServerError) as caught:
                await client.agents.list().collect()
            ids.append(caught.value.call_id)
    assert len(set(ids)) == 2
    assert not caplog.records
