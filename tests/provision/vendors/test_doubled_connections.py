"""Connections that two writers have made at the same time: they count as one, and are named wherever they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stringee_async import RingMeClient, StringeeClient, Timeouts, provision
from stringee_async.core.clock import RealClock
from stringee_async.emulator import Fault

from ...kit.emulated import Site, emulated

OPTIONS: dict[str, Any] = {"clock": RealClock(), "timeouts": Timeouts(settle=0.01)}


def group_of(site: Site[StringeeClient], agents: int, doubled: int) -> list[str]:
    """Add a group of which the first agents are in it twice; return the ids of its agents."""
    group = site.state.add_group("Sales")
    ids = [site.state.add_agent("N", f"u{number:03}") for number in range(agents)]
    for id in ids + ids[:doubled]:
        site.state.add_membership(group, id)
    return ids


@pytest.mark.parametrize(("agents", "doubled", "calls"), [(8, 0, 3), (8, 2, 5), (150, 70, 14), (99, 2, 9)])
async def test_doubled_memberships_are_named_over_pages_too(
    agents: int, doubled: int, calls: int, tmp_path: Path
) -> None:
    rows = "".join(f"  - {{user_id: u{number:03}, groups: [Sales]}}\n" for number in range(agents))
    spec = provision.loads(f"version: 1\nagents:\n{rows}groups: [Sales]\n")
    async with emulated(StringeeClient, OPTIONS, unique=False) as site:
        group_of(site, agents, doubled)
        verified = await provision.verify(site.client, spec, state=tmp_path)
        assert (verified.units, verified.refusals, bool(verified)) == ((), (), bool(doubled))
        assert verified.duplicates == tuple(
            f"link Sales/u{number:03} is listed 2 times: take it away, and apply again"
            for number in range(doubled)
        )
        assert site.emulator.count() == calls
        noted = [note for note in verified.notes if "listed more than once" in note]
        assert len(noted) == bool(doubled)
        comments = [line for line in (await provision.dump(site.client)).splitlines() if line.startswith("#")]
        assert len(comments) == doubled
        assert all(line.startswith("# Stated once: link Sales/u") for line in comments)
        report = await provision.apply(site.client, spec, state=tmp_path)
        assert (report.exit_code, len(report.duplicates)) == (2 if doubled else 0, doubled)
        assert len(site.state.group_agents) == agents + doubled  # nothing is removed


async def test_what_is_read_of_a_list_with_doubled_rows_serves_the_units_of_the_run(tmp_path: Path) -> None:
    async with emulated(StringeeClient, OPTIONS, unique=False) as site:
        ids = group_of(site, 150, 70)
        site.state.add_agent("N", "u.new")
        text = "version: 1\nagents: [{user_id: u.new, groups: [Sales]}]\n"
        report = await provision.apply(site.client, provision.loads(text), state=tmp_path)
        assert (report.counts, report.problems, len(report.duplicates)) == ({"create link": 1}, (), 70)
        assert len(site.state.group_agents) == len(ids) + 70 + 1


@pytest.mark.parametrize("fault", [Fault.page_repeats(), Fault.page_ignored()])
async def test_pages_that_repeat_are_no_doubled_memberships(fault: Fault, tmp_path: Path) -> None:
    async with emulated(StringeeClient, OPTIONS, unique=False) as site:
        group_of(site, 230, 0)
        site.emulator.faults.always("group_agents.list", fault)
        spec = provision.loads("version: 1\nagents: [{user_id: u001, groups: [Sales]}]\n")
        plan = await provision.plan(site.client, spec, state=tmp_path)
        assert "reading" in {refusal.guard for refusal in plan.refusals}


async def test_doubled_agents_of_a_queue_are_named(tmp_path: Path) -> None:
    text = "version: 1\nagents: [{user_id: u.an, extension: '101'}]\nqueues: [{name: Line, extension: '370', agents: [u.an]}]\n"
    async with emulated(RingMeClient, OPTIONS, unique=False) as site:
        queue = site.state.add_extension("370", "queue", label="Line")
        agent = site.state.add_agent(
            "local", extension_id=site.state.add_extension("101"), extra_params="user_id=u.an"
        )
        for _ in range(2):
            site.state.add_queue_agent(queue, "local", agent)
        verified = await provision.verify(site.client, provision.loads(text), state=tmp_path)
        assert verified.units == ()
        assert verified.duplicates == (
            "queue_agent Line/u.an is listed 2 times: take it away, and apply again",
        )
