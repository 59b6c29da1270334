"""Lost responses: what would act twice is sent once, everything else is retried, and the caller knows the outcome.

Over real sockets against the emulator where the server's state matters, over a script where requests are counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

import attrs
import pytest

from stringee_async import (
    AmbiguousError,
    ConfigError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    RateLimit,
    Response,
    RetryClass,
    RetryPolicy,
    SdkError,
    ServerError,
    Timeouts,
)
from stringee_async.emulator import Fault

from ..kit import RawServer, answer, until, virtual
from .faults import LOSSES
from .rig import Rig, Site
from .rigs import RIGS, each

QUICK = RetryPolicy(base=0.0, throttle_base=0.001)
CREATES = [
    pytest.param(rig, operation, loss, id=f"{rig.vendor}:{operation}-{loss}")
    for rig in RIGS.values()
    for operation in rig.creates
    for loss in [*LOSSES, *rig.losses]
]


@pytest.mark.parametrize(("rig", "operation", "loss"), CREATES)
async def test_what_would_act_twice_is_sent_once(rig: Rig, operation: str, loss: str) -> None:
    """Every create under every kind of lost response: one request, outcome unknown, done once or never."""
    fault, acted = {**LOSSES, **rig.losses}[loss]
    call, done = rig.creates[operation]
    async with rig.emulated({"retry": QUICK}) as site:
        rig.fill(site)
        await rig.read(site.client)
        site.emulator.clear_requests()
        site.script(operation, fault)
        hasty = site
        if loss.startswith("hang") or loss == "slow":
            # on a connection that is open by now, as one that is slow to open would count as not sent
            hasty = attrs.evolve(site, client=site.client.with_options(timeouts=Timeouts(attempt=0.05)))
        with pytest.raises(SdkError) as caught:
            await call(hasty)
        await until(lambda: site.emulator.count(operation) and done(site) == acted, "the server has acted")
        await site.emulator.settle()
        assert site.emulator.count() == site.emulator.count(operation) == 1
        assert done(site) == acted
        site.emulator.faults.assert_consumed()
    assert isinstance(caught.value, (OutcomeUnknownError, ServerError, DecodeError))
    assert (caught.value.outcome, caught.value.attempts) == ("unknown", 1)
    assert not caught.value.retryable


def test_no_create_is_left_out(rig: Rig) -> None:
    """The calls above are all operations of the class that is never repeated."""
    creates = {name for name, one in rig.operations.items() if one.retry_class is RetryClass.CREATE}
    assert creates == set(rig.creates)


@pytest.mark.parametrize("ending", ["close", "reset"])
async def test_a_create_on_a_connection_that_died_is_not_sent_twice(rig: Rig, ending: Any) -> None:
    for operation, (call, done) in rig.creates.items():
        async with rig.emulated({"retry": QUICK}) as site:
            rig.fill(site)
            site.script(rig.read_operation, Fault.close_after(ending=ending))
            await rig.read(site.client)
            (outcome,) = await asyncio.gather(call(site), return_exceptions=True)
            failed = isinstance(outcome, SdkError)
            assert site.emulator.count(operation) == (0 if failed else 1), operation
            assert done(site) == (0 if failed else 1), operation
            site.emulator.faults.assert_consumed()


async def no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Respond in clear text, whatever comes."""
    await reader.read(100)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("fault", ["refused", "no such host", "no TLS"])
async def test_a_create_that_was_never_sent_is_retried(rig: Rig, fault: str) -> None:
    async with RawServer() as gone:
        closed_url = gone.url
    async with await asyncio.start_server(no_tls, "127.0.0.1", 0) as server:
        url = {
            "refused": closed_url,
            "no such host": "https://no-such-host.invalid",
            "no TLS": f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}",
        }[fault]
        async with rig.at(url, retry=QUICK) as client:
            with pytest.raises(NotSentError) as caught:
                await rig.create(client)
            assert client.stats().retries == QUICK.max_attempts - 1
    assert (caught.value.outcome, caught.value.retryable) == ("not_sent", True)


@virtual
async def test_a_create_that_got_no_permit_in_time_was_not_sent(rig: Rig) -> None:
    permits = 2 if rig.unlisted else 1  # one is for the credentials
    limit = RateLimit(permits, 60.0, burst=permits)
    transport = rig.transport(default=rig.ok)
    options = {"rate_limit": limit, "timeouts": Timeouts(queue=1.0), "retry": RetryPolicy(max_attempts=1)}
    async with rig.over(transport, **options) as client:
        await rig.read(client)
        with pytest.raises(NotSentError) as caught:
            await rig.create(client)
    assert (caught.value.outcome, caught.value.stage) == ("not_sent", "queue")
    assert len(transport.requests) == 1


@pytest.mark.parametrize("loss", ["lost", "late", "reset before", "truncated", "HTTP 504 after acting"])
@each("ensures")
async def test_ensure_ends_with_one_object(rig: Rig, name: str, loss: str) -> None:
    """Twenty callers at once while responses of creates are lost: one object, and every caller gets it."""
    call, (_, made) = rig.ensures[name], rig.creates[name]
    options = {"retry": QUICK, "timeouts": Timeouts(settle=0.03)}
    async with rig.emulated(options, latency=0.001) as site:
        rig.fill(site)
        before = made(site)
        site.script(name, LOSSES[loss][0])
        found = await asyncio.gather(*(call(site) for _ in range(20)))
        await site.emulator.settle()
        assert made(site) - before == 1
        assert len({one.id for one in found}) == 1
        assert sum(one.created for one in found) == 1
        assert site.emulator.count(name) <= 2
        site.emulator.faults.assert_consumed()


FATES = [["lost"], ["late"], ["truncated"], ["reset before", "lost"], ["reset before", "reset before"]]


@pytest.mark.parametrize("fates", FATES, ids="+".join)
@each("ensures")
async def test_ensure_survives_lost_responses_on_any_attempt(rig: Rig, name: str, fates: list[str]) -> None:
    """One object, which the caller gets; it is adopted where its create had taken effect."""
    call, (_, made) = rig.ensures[name], rig.creates[name]
    async with rig.emulated({"retry": QUICK, "timeouts": Timeouts(settle=0.05)}) as site:
        rig.fill(site)
        before = made(site)
        site.script(name, *(LOSSES[fate][0] for fate in fates))
        ensured = await call(site)
        await site.emulator.settle()
        assert made(site) - before == 1
        assert (ensured.created, ensured.adopted) == (True, bool(LOSSES[fates[-1]][1]))
        assert site.client.stats().adopted == int(ensured.adopted)
        site.emulator.faults.assert_consumed()


@each("ensures")
async def test_ensure_creates_once_and_leaves_alone_what_is_there(rig: Rig, name: str) -> None:
    call, (_, made) = rig.ensures[name], rig.creates[name]
    async with rig.emulated() as site:
        rig.fill(site)
        before = made(site)
        first, second = await call(site), await call(site)
        assert made(site) - before == 1
        assert writes(site) == [name]
    assert (first.created, first.changed, first.adopted) == (True, False, False)
    assert (second.id, second.created, second.changed, second.adopted) == (first.id, False, False, False)


@each("ensures")
async def test_two_objects_of_one_key_are_ambiguous_and_nothing_changes(rig: Rig, name: str) -> None:
    async with rig.emulated({"timeouts": Timeouts(settle=0.03)}, unique=False) as site:
        rig.fill(site)
        for _ in range(2):
            with contextlib.suppress(AmbiguousError):  # where a create looks its id up
                await rig.creates[name][0](site)
        site.emulator.clear_requests()
        if name in rig.pairs:
            assert not (await rig.ensures[name](site)).created
        else:
            with pytest.raises(AmbiguousError) as caught:
                await rig.ensures[name](site)
            assert len(set(caught.value.ids)) == 2
        assert name not in writes(site)


@each("ensures")
async def test_an_ensure_whose_create_is_refused_ends_at_once(rig: Rig, name: str) -> None:
    async with rig.emulated() as site:
        rig.fill(site)
        refusal = Fault.status(
            rig.invalid.status, rig.invalid.body.decode(), {"Content-Type": "application/json"}
        )
        site.script(name, refusal)
        with pytest.raises(InvalidRequestError):
            await rig.ensures[name](site)
        assert writes(site) == [name]
        assert site.emulator.requests[-1].operation == name


def writes(site: Site) -> list[str]:
    """Return the operations of this vendor that were sent and change something."""
    known = RIGS[site.vendor].operations
    sent = [record.operation for record in site.emulator.requests if record.operation in known]
    return [name for name in sent if known[name].retry_class is not RetryClass.READ]


@pytest.mark.parametrize("fault", ["close_after", "reset_before", "lost_answer", "bad_chunk"])
async def test_the_server_sees_as_many_requests_as_the_client_reports(rig: Rig, fault: str) -> None:
    """Read and write, also on connections that the server gave up: the client retries nothing in secret."""
    async with rig.emulated({"retry": QUICK}) as site:
        rig.fill(site)
        await rig.read(site.client)
        operation, delete, _ = rig.removable(site)
        site.emulator.clear_requests()
        before = site.client.stats().requests
        for call, name in ((rig.read, rig.read_operation), (delete, operation)):
            site.script(name, Fault.named(fault))
            await call(site.client)
            await rig.read(site.client)
        site.emulator.faults.assert_consumed()
        stats = site.client.stats()
        assert stats.requests - before - stats.retries == 4
        # What was written to a connection that the server had closed already is an attempt that it never saw.
        assert site.emulator.count() == (4 if fault == "close_after" else stats.requests - before)


async def test_a_delete_whose_response_was_lost_is_done(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    async with rig.emulated({"retry": QUICK}) as site:
        operation, delete, left = rig.removable(site)
        before = left(site)
        site.script(operation, Fault.lost_answer())
        with caplog.at_level(logging.DEBUG, logger="stringee_async"):
            assert await delete(site.client) is None
        (line,) = [
            record
            for record in caplog.records
            if "response was lost, and the object is gone" in record.message
        ]
        assert (line.name, line.levelname) == ("stringee_async.resource", "DEBUG")
        assert not [record for record in caplog.records if record.levelno > logging.DEBUG]
        assert before - left(site) == 1
        with pytest.raises(NotFoundError):
            await delete(site.client)
        assert site.emulator.count(operation) == 3
        site.emulator.faults.assert_consumed()


@each("deletes")
@virtual
async def test_not_found_is_a_success_only_after_a_lost_response(rig: Rig, name: str) -> None:
    for lost in (OutcomeUnknownError("reset"), answer(b"", 502), answer(b"<html>")):
        transport = rig.transport(lost, default=rig.missing)
        async with rig.over(transport) as client:
            assert await rig.deletes[name](client) is None
        assert len(transport.requests) == 2
    for steps in ([], [NotSentError("refused"), rig.throttled()]):
        transport = rig.transport(*steps, default=rig.missing)
        async with rig.over(transport) as client:
            with pytest.raises(NotFoundError):
                await rig.deletes[name](client)
        assert len(transport.requests) == 1 + len(steps)


@each("deletes")
@virtual
async def test_missing_ok_makes_not_found_a_success(rig: Rig, name: str) -> None:
    delete: Any = rig.deletes[name]
    transport = rig.transport(default=rig.missing)
    async with rig.over(transport) as client:
        assert await delete(client, missing_ok=True) is None
        with pytest.raises(ConfigError, match="missing_ok"):
            await delete(client, missing_ok=1)
    assert len(transport.requests) == 1


@pytest.mark.parametrize("failure", RIGS["stringee"].failures)
@each("operations")
@virtual
async def test_operations_are_retried_only_within_their_class(rig: Rig, name: str, failure: str) -> None:
    step, repeated = rig.failures[failure]
    operation = rig.operations[name]
    if name in rig.downloads and isinstance(step, Response) and step.status == 200:
        return  # what a success that holds no file means, the tests of recordings say
    transport = rig.transport(default=step)
    async with rig.over(
        transport, timeouts=Timeouts(total=None)
    ) as client:  # some may be called once a minute
        if name in rig.finders and failure == "not found":
            assert await rig.calls[name](client) is None
            assert len(transport.requests) == 1
            return
        with pytest.raises(SdkError) as caught:
            await rig.calls[name](client)
    expected = 4 if repeated[operation.retry_class] else 1
    assert len(transport.requests) == caught.value.attempts == expected
    assert {request.retry_class for request in transport.requests} == {operation.retry_class}
    assert {request.operation for request in transport.requests} == {name}
    assert len({request.body for request in transport.requests}) == 1
    assert (caught.value.vendor, caught.value.path) == (rig.vendor, operation.path)


def test_no_operation_claims_an_idempotency_key(rig: Rig) -> None:
    assert {operation.idempotency_key for operation in rig.operations.values()} == {None}


def test_every_operation_is_called_here(rig: Rig) -> None:
    """No operation is missing from the vendor's calls, which the tests of requests go through too."""
    assert set(rig.calls) == set(rig.operations)
    assert len(rig.operations) == rig.operation_count


@virtual
async def test_an_unknown_attempt_is_not_forgotten(rig: Rig) -> None:
    transport = rig.transport(OutcomeUnknownError("lost"), rig.invalid)
    async with rig.over(transport) as client:
        with pytest.raises(SdkError) as caught:
            await rig.write(client)
    assert caught.value.outcome == "unknown"
    assert [past.outcome for past in caught.value.history] == ["unknown"]
    assert len(transport.requests) == 2
