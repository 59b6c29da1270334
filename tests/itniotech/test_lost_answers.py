"""Lost responses, over real sockets against the emulator: what would act twice is sent once, the rest is repeated."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import pytest

from stringee_async import (
    AmbiguousError,
    DecodeError,
    ItniotechClient,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    RateLimit,
    RetryPolicy,
    SdkError,
    ServerError,
    Timeouts,
)
from stringee_async.core.operation import Operation
from stringee_async.core.retry_class import RetryClass
from stringee_async.emulator import Fault
from stringee_async.itniotech import TrunkGroup

from ..kit import RawServer, ScriptedTransport, until, virtual
from ..kit.operations import operations
from .calls import CALLS
from .rig import API_KEY, API_SECRET, Centre, centre_of, client_over, refused

Call = Callable[[Centre], Awaitable[Any]]

QUICK = RetryPolicy(base=0.0, throttle_base=0.001)
OPERATIONS: dict[str, Operation] = {
    key.partition(":")[2]: operation
    for key, operation in operations().items()
    if key.startswith("itniotech:")
}


def an_agent(centre: Centre) -> dict[str, Any]:
    (key,) = centre.state.add_agents(centre.state.add_group("Sales"))
    return dict(centre.state.agents[str(key)])


def a_file(centre: Centre) -> str:
    centre.state.number_files["p"] = {"numbers": ("6590001000",), "header_repeated": False}
    return "p"


def a_finished_task(centre: Centre) -> int:
    task = centre.state.add_task([], ["6590001000"])
    centre.state.finish_task(task, failed=1)
    return task


ONCE: dict[str, tuple[Call, Callable[[Centre], int]]] = {
    # operation: the call, and how often the server did it
    "agent_groups.create": (
        lambda c: c.client.agent_groups.create(app_id=c.state.app_id, group_name="Sales"),
        lambda c: len(c.state.agent_groups),
    ),
    "agent_groups.delete": (
        lambda c: c.client.agent_groups.delete(c.state.add_group("Sales")),
        lambda c: 1 - len(c.state.agent_groups),
    ),
    "agent_groups.upload_ring": (
        lambda c: c.client.agent_groups.upload_ring(b"ID3 sound", file_name="ring.mp3"),
        lambda c: len(c.state.rings),
    ),
    "team_leaders.create": (
        lambda c: c.client.team_leaders.create(name="Bình", voice_group_ids=[c.state.add_group("Sales")]),
        lambda c: len(c.state.team_leaders),
    ),
    "agents.create_many": (
        lambda c: c.client.agents.create_many(c.state.add_group("Sales"), size=1),
        lambda c: len(c.state.agents),
    ),
    "sip_trunks.create": (
        lambda c: c.client.sip_trunks.create(
            type=1, sip_trunk_name="Out", sip_gateway_ip="192.0.2.7", sip_trunk_state=False,
            groups=[TrunkGroup(voice_group_id=c.state.add_group("Sales"))],
        ),
        lambda c: len(c.state.sip_trunks),
    ),
    "tasks.upload_numbers": (
        lambda c: c.client.tasks.upload_numbers(b"6590001000\n", file_name="numbers.csv"),
        lambda c: len(c.state.number_files),
    ),
    "tasks.submit": (
        lambda c: c.client.tasks.submit(file_path=a_file(c), file_name="numbers.csv", type=0),
        lambda c: len(c.state.tasks),
    ),
    "tasks.resend": (
        lambda c: c.client.tasks.resend(a_finished_task(c), resend_type=1),
        lambda c: sum(not task["finishFlag"] for task in c.state.tasks.values()),
    ),
    "calls.make": (
        lambda c: c.client.calls.make(
            callee="6590001000", account=an_agent(c)["account"], app_id=c.state.app_id
        ),
        lambda c: len(c.state.call_records),
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
    "-18 after acting": (Fault.status(200, '{"status": "-18"}', {"Content-Type": "application/json"}, True), 1),
    "no envelope": (Fault.wrong_envelope(), 1),
    "not JSON": (Fault.not_json(), 1),
    "truncated": (Fault.truncated_json(), 1),
    "empty": (Fault.empty_body(), 1),
    "bad gzip": (Fault.bad_gzip(), 1),
    "bad chunk": (Fault.bad_chunk(), 1),
    "over-long header": (Fault.long_header(), 1),
}  # fmt: skip


@pytest.mark.parametrize("operation", ONCE)
@pytest.mark.parametrize("loss", LOSSES)
async def test_what_would_act_twice_is_sent_once(operation: str, loss: str) -> None:
    """Every create, and the GET that deletes, under every kind of lost response: one request, outcome unknown."""
    fault, acted = LOSSES[loss]
    call, done = ONCE[operation]
    waits = loss.startswith("hang") or loss == "slow"
    async with centre_of({"retry": QUICK}) as centre:
        impatient = centre
        if waits:  # on a connection that is open by now, as one that is slow to open would count as not sent
            await centre.client.agent_groups.list().total()
            limited = centre.client.with_options(timeouts=Timeouts(attempt=0.05))
            impatient = attrs.evolve(centre, client=limited)
        before = centre.emulator.count()
        centre.emulator.faults.script(operation, fault)
        with pytest.raises(SdkError) as caught:
            await call(impatient)
        await until(
            lambda: centre.emulator.count(operation) and done(centre) == acted, "the server has acted"
        )
        await centre.emulator.settle()
        assert centre.emulator.count() - before == centre.emulator.count(operation) == 1
        assert done(centre) == acted
        centre.emulator.faults.assert_consumed()
    assert isinstance(caught.value, (OutcomeUnknownError, ServerError, DecodeError))
    assert (caught.value.outcome, caught.value.attempts) == ("unknown", 1)
    assert not caught.value.retryable


def test_nothing_that_acts_twice_is_left_out() -> None:
    """The calls above are all operations of the class that is never repeated, the deleting GET among them."""
    creates = {name for name, operation in OPERATIONS.items() if operation.retry_class is RetryClass.CREATE}
    assert creates == set(ONCE)
    assert OPERATIONS["agent_groups.delete"].method == "GET"


@pytest.mark.parametrize("ending", ["close", "reset"])
async def test_a_kept_alive_connection_that_died_repeats_no_deleting_get(ending: Any) -> None:
    """The connection dies between two calls: the GET that deletes is not sent twice on a new one."""
    async with centre_of({"retry": QUICK}) as centre:
        groups = [centre.state.add_group(name) for name in ("Sales", "Support")]
        centre.emulator.faults.script("agent_groups.delete", Fault.lost_answer(ending=ending))
        assert await centre.client.agent_groups.settings(groups[0])
        with pytest.raises(OutcomeUnknownError):
            await centre.client.agent_groups.delete(groups[0])
        await centre.client.agent_groups.delete(groups[1])
        assert centre.emulator.count("agent_groups.delete") == 2
        assert not centre.state.agent_groups


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
        async with ItniotechClient(API_KEY, API_SECRET, url=url, retry=QUICK) as client:
            with pytest.raises(NotSentError) as caught:
                await client.agents.create_many(5, size=1)
            assert client.stats().retries == QUICK.max_attempts - 1
    assert (caught.value.outcome, caught.value.retryable) == ("not_sent", True)


async def test_a_create_that_got_no_permit_in_time_was_not_sent() -> None:
    """A create that waits for a permit until its time in the queue is over was not sent."""
    options = {
        "rate_limit": RateLimit(1, 60.0),
        "timeouts": Timeouts(queue=0.02),
        "retry": RetryPolicy(max_attempts=1),
    }
    async with centre_of(options) as centre:
        await centre.client.balance()
        with pytest.raises(NotSentError) as caught:
            await centre.client.agents.create_many(5, size=1)
        assert (caught.value.outcome, caught.value.stage) == ("not_sent", "queue")
        assert centre.emulator.count() == 1


@pytest.mark.parametrize("fault", ["lost", "late", "reset before", "truncated", "HTTP 504 after acting"])
@pytest.mark.parametrize("unique", [True, False])
async def test_ensure_ends_with_one_group(fault: str, unique: bool) -> None:
    """Twenty callers at once while responses of creates are lost: one group, and every caller gets it."""
    options = {"retry": QUICK, "timeouts": Timeouts(settle=0.03)}
    async with centre_of(options, unique=unique, latency=0.001) as centre:
        centre.emulator.faults.script("agent_groups.create", *[LOSSES[fault][0]] * 2)
        ensure = centre.client.agent_groups.ensure
        made = await asyncio.gather(
            *(ensure(app_id=centre.state.app_id, group_name="Sales") for _ in range(20))
        )
        await centre.emulator.settle()
        (group,) = centre.state.agent_groups
        assert {one.id for one in made} == {group}
        assert sum(one.created for one in made) == 1
        assert centre.emulator.count("agent_groups.create") <= 3


async def test_two_groups_of_a_name_are_ambiguous_and_nothing_changes() -> None:
    """Where two groups carry the name already, the error names both, and nothing is sent but the look-up."""
    async with centre_of() as centre:
        groups = [centre.state.add_group("Sales") for _ in range(2)]
        with pytest.raises(AmbiguousError) as caught:
            await centre.client.agent_groups.ensure(app_id=centre.state.app_id, group_name="Sales")
        assert caught.value.ids == tuple(map(str, groups))
        assert centre.emulator.count() == centre.emulator.count("agent_groups.list") == 1


@pytest.mark.parametrize("fault", ["close_after", "reset_before", "lost_answer", "bad_chunk"])
async def test_the_server_sees_as_many_requests_as_the_client_reports(fault: str) -> None:
    """GET and POST, read and write, also on connections that the server gave up: no hidden repeat."""
    async with centre_of({"retry": QUICK}) as centre:
        group = centre.state.add_group("Sales")
        calls: list[Callable[[], Awaitable[Any]]] = [
            lambda: centre.client.agent_groups.settings(group),
            lambda: centre.client.agents.list().collect(),
            lambda: centre.client.agent_groups.rename(group, group_name="Support"),
        ]
        for name in ("agent_groups.settings", "agents.list", "agent_groups.rename"):
            centre.emulator.faults.script(name, Fault.named(fault))
        for call in calls * 2:
            await call()
        centre.emulator.faults.assert_consumed()
        stats = centre.client.stats()
        assert stats.requests - stats.retries == 6
        # What was written to a connection that the server had closed already is an attempt that it never saw.
        assert centre.emulator.count() == (6 if fault == "close_after" else stats.requests)


@pytest.mark.parametrize("noun", ["agents", "team_leaders"])
async def test_a_delete_whose_response_was_lost_is_done(noun: str, caplog: pytest.LogCaptureFixture) -> None:
    """The repeat says "does not exist", because the first took effect: deleted, with a note; without a loss an error."""
    async with centre_of({"retry": QUICK}) as centre:
        group = centre.state.add_group("Sales")
        (agent,) = centre.state.add_agents(group)
        key = agent if noun == "agents" else centre.state.add_team_leader("Bình", [group])
        resource: Any = getattr(centre.client, noun)
        centre.emulator.faults.script(f"{noun}.delete", Fault.lost_answer())
        with caplog.at_level(logging.DEBUG, logger="stringee_async"):
            await resource.delete(key)
        assert "a response was lost, and the object is gone" in caplog.text
        assert centre.emulator.count(f"{noun}.delete") == 2
        assert not centre.state.tables[noun]
        with pytest.raises(NotFoundError):
            await resource.delete(key)


CALL_OF: dict[str, Callable[[ItniotechClient], Awaitable[Any]]] = {
    "agent_groups.create": lambda c: c.agent_groups.create(app_id="a", group_name="Sales")
}
for _case, _row in CALLS.items():
    CALL_OF.setdefault(_case.split(" ")[0], _row[0])


@pytest.mark.parametrize("failure", ["lost", "not sent", "-18", "-15", "-22"])
@pytest.mark.parametrize("name", sorted(OPERATIONS))
@virtual
async def test_operations_are_retried_only_within_their_class(name: str, failure: str) -> None:
    """Each operation under each kind of failure: repeated to the last attempt, or not at all."""
    failures: dict[str, Any] = {
        "lost": lambda _: OutcomeUnknownError(),
        "not sent": lambda _: NotSentError(),
        "-18": lambda _: refused(-18),
        "-15": lambda _: refused(-15),
        "-22": lambda _: refused(-22),
    }

    def fail(request: Any) -> Any:
        result = failures[failure](request)
        if isinstance(result, Exception):
            raise result
        return result

    transport = ScriptedTransport(default=fail)
    async with client_over(transport) as client:
        with pytest.raises(SdkError):
            await CALL_OF[name](client)
    repeated = {
        "lost": OPERATIONS[name].retry_class is not RetryClass.CREATE,
        "-18": OPERATIONS[name].retry_class is not RetryClass.CREATE,
        "not sent": True,
        "-15": True,
        "-22": False,
    }[failure]
    assert len(transport.requests) == (4 if repeated else 1)
    assert {request.operation for request in transport.requests} == {name}


def test_no_operation_claims_an_idempotency_key() -> None:
    """The vendor has no idempotency keys, and every operation's metadata says so."""
    assert {operation.idempotency_key for operation in OPERATIONS.values()} == {None}
