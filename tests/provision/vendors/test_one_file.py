"""One file for three vendors: each adapter converges, and says in words what its vendor cannot hold."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import attrs
import pytest

from stringee_async import (
    ItniotechClient,
    RetryPolicy,
    RingMeClient,
    StringeeClient,
    Timeouts,
    provision,
)
from stringee_async.core.clock import RealClock
from stringee_async.emulator import Fault
from stringee_async.provision.plan import Plan
from stringee_async.provision.run_events import Doubtful, Waiting

from ...kit.emulated import Site, emulated

FILE = """
version: 1
agents:
  - {user_id: u.an, name: An, phone: "84901234567", extension: "101", groups: [Sales]}
  - {user_id: u.binh, name: Bình, phone: "84901234568", extension: "102", groups: [Support]}
  - {user_id: u.chi, name: Chi, phone: "84901234569", routing: phone, groups: [Sales, Support]}
  - {user_id: u.dung, name: Dũng, groups: [Training]}
groups: [{name: Sales}, {name: Support}, {name: Training}]
queues:
  - name: Hotline
    extension: "370"
    record_calls: true
    wrap_up_time_limit: 20
    groups: [{name: Sales, primary: true}, {name: Support, primary: false}]
"""
OPTIONS: dict[str, Any] = {"clock": RealClock(), "timeouts": Timeouts(settle=0.02)}


def begin(site: Site[Any]) -> None:
    """Give ITNIO TECH the application that new groups need."""
    if site.vendor == "itniotech":
        group = site.state.add_group("Old ones")
        site.state.add_agents(group, 1, name="u.old", petName="Old")


CANNOT = {
    "stringee": (
        "Stringee cannot hold extension of agents: left out for 2 agents",
        "Stringee cannot hold extension of queues: left out for 1 queue",
    ),
    "ringme": (
        "RingMe rings the extension of 2 agents: phone and routing are left out",
        "agent u.dung: RingMe knows agents by extension or phone number; state `extension:` or `phone:`",
        "RingMe has no groups, and no queue names the group Training: it is left out, with 1 agent",
        "RingMe cannot hold wrap_up_time_limit of queues: left out for 1 queue",
    ),
    "itniotech": (
        "ITNIO TECH cannot hold queues: 1 queue is left out",
        "ITNIO TECH cannot hold groups of queues: 2 groups of queues are left out",
        "ITNIO TECH cannot hold phone of agents: left out for 3 agents",
        "ITNIO TECH cannot hold extension of agents: left out for 2 agents",
        "ITNIO TECH cannot hold routing of agents: left out for 1 agent",
        "ITNIO TECH holds one group for each agent: 1 agent is put into the first of theirs only",
    ),
}
UNITS = {"stringee": 15, "ringme": 7, "itniotech": 11}


@pytest.mark.parametrize("kind", [StringeeClient, RingMeClient, ItniotechClient])
async def test_one_file_converges_with_each_vendor(kind: Any, tmp_path: Path) -> None:
    spec = provision.loads(FILE)
    async with emulated(kind, OPTIONS) as site:
        begin(site)
        plan = await provision.plan(site.client, spec, state=tmp_path)
        assert (plan.cannot, len(plan.units), plan.refusals) == (
            CANNOT[site.vendor], UNITS[site.vendor], (),
        )  # fmt: skip
        saved = Plan.from_json(json.loads(json.dumps(plan.to_json())))
        assert saved.spec == spec
        report = await provision.apply(site.client, saved, state=tmp_path)
        assert (report.exit_code, report.left, report.problems, report.duplicates) == (0, 0, (), ())
        again = await provision.plan(site.client, spec, state=tmp_path)
        assert (again.units, again.refusals) == ((), ())
        dumped = await provision.dump(site.client)
        of_dump = await provision.plan(site.client, provision.loads(dumped), state=tmp_path)
        assert (of_dump.units, of_dump.refusals, of_dump.cannot) == ((), (), ())


@pytest.mark.parametrize(
    ("kind", "listing", "create"),
    [
        (RingMeClient, "extensions.list", "extensions.create"),
        (ItniotechClient, "agent_groups.list", "agent_groups.create"),
    ],
)
async def test_a_refusal_for_rate_at_each_attempt_is_waiting(
    kind: Any, listing: str, create: str, tmp_path: Path
) -> None:
    async with emulated(kind, OPTIONS | {"retry": RetryPolicy(base=0.0, throttle_base=0.001)}) as site:
        begin(site)
        for operation in (listing, create):
            site.script(operation, *[Fault.retry_after(0.001)] * 9)
        report = await provision.apply(site.client, provision.loads(FILE), state=tmp_path)
        assert (report.exit_code, report.left, report.problems) == (0, 0, ())
        site.emulator.faults.assert_consumed()


async def test_new_agents_of_a_new_group_wait_for_nothing_but_the_group(tmp_path: Path) -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        begin(site)
        async with provision.apply_events(site.client, provision.loads(FILE), state=tmp_path) as events:
            seen = [event async for event in events]
        assert {event.unit.kind for event in seen if isinstance(event, Doubtful)} == {"group"}


async def test_waits_for_the_own_limit_are_told(tmp_path: Path) -> None:
    async with emulated(StringeeClient, OPTIONS) as site:
        stats = site.client.stats
        ticks = count()
        site.client.stats = lambda: attrs.evolve(stats(), permit_wait=3.0 * next(ticks))  # type: ignore[method-assign]
        spec = provision.loads(FILE)
        async with provision.apply_events(site.client, spec, state=tmp_path, concurrency=2) as events:
            waits = [one.seconds async for one in events if isinstance(one, Waiting)]
        assert waits.count(1.5) == 15
