"""What a removal says that it did: something that others have removed before is gone, but not by this run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import ItniotechClient, RetryPolicy, RingMeClient, StringeeClient, Timeouts
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import SdkError
from stringee_async.core.shared_listings import Later
from stringee_async.emulator import Fault
from stringee_async.provision import loads
from stringee_async.provision.adapter import no_progress
from stringee_async.provision.planning.planning import plan_of
from stringee_async.provision.planning.wish import scope_of
from stringee_async.provision.vendors.choice import adapter_for

from ...kit.emulated import Site, emulated

OPTIONS: dict[str, Any] = {
    "clock": RealClock(),
    "timeouts": Timeouts(settle=0.01),
    "retry": RetryPolicy(max_attempts=1, base=0.0),
}
ABSENT = "version: 1\nabsent: {agents: [u.an], groups: [Old], queues: [Line]}\n"


def of_stringee(held: Any) -> Callable[[], None]:
    """Fill an account, and return what removes all of it again."""
    agent, group, queue = held.add_agent("An", "u.an"), held.add_group("Old"), held.add_queue("Line")
    held.add_membership(group, agent)

    def remove() -> None:
        for noun, id in (("agents", agent), ("groups", group), ("queues", queue)):
            held.remove(noun, id)

    return remove


def of_ringme(held: Any) -> Callable[[], None]:
    """Fill an account, and return what removes all of it again."""
    queue = held.add_extension("370", "queue", label="Line")
    agent = held.add_agent("local", extension_id=held.add_extension("101"), extra_params="user_id=u.an")
    held.add_queue_agent(queue, "local", agent)

    def remove() -> None:
        held.remove_extension(queue)
        held.local_agents.pop(agent)

    return remove


def of_itniotech(held: Any) -> Callable[[], None]:
    """Fill an account, and return what removes all of it again."""
    (agent,), group = held.add_agents(held.add_group("Kept"), 1, name="u.an"), held.add_group("Old")

    def remove() -> None:
        held.agents.pop(str(agent))
        held.agent_groups.pop(str(group))

    return remove


VENDORS: dict[Any, tuple[Callable[[Any], Callable[[], None]], str]] = {
    StringeeClient: (of_stringee, "agents.delete"),
    RingMeClient: (of_ringme, "agents.local.delete"),
    ItniotechClient: (of_itniotech, "agents.delete"),
}


async def planned(site: Site[Any]) -> tuple[Any, Any]:
    adapter, spec = adapter_for(site.client), loads(ABSENT)
    wish = adapter.hold(spec)
    reading = await adapter.observe(scope_of(wish), no_progress)
    return adapter, plan_of(wish, reading, vendor=adapter.vendor).units


@pytest.mark.parametrize("kind", VENDORS)
async def test_a_removal_of_what_is_gone_did_nothing(kind: Any) -> None:
    async with emulated(kind, OPTIONS) as site:
        remove = VENDORS[kind][0](site.state)
        adapter, units = await planned(site)
        assert {unit.action for unit in units} == {"remove"}
        assert len(units) >= 2
        remove()
        assert {unit.name: (await adapter.do(unit)).acted for unit in units} == {
            unit.name: False for unit in units
        }


@pytest.mark.parametrize("kind", VENDORS)
async def test_a_removal_whose_response_was_lost_did_something(kind: Any) -> None:
    async with emulated(kind, OPTIONS) as site:
        fill, operation = VENDORS[kind]
        fill(site.state)
        adapter, units = await planned(site)
        site.script(operation, Fault.lost_answer())
        for unit in units:
            lost = unit.kind == "agent"
            if lost:
                with pytest.raises((SdkError, Later)) as caught:
                    await adapter.do(unit)
                assert getattr(caught.value, "outcome", "unknown") == "unknown"
                await asyncio.sleep(adapter.settle)
                await adapter.look_again([unit])
            assert (await adapter.do(unit)).acted
        site.emulator.faults.assert_consumed()
