"""Lost responses, over real sockets against the emulator: what would act twice is sent once, the rest is repeated."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import pytest

from stringee_async import (
    DecodeError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    RateLimit,
    RetryPolicy,
    RingMeClient,
    SdkError,
    ServerError,
    Timeouts,
)
from stringee_async.core.operation import Operation
from stringee_async.core.retry_class import RetryClass
from stringee_async.emulator import Fault
from stringee_async.ringme import AGENT_LOGIN, ANSWER, HOLD, QUEUE

from ..kit import RawServer, until
from ..kit.operations import operations
from .rig import CLIENT_ID, CLIENT_SECRET, Exchange, exchange_of

Call = Callable[[Exchange], Awaitable[Any]]

QUICK = RetryPolicy(base=0.0, throttle_base=0.001)
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + bytes(20)
HOOK: dict[str, Any] = {"event_type": AGENT_LOGIN, "method": "GET", "url": "https://myshost.org/calls"}
OPERATIONS: dict[str, Operation] = {
    key.partition(":")[2]: operation for key, operation in operations().items() if key.startswith("ringme:")
}


def fill(x: Exchange) -> None:
    """Let there be a queue (208) with a call in it, a phone (209), and an agent of each kind, both number 9."""
    x.state.add_extension("370", "queue", id=208)
    x.state.add_extension("101", id=209)
    x.state.add_agent("local", id=9, extension_id=209)
    x.state.add_agent("remote", id=9, number="89215650644")
    x.state.add_call(208, call_api_id="c1")


ONCE: dict[str, tuple[Call, Callable[[Exchange], int]]] = {
    # operation: the call, and how often the server did it
    "extensions.create": (
        lambda x: x.client.extensions.create(name="371", type=QUEUE), lambda x: len(x.state.extensions) - 2,
    ),
    "extension_agents.create": (
        lambda x: x.client.extension_agents.create(209, name="An"), lambda x: len(x.state.local_agents) - 1,
    ),
    "agents.local.create": (
        lambda x: x.client.agents.local.create(extension_id=209), lambda x: len(x.state.local_agents) - 1,
    ),
    "agents.remote.create": (
        lambda x: x.client.agents.remote.create(number="84900"), lambda x: len(x.state.remote_agents) - 1,
    ),
    "queue_agents.local.add": (
        lambda x: x.client.queue_agents.local.add(208, agent_id=9), lambda x: len(x.state.queue_agents),
    ),
    "queue_agents.remote.add": (
        lambda x: x.client.queue_agents.remote.add(208, agent_id=9), lambda x: len(x.state.queue_agents),
    ),
    "agent_events.local.create": (
        lambda x: x.client.agent_events.local.create(9, **HOOK), lambda x: len(x.state.agent_events),
    ),
    "agent_events.remote.create": (
        lambda x: x.client.agent_events.remote.create(9, **HOOK), lambda x: len(x.state.agent_events),
    ),
    "extension_events.create": (
        lambda x: x.client.extension_events.create(208, **{**HOOK, "event_type": ANSWER}),
        lambda x: len(x.state.extension_events),
    ),
    "sounds.upload": (
        lambda x: x.client.sounds.upload(WAV, title="T", filename="a.wav"), lambda x: len(x.state.sounds),
    ),
    "current_calls.act": (
        lambda x: x.client.current_calls.act(208, "c1", action=HOLD), lambda x: len(x.state.call_actions),
    ),
}  # fmt: skip
LOSSES: dict[str, tuple[Fault, int]] = {
    # what becomes of the response, and how often the server acts
    "lost": (Fault.lost_answer(), 1),
    "lost by reset": (Fault.lost_answer(ending="reset"), 1),
    "late": (Fault.late_commit(0.01), 1),
    "reset before": (Fault.reset_before(), 0),
    "reset in the body": (Fault.reset_mid_body(), 1),
    "hangs after acting": (Fault.hang(commit=True), 1),
    "hangs": (Fault.hang(), 0),
    "slow": (Fault.slow_answer(0.5), 1),
    "HTTP 502": (Fault.status(502), 0),
    "HTTP 504 after acting": (Fault.status(504, commit=True), 1),
    "not JSON": (Fault.not_json(), 1),
    "truncated": (Fault.truncated_json(), 1),
    "empty": (Fault.empty_body(), 1),
    "bad gzip": (Fault.bad_gzip(), 1),
    "bad chunk": (Fault.bad_chunk(), 1),
    "over-long header": (Fault.long_header(), 1),
}


@pytest.mark.parametrize("operation", ONCE)
@pytest.mark.parametrize("loss", LOSSES)
async def test_what_would_act_twice_is_sent_once(operation: str, loss: str) -> None:
    """Every create under every kind of lost response: one request, outcome unknown, done once or never."""
    fault, acted = LOSSES[loss]
    call, done = ONCE[operation]
    waits = loss.startswith("hang") or loss == "slow"
    async with exchange_of({"retry": QUICK}) as x:
        fill(x)
        await x.client.user()
        x.emulator.faults.script(f"ringme:{operation}", fault)
        impatient = x
        if waits:  # on a connection that is open by now, as one that is slow to open would count as not sent
            limited = x.client.with_options(timeouts=Timeouts(attempt=0.05))
            impatient = attrs.evolve(x, client=limited)
        with pytest.raises(SdkError) as caught:
            await call(impatient)
        await until(lambda: x.emulator.count(operation) and done(x) == acted, "the server has acted")
        await x.emulator.settle()
        assert x.emulator.count(operation) == 1
        assert x.emulator.count() == x.client.stats().requests == 3
        assert done(x) == acted
        x.emulator.faults.assert_consumed()
    assert isinstance(caught.value, (OutcomeUnknownError, ServerError, DecodeError))
    assert (caught.value.outcome, caught.value.attempts) == ("unknown", 1)
    assert not caught.value.retryable


def test_no_create_is_left_out() -> None:
    """The calls above are all operations of the class that is never repeated."""
    creates = {name for name, operation in OPERATIONS.items() if operation.retry_class is RetryClass.CREATE}
    assert creates == set(ONCE)


@pytest.mark.parametrize("operation", ["extensions.create", "agents.remote.create", "current_calls.act"])
async def test_a_create_on_a_connection_that_died_is_not_sent_twice(operation: str) -> None:
    """The kept-alive connection dies between two calls: whatever comes of it, the server acts once at most."""
    call, done = ONCE[operation]
    async with exchange_of({"retry": QUICK}) as x:
        fill(x)
        x.emulator.faults.script("user.get", Fault.close_after(ending="reset"))
        await x.client.user()
        outcome = await asyncio.gather(call(x), return_exceptions=True)
        failed = isinstance(outcome[0], SdkError)
        assert done(x) == x.emulator.count(operation) == (0 if failed else 1)
        x.emulator.faults.assert_consumed()


async def no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Response whatever comes in clear text."""
    await reader.read(100)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("fault", ["refused", "no such host", "no TLS"])
async def test_a_create_that_was_never_sent_is_retried(fault: str) -> None:
    """No connection: marked as not sent, safe to repeat, and repeated even for a create."""
    async with RawServer() as gone:
        nobody = gone.url
    async with await asyncio.start_server(no_tls, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = {
            "refused": nobody,
            "no such host": "https://no-such-host.invalid",
            "no TLS": f"https://127.0.0.1:{port}",
        }[fault]
        async with RingMeClient(CLIENT_ID, CLIENT_SECRET, url=url, retry=QUICK) as client:
            with pytest.raises(NotSentError) as caught:
                await client.agents.remote.create(number="84900")
            assert client.stats().retries == QUICK.max_attempts - 1
    assert (caught.value.outcome, caught.value.retryable) == ("not_sent", True)


async def test_a_create_that_got_no_permit_in_time_was_not_sent() -> None:
    """A create that waits for a permit until its time in the queue is over was not sent."""
    options = {
        "rate_limit": RateLimit(2, 60.0, burst=2),  # one of them for the token
        "timeouts": Timeouts(queue=0.02),
        "retry": RetryPolicy(max_attempts=1),
    }
    async with exchange_of(options) as x:
        await x.client.user()
        with pytest.raises(NotSentError) as caught:
            await x.client.agents.remote.create(number="84900")
        assert (caught.value.outcome, caught.value.stage) == ("not_sent", "queue")
        assert x.emulator.count("agents.remote.create") == 0


@pytest.mark.parametrize(
    "fault", [Fault.lost_answer(), Fault.reset_before(), Fault.status(503), Fault.not_json()]
)
async def test_a_create_whose_token_was_lost_is_sent_once(fault: Fault) -> None:
    """What happens to a request for a token happens before the create leaves: it is asked for again, the create is not."""
    async with exchange_of({"retry": QUICK}) as x:
        x.emulator.faults.script("oauth.token", fault)
        await x.client.agents.remote.create(number="84900")
        assert (x.emulator.count("oauth.token"), x.emulator.count("agents.remote.create")) == (2, 1)
        assert len(x.state.remote_agents) == 1
        x.emulator.faults.assert_consumed()


ENSURED: dict[str, tuple[Call, Callable[[Exchange], int]]] = {
    "extensions.create": (
        lambda x: x.client.extensions.ensure(name="371", type=QUEUE), lambda x: len(x.state.extensions) - 2,
    ),
    "agents.local.create": (
        lambda x: x.client.agents.local.ensure(extension_id=210), lambda x: len(x.state.local_agents) - 1,
    ),
    "agents.remote.create": (
        lambda x: x.client.agents.remote.ensure(number="84900"), lambda x: len(x.state.remote_agents) - 1,
    ),
    "queue_agents.local.add": (
        lambda x: x.client.queue_agents.local.ensure(208, agent_id=9), lambda x: len(x.state.queue_agents),
    ),
    "queue_agents.remote.add": (
        lambda x: x.client.queue_agents.remote.ensure(208, agent_id=9), lambda x: len(x.state.queue_agents),
    ),
    "agent_events.local.create": (
        lambda x: x.client.agent_events.local.ensure(9, **HOOK), lambda x: len(x.state.agent_events),
    ),
    "agent_events.remote.create": (
        lambda x: x.client.agent_events.remote.ensure(9, **HOOK), lambda x: len(x.state.agent_events),
    ),
    "extension_events.create": (
        lambda x: x.client.extension_events.ensure(208, **{**HOOK, "event_type": ANSWER}),
        lambda x: len(x.state.extension_events),
    ),
}  # fmt: skip


@pytest.mark.parametrize("loss", ["lost", "late", "reset before", "truncated", "HTTP 504 after acting"])
@pytest.mark.parametrize("operation", ENSURED)
async def test_ensure_ends_with_one_object(operation: str, loss: str) -> None:
    """Twenty callers at once while responses of creates are lost: one object, and every caller gets it."""
    call, made = ENSURED[operation]
    async with exchange_of({"retry": QUICK, "timeouts": Timeouts(settle=0.03)}, latency=0.001) as x:
        fill(x)
        x.state.add_extension("102", id=210)
        before = made(x)
        x.emulator.faults.script(f"ringme:{operation}", LOSSES[loss][0])
        found = await asyncio.gather(*(call(x) for _ in range(20)))
        await x.emulator.settle()
        assert made(x) - before == 1
        assert len({one.id for one in found}) == 1
        assert sum(one.created for one in found) == 1
        assert x.emulator.count(operation) <= 2
        x.emulator.faults.assert_consumed()


@pytest.mark.parametrize("fault", ["close_after", "reset_before", "lost_answer", "bad_chunk"])
async def test_the_server_sees_as_many_requests_as_the_client_reports(fault: str) -> None:
    """GET, PUT and DELETE, also on connections that the server gave up: no hidden repeat."""
    async with exchange_of({"retry": QUICK}) as x:
        fill(x)
        calls: list[Call] = [
            lambda x: x.client.user(),
            lambda x: x.client.agents.remote.list().collect(),
            lambda x: x.client.agents.remote.update(9, name="An"),
            lambda x: x.client.queue_agents.remote.remove(208, 9, missing_ok=True),
        ]
        for call in calls:
            x.emulator.faults.script("*", Fault.named(fault))
            await call(x)
            await call(x)
        x.emulator.faults.assert_consumed()
        stats = x.client.stats()
        done = 2 * len(calls) + x.emulator.count("oauth.token")
        assert stats.requests - stats.retries <= done
        # What was written to a connection that the server had closed already is an attempt that it never saw.
        seen = stats.requests - stats.retries if fault == "close_after" else stats.requests
        assert x.emulator.count() == seen


@pytest.mark.parametrize("kind", ["local", "remote"])
async def test_a_deletion_whose_response_was_lost_is_a_deletion(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The repeat is told 404; the call is a success, with a note; a deletion of what never was is not."""
    async with exchange_of({"retry": QUICK}) as x:
        fill(x)
        agents = getattr(x.client.agents, kind)
        x.emulator.faults.script(f"agents.{kind}.delete", Fault.lost_answer())
        with caplog.at_level(logging.DEBUG, logger="stringee_async"):
            await agents.delete(9)
        assert "a response was lost, and the object is gone" in caplog.text
        with pytest.raises(NotFoundError):
            await agents.delete(9)
        assert x.emulator.count(f"agents.{kind}.delete") == 3
        x.emulator.faults.assert_consumed()


@pytest.mark.parametrize("loss", ["lost", "reset in the body", "HTTP 502", "truncated", "bad gzip"])
async def test_reads_and_idempotent_writes_are_retried(loss: str) -> None:
    """A read and a change whose responses are lost are sent again, and the change is there."""
    fault, _ = LOSSES[loss]
    async with exchange_of({"retry": QUICK}) as x:
        fill(x)
        x.emulator.faults.script("agents.remote.get", fault)
        x.emulator.faults.script("agents.remote.update", fault)
        assert (await x.client.agents.remote.update(9, wrap_up_time=7)).wrap_up_time == 7
        assert (await x.client.agents.remote.get(9)).wrap_up_time == 7
        assert x.emulator.count("agents.remote.update") == x.emulator.count("agents.remote.get") == 2
        assert x.client.stats().retries == 2
        x.emulator.faults.assert_consumed()
