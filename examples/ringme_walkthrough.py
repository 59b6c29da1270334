"""Set a queue of RingMe up and follow its agents: the walk-through of the vendor's page on queues and agents.

`python examples/ringme_walkthrough.py` does it against the emulator. To do it for real, call `walk_through` with a
client of your exchange (`RingMeClient.from_env()`) and an address of yours that the vendor can reach.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from stringee_async import RingMeClient
from stringee_async.emulator import Emulator
from stringee_async.ringme import (
    AGENT_LOGOUT,
    LOGGED_OUT,
    PHONE,
    POST,
    QUEUE,
    RING_ALL,
    AgentEvent,
    agent_event_handler,
)

QUEUE_NAME: Final = "370"
PHONE_NAME: Final = "117"
OUTSIDE: Final = "89215650644"
OVERFLOW: Final = "333"


async def make_queue(client: RingMeClient) -> str:
    """Make the queue if it is not there, set it up, and return the id of its extension.

    Args:
        client: A client of the exchange.
    """
    made = await client.extensions.ensure(name=QUEUE_NAME, type=QUEUE, label="test queue")
    print(f"queue {made.id}: {'created' if made.created else 'was there'}")
    queue = await client.queues.update(
        made.id,
        strategy=RING_ALL,
        max_wait_time=1800,
        timeout_transfer_dst=OVERFLOW,  # text, as it may be any number
        record_enabled=True,
        tier_rules_apply=True,
        tier_rule_wait_second=5,
    )
    print(f"settings: {queue.strategy}, after {queue.max_wait_time} s to {queue.timeout_transfer_dst}")
    return made.id


async def staff(client: RingMeClient, queue_id: str) -> tuple[str, str]:
    """Make one agent of each kind, put both into the queue, and return their ids.

    Args:
        client: A client of the exchange.
        queue_id: The queue's extension.
    """
    phone = await client.extensions.ensure(name=PHONE_NAME, type=PHONE)
    local = await client.agents.local.ensure(extension_id=phone.id, call_timeout=30)
    remote = await client.agents.remote.ensure(number=OUTSIDE, call_timeout=30)
    await client.queue_agents.local.ensure(queue_id, agent_id=local.id, level=1, position=1)
    await client.queue_agents.remote.ensure(queue_id, agent_id=remote.id, level=2, position=1)
    for kind, places in (("local", client.queue_agents.local), ("remote", client.queue_agents.remote)):
        async for place in places.list(queue_id):
            print(f"{kind} agent {place.agent_id}: level {place.level}, position {place.position}")
    return local.id, remote.id


async def look(client: RingMeClient, queue_id: str) -> None:
    """Print how many callers the queue holds, and who they are.

    Args:
        client: A client of the exchange.
        queue_id: The queue's extension.
    """
    status = await client.queues.status(queue_id)
    print(
        f"callers: {status.waiting_members} waiting, {status.trying_members} being connected, "
        f"{status.answered_members} talking"
    )
    for member in await client.queues.members(queue_id):
        print(f"caller {member.call_api_id}: {member.state}")


async def walk_through(client: RingMeClient, url: str) -> str:
    """Create a queue, set it up, staff it, look into it, and have an agent's logout reported; return the queue's id.

    Args:
        client: A client of the exchange.
        url: Where the vendor is to report it; hard to guess, as nothing is signed.
    """
    queue_id = await make_queue(client)
    local_id, _ = await staff(client, queue_id)
    await look(client, queue_id)
    event = await client.agent_events.local.ensure(local_id, event_type=AGENT_LOGOUT, method=POST, url=url)
    print(f"event {event.id}: {AGENT_LOGOUT} of local agent {local_id} is reported")
    await client.agents.local.update(local_id, status=LOGGED_OUT)
    return queue_id


@asynccontextmanager
async def listening(events: asyncio.Queue[AgentEvent]) -> AsyncIterator[str]:
    """Serve an address that puts agent events into `events`, and yield its URL.

    Args:
        events: Where they go.
    """
    app = web.Application()
    app.router.add_route("*", "/agents/5f1c", agent_event_handler(events.put))
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}/agents/5f1c"
    finally:
        await runner.cleanup()


async def main() -> None:
    """Do it against the emulator, wait for the event, and look again when two people have called."""
    events: asyncio.Queue[AgentEvent] = asyncio.Queue()
    async with (
        Emulator(seed=1) as emulator,
        listening(events) as url,
        RingMeClient(**emulator.ringme()) as client,
    ):
        queue_id = await walk_through(client, url)
        event = await asyncio.wait_for(events.get(), timeout=5)
        print(f"received: {event.agent_type} agent {event.agent_id} is {event.agent_status}")
        for number, progress in (("89210000001", "Answered"), ("89210000002", "Waiting")):
            emulator.state.ringme.add_caller(int(queue_id), number, progress)
        await look(client, queue_id)
        print(f"requests: {client.stats().requests}, repeated: {client.stats().retries}")


if __name__ == "__main__":
    asyncio.run(main())
