"""Bring an agent group of ITNIO TECH live: settings, agents, order of priority, and what a browser logs in with.

`python examples/itniotech_agents.py` does it against the emulator. To do it for real, call `bring_live` with a client
of your account (`ItniotechClient.from_env()`) and the id of your application.
"""

from __future__ import annotations

import asyncio
from typing import Final

from stringee_async import ItniotechClient
from stringee_async.emulator import Emulator
from stringee_async.itniotech import CLEAR

NAME: Final = "Night shift"
AGENTS: Final = 4
BY_PRIORITY: Final = 3


async def set_up(client: ItniotechClient, app_id: str) -> str:
    """Make the group if it is not there, set it up, and return its id.

    Args:
        client: A client of the account.
        app_id: The application.
    """
    group = await client.agent_groups.ensure(app_id=app_id, group_name=NAME)
    print(f"group {group.id}: {'created' if group.created else 'was there'}")
    await client.agent_groups.update_settings(
        group.id,
        show_recordings=True,  # the vendor wants these two each time
        encrypt_numbers=True,
        callin_strategy=BY_PRIORITY,
        wrap_up_time=20,
        timeout_idle=CLEAR,  # takes a value away; what is left out is not sent
        label_names=["night", "vip"],
    )
    read = await client.agent_groups.settings(group.id)
    print(f"settings: wrap-up {read.wrap_up_time} s, tags {', '.join(read.label_names or [])}")
    print(
        f"numbers are {'encrypted' if read.encrypt_numbers else 'shown'}, limit of idle calls: {read.timeout_idle}"
    )
    return group.id


async def staff(client: ItniotechClient, group_id: str) -> None:
    """Fill the group with agents, put them in order, and keep the last one from logging in.

    Args:
        client: A client of the account.
        group_id: The group.
    """
    left = await client.agents.remaining(group_id)
    print(f"{left.remaining} agents can still be created")
    agents = await client.agents.create_many(group_id, size=AGENTS)
    order = {agent.key_id: place for place, agent in enumerate(agents, start=1)}
    await client.agents.set_priority(group_id, order)
    await client.agents.disable(agents[-1].key_id)
    async for agent in client.agents.list(voice_group_id=group_id):
        state = "on" if agent.enabled else "off"
        print(f"agent {agent.key_id} {agent.name}: priority {agent.priority}, {state}")


async def bring_live(client: ItniotechClient, app_id: str) -> None:
    """Bring the group live, and make what the first agent's browser logs in with.

    Args:
        client: A client of the account.
        app_id: The application.
    """
    group_id = await set_up(client, app_id)
    await staff(client, group_id)
    first = await client.agents.list(voice_group_id=group_id, enabled=True).first()
    if first is not None and first.account:
        credential = await client.agents.credential(first.account, expires=8 * 3600)
        # `credential.authentication.reveal()` goes to the browser, and nowhere else: printed, it stays hidden.
        print(f"browser login of {first.name}: {credential.authentication}")
    balance = await client.balance()
    print(f"balance: {balance.balance}")


async def main() -> None:
    """Do it against the emulator."""
    async with Emulator(seed=1) as emulator, ItniotechClient(**emulator.itniotech()) as client:
        await bring_live(client, emulator.state.itniotech.app_id)
        print(f"requests: {client.stats().requests}, repeated: {client.stats().retries}")


if __name__ == "__main__":
    asyncio.run(main())
