"""A consumer of the RingMe client, checked by mypy and pyright in strict mode and never run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type

from aiohttp import web

from stringee_async import UNSET, Ensured, Paged, RetryPolicy, RingMeAuth, RingMeClient, Timeouts
from stringee_async.ringme import (
    AGENT_LOGIN,
    GET,
    LOGGED_OUT,
    QUEUE,
    RING_ALL,
    TRANSFER,
    AgentEvent,
    ClientCard,
    CurrentCall,
    Extension,
    ExtensionEvent,
    Limits,
    LocalAgent,
    Queue,
    QueueAgent,
    QueueMember,
    QueueStatus,
    Quota,
    RemoteAgent,
    Sound,
    Subscription,
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


async def others(client: RingMeClient) -> None:
    """Sounds, calls and the account."""
    assert_type(await client.sounds.upload(b"RIFF", title="T", filename="t.wav"), Sound)
    assert_type(client.current_calls.list(), Paged[CurrentCall])
    assert_type(await client.current_calls.of_extension(117), list[CurrentCall])
    await client.current_calls.act(117, "c", action=TRANSFER, send_dst="333")
    assert_type(await client.user(), User)
    assert_type(await client.limits.get(client_id=12), Limits)
    assert_type(await client.client_card.update({"title": "x"}), ClientCard)
