"""A consumer that uses every public name, checked by mypy and pyright in strict mode and never run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any, Unpack, assert_type

import aiohttp
import attrs

from stringee_async import (
    UNSET,
    Agent,
    Agents,
    AlreadyExistsError,
    AmbiguousError,
    ApiError,
    AuthError,
    Bulk,
    CertificateError,
    ClientOptions,
    Clock,
    ClosedError,
    ConfigError,
    Created,
    DeadlineError,
    DecodeError,
    Drift,
    Ensured,
    FailedAttempt,
    Group,
    GroupAgent,
    GroupRouting,
    GuardError,
    InvalidRequestError,
    ItemIterator,
    ItemOutcome,
    Lane,
    LocalRateLimiter,
    Malformed,
    Model,
    NotFoundError,
    NotSentError,
    Outcome,
    OutcomeUnknownError,
    Page,
    Paged,
    PagingError,
    PermissionDeniedError,
    PlanError,
    ProvisionError,
    Queue,
    RateLimit,
    RateLimitedError,
    RateLimiter,
    RecordingState,
    Request,
    Response,
    ResponseError,
    RetryClass,
    RetryPolicy,
    SavedRecording,
    SdkError,
    Secret,
    ServerError,
    SpecError,
    StalePlanError,
    Stats,
    StringeeAuth,
    StringeeClient,
    StringeeOptions,
    Timeouts,
    Transport,
    TransportError,
    UnknownWrite,
    Unset,
    User,
    WebhookError,
    Windowed,
    __version__,
    bulk,
    to_dict,
)
from stringee_async.emulator import (
    Emulator,
    Fault,
    FaultError,
    Faults,
    RecordedRequest,
    Settings,
    StringeeState,
    Table,
)
from stringee_async.stringee import AVAILABLE, NOT_AVAILABLE, CallRecord, IvrNode, Number, ProjectCallSetting

VERSION: str = __version__

CLIENT = StringeeClient("SK...", "secret")


class MyClock:
    """A clock of the consumer's own fits the protocol."""

    def monotonic(self) -> float:
        return 0.0

    def time(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None: ...


class MyLimiter:
    """So does a limiter."""

    async def acquire(self, operation: str, lane: Lane) -> None: ...

    def pause(self, seconds: float) -> None: ...


class MyTransport:
    """And a transport."""

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        assert_type(request.operation, str)
        assert_type(request.retry_class, RetryClass)
        assert_type(request.content, bytes | None)
        return Response(status=200, headers={}, body=b"{}")

    async def aclose(self) -> None: ...


def construct(http: aiohttp.ClientSession) -> None:
    """Every way to make a client, with every option."""
    clock: Clock = MyClock()
    limiter: RateLimiter = MyLimiter()
    transport: Transport = MyTransport()
    client = StringeeClient(
        "SK...",
        "secret",
        icc_url="https://icc-api.stringee.com",
        api_url="https://api.stringee.com",
        retry=RetryPolicy(
            max_attempts=2, base=0.1, throttle_base=1.0, factor=2, cap=5, max_server_wait=10, quota=5
        ),
        rate_limit=RateLimit(300, 10.0, burst=5),
        timeouts=Timeouts(connect=None, attempt=3, total=None, settle=1.0),
        max_connections=8,
        http=http,
        transport=transport,
        clock=clock,
    )
    assert_type(client, StringeeClient)
    assert_type(StringeeClient.from_env(rate_limit=limiter), StringeeClient)
    auth = StringeeAuth("SK...", "secret", clock=clock)
    auth.rotate("SK2", "other")
    assert_type(StringeeClient.from_auth(auth, rate_limit=LocalRateLimiter(RateLimit(1, 1))), StringeeClient)
    assert_type(client.with_options(lane="bulk", timeouts=Timeouts(), retry=RetryPolicy()), StringeeClient)
    assert_type(client.client_token("u", lifetime=60, contact_center=False), str)
    stats = client.stats()
    assert_type(stats, Stats)
    assert_type(stats.requests, int)
    assert_type(stats.unknown, int)
    assert_type(client.unknown_writes(), tuple[UnknownWrite, ...])
    assert_type(stats.permit_wait, float)
    assert_type(Secret("text").reveal(), str)
    StringeeClient("SK...")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    StringeeClient("SK...", "secret", timeout=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.with_options(timeout=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.with_options(lane="fast")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def agents(client: StringeeClient) -> None:
    """Every operation on agents."""
    created = await client.agents.create(
        name="An", stringee_user_id="u", manual_status=AVAILABLE, routing_type=1
    )
    assert_type(created, Created)
    assert_type(created.id, str)
    assert_type(created.project, int | str | None)
    await client.agents.update(created.id, manual_status=NOT_AVAILABLE, phone_number=None, name=UNSET)
    ensured = await client.agents.ensure(stringee_user_id="u", name="An", phone_number="84901234567")
    assert_type(ensured, Ensured)
    assert_type((ensured.id, ensured.created, ensured.changed, ensured.adopted), tuple[str, bool, bool, bool])
    assert_type(await client.agents.find(stringee_user_id="u"), Agent | None)
    await client.agents.delete(created.id, missing_ok=True)
    status: str | Unset = UNSET
    await client.agents.create(name="An", stringee_user_id="u", manual_status=status)
    await client.agents.create("An", stringee_user_id="u")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.agents.create(stringee_user_id="u")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.agents.create(name="An", stringee_user_id="u", routing_type="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.agents.create(name="An", stringee_user_id="u", phone_number=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.agents.ensure(name="An", stringee_user_id="u", phone="84901")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.agents.update("A", name=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.agents.update("A", system_status=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def others(client: StringeeClient) -> None:
    """Every operation on the other resources."""
    group = await client.groups.create(name="Sales")
    await client.groups.update(group.id, name="Sales 2")
    assert_type(await client.groups.find(name="Sales"), Group | None)
    assert_type(await client.groups.ensure(name="Sales"), Ensured)
    await client.groups.delete(group.id)
    await client.group_agents.add(group_id=group.id, agent_id="A")
    assert_type(await client.group_agents.find(group_id=group.id, agent_id="A"), GroupAgent | None)
    assert_type(await client.group_agents.ensure(group_id=group.id, agent_id="A"), Ensured)
    await client.group_agents.remove(group_id=group.id, agent_id="A", missing_ok=True)
    queue = await client.queues.create(name="Hotline", record_calls=True, wait_greeting=None)
    await client.queues.update(queue.id, schedule=2, hold_greeting=None)
    assert_type(await client.queues.find(name="Hotline"), Queue | None)
    assert_type(await client.queues.ensure(name="Hotline", cond_routing=2), Ensured)
    await client.queues.delete(queue.id)
    await client.queues.create(name="Hotline", record_calls=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.queues.update(queue.id, shedule=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.groups.update(group.id, name=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    routing = await client.group_routings.create(queue_id=queue.id, group_id=group.id, primary_group=True)
    await client.group_routings.update(routing.id, primary_group=0)
    assert_type(await client.group_routings.find(queue_id=queue.id, group_id=group.id), GroupRouting | None)
    assert_type(
        await client.group_routings.ensure(queue_id=queue.id, group_id=group.id, primary_group=1), Ensured
    )
    await client.group_routings.delete(routing.id)
    number = await client.numbers.create(number="84900", allow_outbound_calls=True, enable_ivr=False)
    await client.numbers.update(
        number.id, number="84900", allow_outbound_calls=True, enable_ivr=False, queue_id=None
    )
    assert_type(await client.numbers.find(number="84900"), Number | None)
    assert_type(await client.blacklist_numbers.ensure(number="84900", ivr_blocked=True), Ensured)
    tree = await client.ivr_trees.create(tree_name="Menu")
    node = await client.ivr_nodes.create(
        tree=tree.id, node_name="Hi", node_play_mode="talk", node_play_content="Hello", barge_in=False
    )
    await client.ivr_keypresses.ensure(node=node.id, node_key="1", action=2, queue_id=queue.id)
    await client.ivr_keypresses.update("K", action="2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(client.ivr_nodes.list(tree.id), Paged[IvrNode])
    assert_type(await client.call_settings.get(), ProjectCallSetting)
    await client.call_settings.update(event_url=None, get_customer_info_timeout=3000)
    placed = await client.calls.call_out(agent_user_id="u", customer_number="84900", from_number="84901")
    assert_type(placed.call_id, str | None)
    await client.calls.transfer("C", to_type="internal", to_number="u")


async def listings(client: StringeeClient) -> None:
    """Every way to read a listing, and the types of the rows."""
    listing = client.agents.list(stringee_user_id="u", page_size=100, read_ahead=8, strict=True)
    assert_type(listing, Paged[Agent])
    async for agent in listing:
        assert_type(agent, Agent)
        assert_type(agent.name, str | None)
        assert_type(agent.system_status, int | None)
        assert_type(agent.extra, Mapping[str, Any])
        assert_type(agent.malformed, tuple[Malformed, ...])
        assert_type(to_dict(agent), dict[str, Any])
        assert_type(attrs.evolve(agent, name="Bo"), Agent)
        assert_type(attrs.asdict(agent), dict[str, Any])
        attrs.fields(Agent)
        model: Model = agent
        del model
    async for page in listing.pages(start=2):
        assert_type(page, Page[Agent])
        assert_type(page.items, tuple[Agent, ...])
        assert_type((page.number, page.page_size), tuple[int, int])
    assert_type(await listing.collect(), list[Agent])
    assert_type(await listing.first(), Agent | None)
    assert_type(await listing.total(), int | None)
    assert_type(listing.drift, Drift | None)
    assert_type(listing.resume("token"), Paged[Agent])
    assert_type(client.groups.list(), Paged[Group])
    assert_type(client.group_agents.list("G"), Paged[GroupAgent])
    assert_type(client.queues.list(), Paged[Queue])
    assert_type(client.group_routings.list("Q"), Paged[GroupRouting])
    assert_type(client.users.list(attributes={"agentStatus": "available"}), Paged[User])
    records = client.call_records.list(since=datetime.now(UTC), to_number="84901234567")
    assert_type(records, Windowed[CallRecord])
    async for record in records:
        assert_type(record, CallRecord)
        assert_type(
            (record.started, record.seconds, record.agent), tuple[datetime | None, int | None, str | None]
        )
    assert_type(await client.recordings.state("c"), RecordingState)
    assert_type(await client.recordings.save("c", "call.mp3"), SavedRecording)
    frozen = await client.queues.list().first()
    if frozen is not None:
        frozen.name = "other"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


async def many(client: StringeeClient) -> None:
    """Bulk over a sync and an async source; the outcome knows both types."""

    async def one(name: str) -> Ensured:
        return await client.groups.ensure(name=name)

    async def names() -> AsyncIterator[str]:
        yield "Sales"

    run = bulk(one, ["Sales"], concurrency=8, ordered=True)
    assert_type(run, Bulk[str, Ensured])
    async for outcome in run:
        assert_type(outcome, ItemOutcome[str, Ensured])
        assert_type(outcome.item, str)
        assert_type(outcome.result, Ensured | None)
        assert_type(outcome.error, Exception | None)
        assert_type((outcome.index, outcome.attempts), tuple[int, int])
        if outcome.state == "unknown":
            assert outcome.error is not None
    async with bulk(one, names()) as second:
        async for outcome in second:
            assert outcome.state


async def errors(client: StringeeClient) -> None:
    """Every error, and what is on it."""
    try:
        await client.agents.delete("A")
    except (ConfigError, ClosedError, AmbiguousError) as error:
        assert_type(error.ids, tuple[str, ...])
    except (CertificateError, NotSentError, OutcomeUnknownError, TransportError, DeadlineError) as error:
        assert_type(error.stage, str | None)
    except AlreadyExistsError as error:
        assert_type(error.existing_id, str | None)
    except RateLimitedError as error:
        assert_type(error.retry_after, float | None)
    except (
        NotFoundError,
        AuthError,
        PermissionDeniedError,
        InvalidRequestError,
        ServerError,
        ApiError,
    ) as error:
        assert_type(error.code, int | str | None)
        assert_type(error.status, int | None)
    except (DecodeError, ResponseError) as error:
        assert_type(error.body, bytes | None)
        assert_type(error.paths, tuple[str, ...])
    except GuardError as error:
        assert_type(error.refusals, tuple[str, ...])
    except StalePlanError as error:
        assert_type(error.changes, tuple[str, ...])
    except (
        SpecError,
        PlanError,
        ProvisionError,
        PagingError,
        WebhookError,
    ) as error:
        assert_type(error.message, str)
    except SdkError as error:
        assert_type(error.history, tuple[FailedAttempt, ...])
        assert_type((error.attempts, error.elapsed, error.retryable), tuple[int, float, bool])
        assert_type((error.operation, error.request_id), tuple[str | None, str | None])
        assert_type(error.may_repeat(RetryClass.READ), bool)


async def emulated() -> None:
    """The emulator, as a test of the consumer uses it."""
    async with Emulator(latency=0.02, rate_limit=(300, 10.0), seed=1) as emulator:
        settings: Settings = emulator
        faults: Faults = emulator.faults
        faults.script("agents.create", Fault.lost_answer(), Fault.status(503))
        async with StringeeClient(**emulator.stringee()) as client:
            await client.agents.ensure(stringee_user_id="u", name="An")
        record: RecordedRequest = emulator.requests[0]
        state: StringeeState = emulator.state.stringee
        table: Table = state.agents
        assert_type((settings.latency, record.operation, len(table)), tuple[float, str, int])
        try:
            faults.assert_consumed()
        except FaultError:
            raise


def annotate(
    agents: Agents, rows: ItemIterator[Agent], error: SdkError, **options: Unpack[StringeeOptions]
) -> None:
    """What a user's own functions are annotated with comes from the package itself."""
    client = StringeeClient("SK", "secret", **options)
    assert_type(client.agents, Agents)
    assert_type(aiter(agents.list()), ItemIterator[Agent])
    assert_type(rows.token(), str)
    assert_type(error.outcome, Outcome | None)
    shared: ClientOptions = {"max_connections": 8}
    assert_type(StringeeClient("SK", "secret", **shared), StringeeClient)
