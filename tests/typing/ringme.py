"""A consumer of the RingMe client, checked by mypy and pyright in strict mode and never run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, assert_type

from aiohttp import web

from stringee_async import (
    UNSET,
    Bulk,
    Ensured,
    ItemOutcome,
    Paged,
    RecordingState,
    RetryPolicy,
    RingMeAuth,
    RingMeClient,
    SavedRecording,
    Secret,
    Timeouts,
    Windowed,
    WindowIterator,
)
from stringee_async.ringme import (
    AGENT_LOGIN,
    ANSWER,
    GET,
    HANGUP,
    LOGGED_OUT,
    OUT,
    QUEUE,
    RING_ALL,
    TRANSFER,
    AgentEvent,
    Callback,
    CallLeg,
    CallRecord,
    ClientCard,
    CurrentCall,
    Did,
    Extension,
    ExtensionEvent,
    Limits,
    LocalAgent,
    Queue,
    QueueAgent,
    QueueMember,
    QueueStatus,
    Quota,
    Recording,
    RemoteAgent,
    ShownNumber,
    Sound,
    Subscription,
    SubscriptionChanges,
    User,
    agent_event_handler,
    extension_event_handler,
    parse_agent_event,
    parse_extension_event,
)

CLIENT = RingMeClient("app", "secret", url="https://pbx.example")


def construct() -> None:
    """Every way to make a client."""
    auth = RingMeAuth("app", "secret", url="https://pbx.example")
    client = RingMeClient.from_auth(auth, url="https://alt.example", max_connections=8)
    assert_type(client, RingMeClient)
    assert_type(RingMeClient.from_env(retry=RetryPolicy()), RingMeClient)
    assert_type(client.with_options(lane="bulk", timeouts=Timeouts(total=None)), RingMeClient)
    assert_type(client.quota, Quota | None)
    auth.rotate("app", "other")


async def agents(client: RingMeClient) -> None:
    """Agents of both kinds, alone and in queues."""
    local, remote = client.agents.local, client.agents.remote
    assert_type(local.list(extension_id=[117, "118"]), Paged[LocalAgent])
    assert_type(await local.create(extension_id=117, name=None, call_timeout=30), LocalAgent)
    assert_type(await local.update(1, status=LOGGED_OUT, wrap_up_time=UNSET, client_id=12), LocalAgent)
    assert_type(await local.find(extension_id=117), LocalAgent | None)
    assert_type(await local.ensure(extension_id=117, extra_params=None), Ensured)
    assert_type(await remote.create(number="89215650644"), RemoteAgent)
    await remote.create(number="89215650644", wrapup_time=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await remote.create(name="An")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await local.update(1, call_timeout="30")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await local.update(1, extension_id=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(await remote.get("9"), RemoteAgent)
    await remote.delete(9, remove_from_queues=False, missing_ok=True)
    assert_type(client.queue_agents.local.list("@101"), Paged[QueueAgent])
    assert_type(await client.queue_agents.remote.add(208, agent_id=9, level=1, position=2), QueueAgent)
    assert_type(await client.queue_agents.remote.ensure(208, agent_id=9), Ensured)
    await client.queue_agents.local.remove(208, 9)
    await client.queue_agents.local.add(208, agent_id=9, level=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.queue_agents.local.update(208, 9, level=None)
    assert_type(await client.extension_agents.create(117, name="An", call_timeout=5), LocalAgent)


async def queues(client: RingMeClient) -> None:
    """Queues and the extensions that they are."""
    extension = await client.extensions.create(name="370", type=QUEUE, label="Sales", extra={"x": 1})
    assert_type(extension, Extension)
    assert_type(client.extensions.list(type=QUEUE, page_size=30), Paged[Extension])
    assert_type(await client.extensions.ensure(name="370", type=QUEUE), Ensured)
    queue = await client.queues.get(extension.id)
    assert_type(queue, Queue)
    assert_type(queue.extra, Mapping[str, Any])
    assert_type(await client.queues.update(208, strategy=RING_ALL, extra=queue.settings()), Queue)
    assert_type(await client.queues.status(208), QueueStatus)
    assert_type(await client.queues.members(208), list[QueueMember])


async def events(client: RingMeClient) -> None:
    """Subscriptions, and what they bring."""
    local = client.agent_events.local
    assert_type(
        await local.create(136, event_type=AGENT_LOGIN, method=GET, url="https://a.example"), Subscription
    )
    assert_type(client.extension_events.list(208), Paged[Subscription])
    assert_type(parse_agent_event(b"agent_id=1&agent_status=available"), AgentEvent)
    assert_type(parse_extension_event({"EventType": "hangup"}), ExtensionEvent)

    async def login(event: AgentEvent) -> None:
        assert_type((event.agent_id, event.is_login), tuple[int, bool])

    async def call(event: ExtensionEvent) -> None:
        assert_type(event.call_status, str | None)

    app = web.Application()
    app.router.add_get("/agents", agent_event_handler(login))
    app.router.add_post("/calls", extension_event_handler(call))


async def every_extension(client: RingMeClient) -> None:
    """Subscriptions of all extensions at once."""
    events = client.extension_events
    outcomes = events.ensure_all("https://a.example/k", [ANSWER, HANGUP], method=GET, dry_run=True)
    assert_type(outcomes, Bulk[Extension, SubscriptionChanges])
    async for outcome in outcomes:
        assert_type(outcome, ItemOutcome[Extension, SubscriptionChanges])
        assert_type(outcome.item, Extension)
        changes = outcome.result
        assert_type(changes, SubscriptionChanges | None)
        if changes is not None:
            assert_type(changes.created, tuple[str, ...])
            assert_type(changes.skipped, Mapping[str, str])
    assert_type(events.remove_all("https://a.example/k"), Bulk[Extension, SubscriptionChanges])
    events.ensure_all("https://a.example/k")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    events.ensure_all("https://a.example/k", [7])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


async def past_calls(client: RingMeClient) -> None:
    """Calls that have ended, their legs, and what was recorded of them."""
    since, until = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    listing = client.call_records.list(since=since, direction=OUT, extension_id=117, legs=False)
    assert_type(listing, Windowed[CallRecord])
    assert_type(aiter(listing), WindowIterator[CallRecord])
    call = await client.call_records.get("9f0a")
    assert_type(call, CallRecord)
    assert_type((call.started, call.seconds), tuple[datetime | None, int | None])
    assert_type((call.legs, call.recording_id), tuple[tuple[CallLeg, ...], str | None])
    assert_type(await client.call_records.stats(since=since, until=until), dict[str, Any])
    assert_type(client.call_legs.list("@101", since=since), Windowed[CallLeg])
    assert_type(await client.call_legs.stats(117, since=since, until=until), dict[str, Any])
    client.call_records.list()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.call_records.list(since="2026-10-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    recordings = client.recordings
    assert_type(recordings.list(since=since, until=until), Windowed[Recording])
    assert_type(await recordings.state("117-9f0a", by_link=True), RecordingState)
    assert_type(await recordings.save("117-9f0a", "call.mp3"), SavedRecording)
    await recordings.wait("117-9f0a", timeout=60.0)
    assert_type(await recordings.link("117-9f0a"), Secret)
    await recordings.delete_all(since=since)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    assert_type(await recordings.stats(since=since, until=until), dict[str, Any])
    assert_type(await recordings.archive({"a": 1}), dict[str, Any])


async def numbers(client: RingMeClient) -> None:
    """Click to call, numbers, and what an extension shows."""
    made = await client.callback.create(117, src_num=["101"], dst_num="84900", wait_for_pickup=20)
    assert_type(made, Callback)
    assert_type((made.call_id, made.call_api_id), tuple[str, str | None])
    await client.callback.create(117, src_num=["101"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.callback.create(117, src_num=["1"], dst_num="2", wait=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    assert_type(client.dids.list(), Paged[Did])
    assert_type(await client.dids.get(501), Did)
    assert_type(await client.dids.attach(501, extension_id=None), Did)
    await client.dids.attach(501)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    assert_type(await client.shown_numbers.get("@101"), ShownNumber)
    await client.shown_numbers.update(117, ani_number="74951234567")
    assert_type(await client.current_calls.get(117, "c"), CurrentCall)


async def others(client: RingMeClient) -> None:
    """Sounds, calls and the account."""
    assert_type(await client.sounds.upload(b"RIFF", title="T", filename="t.wav"), Sound)
    assert_type(client.current_calls.list(), Paged[CurrentCall])
    assert_type(await client.current_calls.of_extension(117), list[CurrentCall])
    await client.current_calls.act(117, "c", action=TRANSFER, send_dst="333")
    assert_type(await client.user(), User)
    assert_type(await client.limits.get(client_id=12), Limits)
    assert_type(await client.client_card.update({"title": "x"}), ClientCard)
