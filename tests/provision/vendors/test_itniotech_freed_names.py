"""Names of ITNIO TECH's groups and agents that a rename frees and that are given again, and groups that must stay."""

from __future__ import annotations

from stringee_async import ItniotechClient
from stringee_async.provision.spec import AbsentSpec, AgentSpec, GroupSpec, Spec

from ...kit.emulated import emulated
from .itniotech_rig import OPTIONS, apply, plan, seats


async def test_a_group_gets_the_name_that_another_had() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        site.state.add_agents(site.state.add_group("Sales"), 1, name="u.an")
        spec = Spec(
            agents=(AgentSpec(user_id="u.binh", groups=("Sales",)),),
            groups=(GroupSpec(name="Former", was="Sales"), GroupSpec(name="Sales")),
        )
        await apply(site, spec)
        assert seats(site) == [("u.an", "Former", None), ("u.binh", "Sales", None)]


async def test_an_agent_gets_the_name_that_another_had() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        site.state.add_agents(site.state.add_group("Sales"), 1, name="u.an")
        spec = Spec(
            agents=(
                AgentSpec(user_id="u.former", was="u.an", groups=("Sales",)),
                AgentSpec(user_id="u.an", name="Another", groups=("Sales",)),
            ),
            groups=(GroupSpec(name="Sales"),),
        )
        await apply(site, spec)
        assert seats(site) == [("u.an", "Sales", "Another"), ("u.former", "Sales", None)]


async def test_a_group_stays_while_agents_are_in_it_whom_nothing_moves() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        gone = site.state.add_group("Gone")
        site.state.add_agents(gone, 1, name="u.an")
        site.state.add_agents(gone, 1, name="u.binh")
        spec = Spec(
            agents=(AgentSpec(user_id="u.an", groups=("Sales",)),),
            groups=(GroupSpec(name="Sales"),),
            absent=AbsentSpec(groups=("Gone",)),
        )
        planned = await plan(site.client, spec)
        assert "group Gone stays: no list puts 1 agent of it into another group" in planned.plan.notes
        await apply(site, spec)
        assert str(gone) in site.state.agent_groups
        await apply(site, Spec(absent=AbsentSpec(agents=("u.binh",), groups=("Gone",))))
        assert str(gone) not in site.state.agent_groups
