"""Listings that cannot be trusted: each vendor's adapter says so in words, and the plan is refused before anything is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from stringee_async import (
    GuardError,
    ItniotechClient,
    PagingError,
    RetryPolicy,
    RingMeClient,
    StringeeClient,
    Timeouts,
    provision,
)
from stringee_async.core.clock import RealClock
from stringee_async.core.shared_listings import Later
from stringee_async.emulator import Fault

from ...kit.emulated import Site, emulated
from ...ringme.rig import exchange_of
from .ringme_rig import CENTRE, QUICK, plan

OPTIONS: dict[str, Any] = {
    "clock": RealClock(),
    "timeouts": Timeouts(settle=0.01),
    "retry": RetryPolicy(base=0.0),
}
FILE = "version: 1\nagents: [{user_id: u.an, extension: '101'}]\n"


def groups_of(site: Site[Any]) -> None:
    for number in range(30):
        site.state.add_group(f"Team {number}")


def extensions_of(site: Site[Any]) -> None:
    for number in range(30):
        site.state.add_extension(f"4{number:03}")


LISTS: dict[Any, tuple[str, Callable[[Site[Any]], None]]] = {
    StringeeClient: ("agents.list", lambda site: site.state.seed_agents(30)),
    RingMeClient: ("extensions.list", extensions_of),
    ItniotechClient: ("agent_groups.list", groups_of),
}


@pytest.mark.parametrize("fault", [Fault.page_repeats(), Fault.wrong_envelope()], ids=["repeats", "envelope"])
@pytest.mark.parametrize("kind", LISTS)
async def test_a_list_that_cannot_be_read_refuses_the_plan_and_nothing_is_written(
    kind: Any, fault: Fault, tmp_path: Path
) -> None:
    operation, fill = LISTS[kind]
    spec = provision.loads(FILE)
    async with emulated(kind, OPTIONS, page_size_max=10, ringme_lists="result") as site:
        fill(site)
        site.emulator.faults.always(operation, fault)
        refused = await provision.plan(site.client, spec, state=tmp_path)
        assert "reading" in {refusal.guard for refusal in refused.refusals}
        with pytest.raises(GuardError, match="cannot be trusted"):
            await provision.apply(site.client, spec, state=tmp_path)
        assert {request.method for request in site.emulator.requests if ".list" in request.operation} <= {
            "GET", "POST",
        }  # fmt: skip
        assert not [
            one for one in site.emulator.requests if one.operation.endswith((".create", ".add", ".update"))
        ]


async def test_extensions_that_come_and_go_while_they_are_read_twice_are_a_doubt() -> None:
    async with exchange_of(QUICK, page_size_max=10, ringme_lists="result") as x:
        for number in range(60):
            x.state.add_extension(f"4{number:03}")

        async def remove() -> None:
            seen = 0
            while True:
                if x.emulator.count("extensions.list") > seen:
                    seen = x.emulator.count("extensions.list")
                    x.state.remove_extension(next(iter(x.state.extensions)))
                await asyncio.sleep(0)

        removing = asyncio.create_task(remove())
        planned = await plan(x.client, CENTRE)
        removing.cancel()
        assert planned.reading.doubts == ("list of extensions: it changed while it was read, twice in a row",)
        assert [refusal.guard for refusal in planned.plan.refusals] == ["reading"]


async def test_what_a_run_has_made_stays_known_while_no_list_shows_it() -> None:
    """Another unit misses an agent, so that everything is read again, before the lists show what was made."""
    async with exchange_of({"timeouts": Timeouts(settle=1.0)}, read_lag=5.0) as x:
        (queue,) = CENTRE.queues or ()
        bare = attrs.evolve(CENTRE, queues=(attrs.evolve(queue, fields={}, x={}),))
        planned = await plan(x.client, bare)
        units = {unit.name: unit for unit in planned.plan.units}
        for name in ("create queue Hotline", "create agent u.chi"):
            await planned.adapter.do(units[name])
        lost = units["create queue_agent Hotline/u.binh"]
        with pytest.raises(Later):
            await planned.adapter.do(lost)
        lists = x.emulator.count("agents.remote.list")
        await planned.adapter.look_again([lost])
        assert x.emulator.count("agents.remote.list") == lists + 1
        asked = x.emulator.count("queue_agents.remote.list")
        with pytest.raises(Later):  # the vendor does not show the queue either; the client knows its id
            await planned.adapter.do(units["create queue_agent Hotline/u.chi"])
        assert x.emulator.count("queue_agents.remote.list") == asked + 1


async def test_a_look_for_lost_units_that_fails_says_why() -> None:
    async with exchange_of(QUICK, page_size_max=10, ringme_lists="result") as x:
        planned = await plan(x.client, CENTRE)
        unit = next(unit for unit in planned.plan.units if unit.kind == "queue_agent")
        with pytest.raises(Later):
            await planned.adapter.do(unit)
        for number in range(30):
            x.state.add_extension(f"4{number:03}")
        x.emulator.faults.always("extensions.list", Fault.page_repeats())
        with pytest.raises(PagingError):
            await planned.adapter.look_again([unit])
