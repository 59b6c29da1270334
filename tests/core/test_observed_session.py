"""What observers are told of calls, from the first wait to the last byte; and that it costs nothing where there are none."""

from __future__ import annotations

import asyncio
import sys
from types import FrameType
from typing import Any

import pytest

from stringee_async import (
    ClosedError,
    DeadlineError,
    OutcomeUnknownError,
    RateLimit,
    RetryPolicy,
    SdkError,
    Timeouts,
)
from stringee_async.core.events import (
    AttemptEnded,
    AttemptStarted,
    CallEnded,
    CallStarted,
    TokenRenewed,
    Waited,
)
from stringee_async.core.session import Session

from ..kit import ScriptedTransport, agents, answer, client_over, virtual
from ..kit.told import Told
from .rig import CREATE, READ, call, lost

STEADY = RetryPolicy(base=1.0, random=lambda: 1.0)
FIRST_TOKEN = "TokenRenewed seconds=3600 reason=first"
BEGUN = ["CallStarted", FIRST_TOKEN]
DONE = ["AttemptEnded attempt=1 status=200 outcome=done error=None", "CallEnded attempts=1 outcome=done error=None"]  # fmt: skip


def attempt(number: int, method: str = "GET") -> str:
    return f"AttemptStarted attempt={number} method={method}"


@virtual
async def test_a_call_tells_of_its_attempt() -> None:
    told, transport = Told(), ScriptedTransport(default=answer(), latency=0.25)
    async with client_over(transport, observers=[told]) as client:
        await call(client)
        await call(client)
    assert told.texts() == [*BEGUN, attempt(1), *DONE, "CallStarted", attempt(1), *DONE]
    ids = [event.call_id for event in told.events]
    assert len(set(ids[:5])) == len(set(ids[5:])) == 1
    assert ids[0] != ids[5]
    assert {(event.vendor, event.operation) for event in told.events} == {("stringee", "agents.list")}
    (begun, _) = told.of(AttemptStarted)
    assert (begun.url_template, begun.server) == ("/v1/agent", "icc.example:443")
    assert [event.elapsed for event in told.of(AttemptEnded)] == [0.25, 0.25]
    assert [event.elapsed for event in told.of(CallEnded)] == [0.25, 0.25]
    assert [event.lane for event in told.of(CallStarted)] == ["interactive", "interactive"]


@virtual
async def test_a_create_is_told_of_through_a_refusal_and_a_lost_response() -> None:
    told = Told()
    transport = ScriptedTransport(answer({"r": 1}, 429, Retry_After="2"), lost)
    async with client_over(transport, observers=[told], retry=STEADY) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await call(client, CREATE)
    assert told.texts() == [
        *BEGUN,
        attempt(1, "POST"),
        "AttemptEnded attempt=1 status=429 outcome=refused error=RateLimitedError",
        "PauseStarted seconds=2.0 reason=RateLimitedError",
        "Backoff attempt=1 seconds=2.2 reason=RateLimitedError",
        "PauseEnded",
        attempt(2, "POST"),
        "AttemptEnded attempt=2 status=None outcome=unknown error=OutcomeUnknownError",
        "CallEnded attempts=2 outcome=unknown error=OutcomeUnknownError",
    ]
    assert told.times[6] - told.times[4] == pytest.approx(2.0)
    assert told.of(CallEnded)[0].error is caught.value


@virtual
async def test_rejected_credentials_are_a_further_attempt() -> None:
    told = Told()
    transport = ScriptedTransport(answer({"r": 5}, 401), default=answer())
    async with client_over(transport, observers=[told]) as client:
        await call(client)
    assert told.texts()[2:] == [
        attempt(1),
        "AttemptEnded attempt=1 status=401 outcome=refused error=AuthError",
        "TokenRenewed seconds=3600 reason=rejected",
        attempt(2),
        "AttemptEnded attempt=2 status=200 outcome=done error=None",
        "CallEnded attempts=2 outcome=done error=None",
    ]


@virtual
async def test_reasons_of_a_token() -> None:
    told = Told()
    async with client_over(ScriptedTransport(default=answer()), observers=[told]) as client:
        await call(client)
        await asyncio.sleep(3590)
        await call(client)
        client.auth.rotate("SKother", "k" * 40)
        await call(client)
    assert [event.reason for event in told.of(TokenRenewed)] == ["first", "expiring", "replaced"]


@virtual
async def test_tokens_of_others_are_not_told_of() -> None:
    """A client without observers that needs a token later in the same task tells no one."""
    told = Told()
    async with client_over(ScriptedTransport(default=answer()), observers=[told]) as client:
        async with client_over(ScriptedTransport(default=answer())) as other:
            await call(client)
            await call(other)
    assert len(told.of(TokenRenewed)) == 1


@virtual
async def test_waits_are_told_apart() -> None:
    """For a slot, for a permit, and for the end of a pause, each with its seconds, before the attempt."""
    told, transport = Told(), ScriptedTransport(default=answer(), latency=2.0)
    async with client_over(transport, observers=[told], max_connections=1) as client:
        await call(client)
        await asyncio.gather(call(client), call(client))
    assert [(event.what, round(event.seconds, 3)) for event in told.of(Waited)] == [("slot", 2.0)]

    told, limited = Told(), RateLimit(1, 10.0)
    async with client_over(ScriptedTransport(default=answer()), observers=[told], rate_limit=limited) as client:  # fmt: skip
        await asyncio.gather(call(client), call(client), call(client))
    waits = [(event.what, round(event.seconds, 3)) for event in told.of(Waited)]
    assert waits == [("permit", 10.1), ("permit", 20.2)]

    told, transport = Told(), ScriptedTransport(default=answer(), latency=2.0)
    async with client_over(transport, observers=[told], rate_limit=limited, max_connections=1) as client:
        await asyncio.gather(call(client), call(client))
    waits = [(event.what, round(event.seconds, 3)) for event in told.of(Waited)]
    assert waits == [("slot", 2.0), ("permit", 8.1)]

    told = Told()
    transport = ScriptedTransport(answer({"r": 1}, 429, Retry_After="7"), default=answer(), latency=1.0)
    async with client_over(transport, observers=[told], retry=RetryPolicy(max_attempts=1)) as client:
        with pytest.raises(SdkError):
            await call(client)
        await asyncio.sleep(3.0)
        await call(client)
    assert [(event.what, round(event.seconds, 3)) for event in told.of(Waited)] == [("pause", 4.0)]


@virtual
async def test_a_cancelled_call_ends_with_its_attempt() -> None:
    told, transport = Told(), ScriptedTransport(default=answer(), latency=5.0)
    async with client_over(transport, observers=[told], max_connections=1) as client:
        under_way = asyncio.ensure_future(call(client, CREATE))
        queued = asyncio.ensure_future(call(client, CREATE))
        await asyncio.sleep(1.0)
        queued.cancel()
        await asyncio.sleep(1.0)
        under_way.cancel()
        await asyncio.gather(queued, under_way, return_exceptions=True)
    assert told.texts()[-4:] == [
        "Waited what=slot seconds=1.0",
        "CallEnded attempts=0 outcome=not_sent error=CancelledError",
        "AttemptEnded attempt=1 status=None outcome=unknown error=CancelledError",
        "CallEnded attempts=1 outcome=unknown error=CancelledError",
    ]


@virtual
async def test_a_call_without_time_left_ends_in_what_its_caller_gets() -> None:
    told, transport = Told(), ScriptedTransport(default=answer(), latency=9.0)
    async with client_over(transport, observers=[told], timeouts=Timeouts(total=3.0)) as client:
        with pytest.raises(DeadlineError):
            await call(client)
    assert told.texts()[-2:] == [
        "AttemptEnded attempt=1 status=None outcome=not_sent error=CancelledError",
        "CallEnded attempts=1 outcome=not_sent error=DeadlineError",
    ]


@virtual
async def test_a_call_that_is_not_taken_is_not_told_of() -> None:
    told = Told()
    client = client_over(ScriptedTransport(), observers=[told])
    await client.aclose()
    with pytest.raises(ClosedError):
        await call(client)
    assert told.events == []


@virtual
async def test_a_fault_in_the_transport_is_told_of() -> None:
    """What is no error of ours ends attempt and call too."""
    told, transport = Told(), ScriptedTransport(default=ZeroDivisionError("a bug"))
    async with client_over(transport, observers=[told]) as client:
        with pytest.raises(ZeroDivisionError):
            await call(client, CREATE)
    assert told.texts()[-2:] == [
        "AttemptEnded attempt=1 status=None outcome=unknown error=ZeroDivisionError",
        "CallEnded attempts=1 outcome=unknown error=ZeroDivisionError",
    ]


@virtual
async def test_paths_of_callers_are_no_templates() -> None:
    told = Told()
    async with client_over(ScriptedTransport(default=answer()), observers=[told]) as client:
        await client.request("GET", "/v1/agent/AG_1")
    (begun,) = told.of(AttemptStarted)
    assert begun.url_template is None
    assert not any("AG_1" in repr(event) for event in told.events)


# -- views --------------------------------------------------------------------------------------------------


@virtual
async def test_a_view_adds_observers_to_those_of_its_client() -> None:
    first, second = Told(), Told()
    async with client_over(ScriptedTransport(default=answer()), observers=[first]) as client:
        view = client.with_options(lane="bulk", observers=[second, first])
        await call(client)
        assert second.events == []
        await call(view)
        assert second.events == first.events[5:]
        assert second.of(CallStarted)[0].lane == "bulk"
        third = Told()
        await call(view.with_options(timeouts=Timeouts(), observers=[third]))
    assert len(first.of(CallEnded)) == 3
    assert len(second.of(CallEnded)) == 2
    assert len(third.of(CallEnded)) == 1


@virtual
async def test_a_pause_is_told_to_those_whose_call_began_it() -> None:
    told = Told()
    slow = answer({"r": 1}, 429, Retry_After="2")
    async with client_over(ScriptedTransport(slow, answer(), slow, answer()), retry=STEADY) as client:
        await call(client)
        view = client.with_options(observers=[told])
        assert type(client._session) is Session
        await call(view)
        assert [name.split()[0] for name in told.texts()].count("PauseStarted") == 1
        assert "PauseEnded" in told.texts()


@virtual
async def test_a_check_is_told_of() -> None:
    told = Told()
    page = answer({"r": 0, "data": {"totalPages": 1, "currentPage": 1, "totalGroups": 0, "groups": []}})
    async with client_over(ScriptedTransport(default=page), observers=[told]) as client:
        found = await client.check()
    assert found.vendor == "stringee"
    assert [event.operation for event in told.of(CallEnded)] == ["groups.list"]


# -- downloads ----------------------------------------------------------------------------------------------


def stream(client: Any) -> Any:
    from .test_download import opened

    return opened(client)


@virtual
async def test_the_call_of_a_download_ends_with_the_response() -> None:
    told = Told()
    async with client_over(ScriptedTransport(default=answer(b"sound")), observers=[told]) as client:
        async with stream(client) as response:
            await asyncio.sleep(4.0)
            assert len(told.of(AttemptStarted)) == 1
            assert not told.of(AttemptEnded)
            assert [piece async for piece in response] == [b"sound"]
    assert told.texts()[-2:] == DONE
    assert [event.elapsed for event in told.of(AttemptEnded)] == [4.0]
    assert [event.elapsed for event in told.of(CallEnded)] == [4.0]


@virtual
async def test_how_a_download_breaks_off_is_told() -> None:
    told = Told()
    async with client_over(ScriptedTransport(default=answer(b"sound")), observers=[told]) as client:
        with pytest.raises(OutcomeUnknownError):
            async with stream(client):
                raise OutcomeUnknownError("the connection broke")
        broken = told.texts()[-2:]
        response = client._session.stream(stream_request(client), lambda _: None)
        await response.__aenter__()
        await response.gen.aclose()  # type: ignore[attr-defined]  # as the interpreter does with one that is left
    assert broken == [
        "AttemptEnded attempt=1 status=200 outcome=not_sent error=OutcomeUnknownError",
        "CallEnded attempts=1 outcome=not_sent error=OutcomeUnknownError",
    ]
    assert told.texts()[-2:] == DONE


def stream_request(client: Any) -> Any:
    from .test_download import request

    return request(client)


@virtual
async def test_a_refused_download_is_told_of_and_a_redirect_is_no_error() -> None:
    told = Told()

    def judge(response: Any) -> None:
        raise SdkError("it is elsewhere" if response.status == 302 else "no")

    transport = ScriptedTransport(answer(b"", 404), answer(b"", 302))
    async with client_over(transport, observers=[told]) as client:
        for _ in range(2):
            with pytest.raises(SdkError):
                async with client._session.stream(stream_request(client), judge):
                    raise AssertionError("nothing is opened")
    assert told.texts()[2:] == [
        attempt(1),
        "AttemptEnded attempt=1 status=404 outcome=not_sent error=SdkError",
        "CallEnded attempts=1 outcome=not_sent error=SdkError",
        "CallStarted",
        attempt(1),
        "AttemptEnded attempt=1 status=302 outcome=done error=None",
        "CallEnded attempts=1 outcome=done error=None",
    ]


# -- costs --------------------------------------------------------------------------------------------------

OBSERVING = ("events", "observers", "observed_session", "call_watch", "wait_meter", "pause_watch")


@virtual
async def test_without_observers_nothing_of_this_is_entered() -> None:
    """Neither in the call that succeeds at once nor in one that waits, is refused, pauses and is retried."""
    transport = ScriptedTransport(
        answer({"r": 1}, 429, Retry_After="2"), lost, agents("u", pages=2), agents("u"), default=answer()
    )
    entered: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        file = frame.f_code.co_filename
        if event == "call" and "stringee_async/core/" in file:
            entered.add(file.rpartition("/")[2].removesuffix(".py"))

    options: dict[str, Any] = {"retry": STEADY, "rate_limit": RateLimit(1, 1.0)}
    async with client_over(transport, observers=[], **options) as client:
        sys.setprofile(note)
        try:
            await call(client, READ)
            await client.agents.list(page_size=1).collect()
            await asyncio.gather(call(client, CREATE), call(client, CREATE))
        finally:
            sys.setprofile(None)
    assert "call_retries" in entered
    assert not entered & {*OBSERVING, "listing_watch"}
