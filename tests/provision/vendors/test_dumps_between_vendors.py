"""Dumps of the real adapters: the canonical file byte for byte, and what another vendor makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stringee_async import GuardError, ItniotechClient, RingMeClient, StringeeClient, provision
from stringee_async.provision.adapter import no_progress
from stringee_async.provision.files.dump import dump_files
from stringee_async.provision.files.spec_text import spec_files
from stringee_async.provision.things import Scope
from stringee_async.provision.vendors.choice import adapter_for

from ...kit.emulated import emulated
from .test_one_file import FILE, OPTIONS, begin

KINDS = {"stringee": StringeeClient, "ringme": RingMeClient, "itniotech": ItniotechClient}
HOMELESS = "state `extension:` or `phone:`"
CARRIED: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {
    ("stringee", "ringme"): (
        1,
        (
            "queue Hotline: RingMe knows queues by extension; state `extension:`",
            "agent u.an: RingMe has no app that could ring; state `extension:`, or `routing: phone`",
            "agent u.binh: RingMe has no app that could ring; state `extension:`, or `routing: phone`",
            f"agent u.dung: RingMe knows agents by extension or phone number; {HOMELESS}",
            "RingMe has no groups, and no queue names the group Training: it is left out, with 1 agent",
        ),
    ),
    ("stringee", "itniotech"): (
        11,
        (
            "ITNIO TECH cannot hold queues: 1 queue is left out",
            "ITNIO TECH cannot hold groups of queues: 2 groups of queues are left out",
            "ITNIO TECH cannot hold phone of agents: left out for 3 agents",
            "ITNIO TECH cannot hold routing of agents: left out for 4 agents",
            "ITNIO TECH holds one group for each agent: 1 agent is put into the first of theirs only",
        ),
    ),
    ("ringme", "stringee"): (
        4,
        (
            "Stringee cannot hold agents of queues: 3 agents of queues are left out",
            "Stringee cannot hold extension of agents: left out for 2 agents",
            "Stringee cannot hold extension of queues: left out for 1 queue",
        ),
    ),
    ("ringme", "itniotech"): (
        0,
        (
            "ITNIO TECH cannot hold queues: 1 queue is left out",
            "ITNIO TECH cannot hold agents of queues: 3 agents of queues are left out",
            "ITNIO TECH cannot hold extension of agents: left out for 2 agents",
            "ITNIO TECH cannot hold phone of agents: left out for 1 agent",
            "ITNIO TECH cannot hold routing of agents: left out for 1 agent",
        ),
    ),
    ("itniotech", "stringee"): (14, ()),
    ("itniotech", "ringme"): (
        0,
        (
            *(
                f"agent u.{name}: RingMe knows agents by extension or phone number; {HOMELESS}"
                for name in ("an", "binh", "chi", "dung", "old")
            ),
            *(
                f"RingMe has no groups, and no queue names the group {name}: it is left out, with {agents}"
                for name, agents in (
                    ("Old ones", "1 agent"), ("Sales", "2 agents"), ("Support", "1 agent"), ("Training", "1 agent"),
                )
            ),
        ),
    ),
}  # fmt: skip
"""For a dump of one vendor and an account of another: how many things are applied, and what is left out, in words."""


async def canonical(client: Any) -> dict[str, bytes]:
    """Return a dump without ids, which each account gives by itself."""
    adapter = adapter_for(client)
    scope = Scope(kinds=frozenset(adapter.capabilities.fields), numbers=True)
    reading = await adapter.observe(scope, no_progress)
    defaults = adapter.capabilities.queue_defaults
    return dump_files(reading, vendor=adapter.vendor, ids=False, defaults=defaults)


async def dumped(vendor: str, state: Path) -> tuple[str, dict[str, bytes]]:
    """Apply the one file to an account; return its dump, and the canonical one."""
    async with emulated(KINDS[vendor], OPTIONS) as site:
        begin(site)
        await provision.apply(site.client, provision.loads(FILE), state=state)
        return await provision.dump(site.client), await canonical(site.client)


@pytest.mark.parametrize("vendor", KINDS)
async def test_a_dump_of_an_applied_file_is_the_canonical_file_byte_for_byte(
    vendor: str, tmp_path: Path
) -> None:
    text, first = await dumped(vendor, tmp_path / "one")
    spec = provision.loads(text)
    async with emulated(KINDS[vendor], OPTIONS) as site:
        begin(site)
        report = await provision.apply(site.client, spec, state=tmp_path / "two")
        assert (report.exit_code, report.left) == (0, 0)
        assert await canonical(site.client) == first == spec_files(spec)


@pytest.mark.parametrize(("one", "other"), list(CARRIED))
async def test_a_dump_of_one_vendor_loads_for_another_and_says_what_stays_behind(
    one: str, other: str, tmp_path: Path
) -> None:
    units, cannot = CARRIED[one, other]
    spec = provision.loads((await dumped(one, tmp_path / "one"))[0], vendor=other)
    async with emulated(KINDS[other], OPTIONS) as site:
        begin(site)
        plan = await provision.plan(site.client, spec, state=tmp_path / "two")
        assert plan.cannot == cannot
        if (one, other) == ("ringme", "itniotech"):  # its agents are in no group, which ITNIO TECH needs
            with pytest.raises(
                GuardError, match=r"no list puts these into one: u\.an, u\.binh, u\.chi; state their groups"
            ):
                await provision.apply(site.client, plan, state=tmp_path / "two")
            return
        assert (plan.refusals, len(plan.units)) == ((), units)
        report = await provision.apply(site.client, plan, state=tmp_path / "two")
        assert (report.exit_code, report.left, report.problems) == (0, 0, ())
        assert (await provision.plan(site.client, spec, state=tmp_path / "two")).units == ()
