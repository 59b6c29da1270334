"""The adapter of ITNIO TECH: seats as agents, no more and no fewer than are wished, whatever is lost."""

from __future__ import annotations

import random

import attrs
import pytest

from stringee_async import (
    AlreadyExistsError,
    ConflictError,
    ItniotechClient,
    NotFoundError,
    OutcomeUnknownError,
)
from stringee_async.provision.adapter import Done
from stringee_async.provision.spec import AbsentSpec, AgentSpec, GroupSpec, SectionSpec, Spec
from stringee_async.provision.unit import Unit
from stringee_async.provision.vendors.choice import adapter_for
from stringee_async.provision.vendors.itniotech import ItniotechAdapter

from ...conformance.faults import LOSSES
from ...kit.emulated import Site, emulated
from .itniotech_rig import OPTIONS, apply, carry_out, plan, seats

SALES = GroupSpec(name="Sales", agents=("u.an", "u.binh", "1003"))


def team(count: int, group: str = "Sales") -> Spec:
    return Spec(
        agents=tuple(AgentSpec(user_id=f"u.{i}", name=f"Agent {i}", groups=(group,)) for i in range(count))
    )


def keys(site: Site[ItniotechClient], **columns: object) -> list[str]:
    """Return the ids of the seats that have these values."""
    rows = site.state.agents.items()
    return [key for key, row in rows if all(row[name] == value for name, value in columns.items())]


async def test_a_group_and_its_agents_are_made_in_few_requests() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        old = site.state.add_group("Old")
        site.state.add_agents(old, 1, name="u.old", petName="Old")
        spec = Spec(
            agents=(
                AgentSpec(user_id="u.an", name="An"),
                AgentSpec(user_id="u.binh"),
                AgentSpec(user_id="1003"),
            ),
            groups=(SALES,),
        )
        found = await apply(site, spec)
        assert seats(site) == [
            ("1003", "Sales", None), ("u.an", "Sales", "An"), ("u.binh", "Sales", None), ("u.old", "Old", "Old"),
        ]  # fmt: skip
        assert site.state.agents.where(empNo="1003")
        assert found["create link Sales/u.an"] == Done(acted=False)
        asked = [
            site.emulator.count(name)
            for name in ("agent_groups.create", "agents.create_many", "agents.update")
        ]
        assert asked == [1, 1, 3]


async def test_what_differs_is_changed_and_all_else_of_a_seat_stays() -> None:
    async with emulated(ItniotechClient, OPTIONS, omitted="resets", latency=0.01) as site:
        sales, other = site.state.add_group("Sales"), site.state.add_group("Other")
        (key,) = site.state.add_agents(
            other, 1, name="u.an", petName="A", displayNum="6590001000", ccode="65", empNo="77"
        )
        spec = Spec(agents=(AgentSpec(user_id="u.an", name="An", groups=("Sales",)),))
        planned = await plan(site.client, spec)
        assert planned.names == ["change agent u.an", "create link Sales/u.an"]
        await apply(site, spec)
        first, second = [
            request.arrived for request in site.emulator.requests if request.operation == "agents.update"
        ]
        assert second - first >= 0.01  # one at a time: else the older one could arrive last
        row = site.state.agents[str(key)]
        assert (row["petName"], row["voiceGroupId"], row["displayNum"], row["ccode"], row["empNo"]) == (
            "An", sales, "6590001000", "65", "77",
        )  # fmt: skip


async def test_agents_and_groups_are_renamed_disabled_and_removed() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        old, gone = site.state.add_group("Sales old"), site.state.add_group("Gone")
        (an,) = site.state.add_agents(old, 1, name="an")
        (leaver,) = site.state.add_agents(old, 1, name="u.leaver")
        spec = Spec(
            agents=(AgentSpec(user_id="u.an", was="an", name="An", groups=("Sales",)),),
            groups=(GroupSpec(name="Sales", was="Sales old"),),
            agents_section=SectionSpec(manage="full"),
            groups_section=SectionSpec(manage="full"),
            on_leave="disable",
        )
        planned = await plan(site.client, spec)
        assert planned.names == [
            "change agent u.an", "disable agent u.leaver", "remove group Gone", "rename agent u.an", "rename group Sales",
        ]  # fmt: skip
        await apply(site, spec)
        assert site.state.agents[str(leaver)]["enable"] == 1
        (unit,) = [unit for unit in planned.plan.units if unit.action == "disable"]
        again = await plan(site.client, spec)
        assert await again.adapter.do(unit) == Done(id=str(leaver), acted=False)
        assert site.state.agents[str(an)]["name"] == "u.an"
        assert str(gone) not in site.state.agent_groups
        removal = attrs.evolve(spec, absent=AbsentSpec(agents=("u.leaver",)))
        assert (await plan(site.client, removal)).names == ["remove agent u.leaver"]
        await apply(site, removal)
        assert str(leaver) not in site.state.agents


async def test_a_group_is_removed_once_its_agents_have_moved_or_gone() -> None:
    async with emulated(ItniotechClient, OPTIONS, latency=0.01) as site:
        gone, sales = site.state.add_group("Gone"), site.state.add_group("Sales")
        site.state.add_agents(gone, 1, name="u.an")
        site.state.add_agents(gone, 1, name="u.leaver")
        spec = Spec(
            agents=(AgentSpec(user_id="u.an", groups=("Sales",)),),
            groups=(GroupSpec(name="Sales"),),
            agents_section=SectionSpec(manage="full"),
            groups_section=SectionSpec(manage="full"),
            on_leave="delete",
        )
        planned = await plan(site.client, spec)
        assert planned.plan.units[-1].after == ("create link Sales/u.an", "remove agent u.leaver")
        await apply(site, spec)
        assert list(site.state.agent_groups) == [str(sales)]
        assert await planned.adapter.do(planned.plan.units[-1]) == Done(id=str(gone), acted=False)
        again = await plan(site.client, spec)
        assert await again.adapter.do(planned.plan.units[-1]) == Done(id=str(gone), acted=False)


@pytest.mark.parametrize("loss", ["lost", "late", "reset before", "truncated", "HTTP 504 after acting"])
async def test_lost_creates_of_seats_leave_no_seat_too_many(loss: str) -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        sales = site.state.add_group("Sales")
        site.state.add_agents(sales, 2)  # set up by hand for somebody: as the vendor has made them
        site.script("agents.create_many", LOSSES[loss][0])
        found = await apply(site, team(7))
        assert len(site.state.agents) == 9
        assert [name for name, _, _ in seats(site) if name.startswith("u.")] == [f"u.{i}" for i in range(7)]
        made = [done for name, done in found.items() if name.startswith("create agent")]
        assert {done.adopted for done in made if isinstance(done, Done)} == {LOSSES[loss][1] > 0}
        assert site.emulator.count("agents.create_many") == 1 + (LOSSES[loss][1] == 0)
        site.emulator.faults.assert_consumed()


async def test_lost_writes_of_groups_and_names_are_repeated() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        site.state.add_agents(site.state.add_group("Other"))
        for operation in ("agent_groups.create", "agents.create_many", "agents.update"):
            site.script(operation, LOSSES["lost"][0])
        await apply(site, team(5))
        assert [name for name, _, _ in seats(site) if name.startswith("u.")] == [f"u.{i}" for i in range(5)]
        assert (len(site.state.agent_groups), len(site.state.agents)) == (2, 6)


async def test_a_write_whose_outcome_is_unknown_is_sent_again() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        site.state.add_group("Sales")
        planned = await plan(site.client, team(1))
        (unit, _) = planned.plan.units
        site.script("agents.update", *[LOSSES["reset before"][0]] * 4)
        error = (await carry_out(planned.adapter, [unit]))[unit.name]
        assert isinstance(error, OutcomeUnknownError)
        assert isinstance((await carry_out(planned.adapter, [unit]))[unit.name], Done)
        assert seats(site) == [("u.0", "Sales", "Agent 0")]


async def test_a_lost_removal_of_a_group_is_looked_for() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        for name in ("Gone", "Kept"):
            site.state.add_group(name)
        site.script("agent_groups.delete", LOSSES["lost"][0], LOSSES["reset before"][0])
        found = await apply(site, Spec(absent=AbsentSpec(groups=("Gone", "Kept"))))
        assert [done.acted for done in found.values() if isinstance(done, Done)] == [True, True]
        assert len(site.state.agent_groups) == 0


@pytest.mark.parametrize(
    ("fault", "theirs", "total"),
    [
        ("lost", {}, 3 + 1 + 3),  # one of four seats is theirs, so that none is ours for certain
        ("lost", {"petName": "Theirs"}, 3 + 1),
        ("reset before", {}, 1 + 3),
    ],
)
async def test_seats_that_others_make_meanwhile_are_left_to_them(
    fault: str, theirs: dict[str, str], total: int
) -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        sales = site.state.add_group("Sales")
        planned = await plan(site.client, team(3))
        site.script("agents.create_many", LOSSES[fault][0])
        made: list[int] = []

        def others() -> None:
            if not made:
                made.extend(site.state.add_agents(sales, 1, **theirs))

        found = await carry_out(planned.adapter, planned.plan.units, each=others)
        assert all(isinstance(done, Done) for done in found.values())
        assert not site.state.agents[str(made[0])]["name"].startswith("u.")
        assert len(site.state.agents) == total


async def test_a_create_that_is_lost_after_another_is_told_from_it() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        site.state.add_group("Sales")
        planned = await plan(site.client, team(5))
        agents = [unit for unit in planned.plan.units if unit.kind == "agent"]
        await carry_out(planned.adapter, agents[:2])
        site.script("agents.create_many", LOSSES["lost"][0])
        found = await carry_out(planned.adapter, agents[2:])
        assert [done.adopted for done in found.values() if isinstance(done, Done)] == [True] * 3
        listed = [request.body for request in site.emulator.requests if request.operation == "agents.list"]
        assert b"voiceGroupId" in listed[-1]
        assert len(site.state.agents) == 5


async def test_lost_creates_in_many_groups_are_found_in_one_reading() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        groups = [f"Team {number}" for number in range(6)]
        for name in groups:
            site.state.add_group(name)
        site.script("agents.create_many", *[LOSSES["lost"][0]] * 6)
        spec = Spec(
            groups=tuple(GroupSpec(name=name, agents=(f"u.{name}",)) for name in groups),
            agents=tuple(AgentSpec(user_id=f"u.{name}") for name in groups),
        )
        planned = await plan(site.client, spec)
        site.emulator.clear_requests()
        await carry_out(planned.adapter, planned.plan.units)
        assert len(site.state.agents) == 6
        assert site.emulator.count("agents.list") == 1


async def test_spare_seats_are_used_where_the_specification_says_so() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        sales = site.state.add_group("Sales")
        site.state.add_agents(sales, 2)
        used = {
            "petName": "Lan", "status": 2, "enable": 1, "updateTime": "2031-01-01 00:00:00",
        }  # fmt: skip
        for column, value in used.items():
            site.state.add_agents(sales, 1, **{column: value})
        site.state.add_agents(sales, 1, name="u.1")
        spec = attrs.evolve(
            team(4), groups=(GroupSpec(name="Sales", x={"itniotech": {"use_spare_seats": True}}),)
        )
        await apply(site, spec)
        assert len(site.state.agents) == 2 + 4 + 1 + 1
        for column, value in used.items():
            (key,) = keys(site, **{column: value})
            assert not site.state.agents[key]["name"].startswith("u.")


async def test_seats_beyond_what_the_group_may_have_are_refused_and_the_others_made() -> None:
    async with emulated(ItniotechClient, OPTIONS, max_agents=5) as site:
        site.state.add_agents(site.state.add_group("Sales"), 2)
        planned = await plan(site.client, team(5))
        found = await carry_out(
            planned.adapter, [unit for unit in planned.plan.units if unit.kind == "agent"]
        )
        assert len(site.state.agents) == 5
        assert sum(isinstance(done, Done) for done in found.values()) == 3
        assert sum(isinstance(done, ConflictError) for done in found.values()) == 2
        assert (
            site.emulator.count("agents.create_many") == 2 + 2
        )  # for five, for three, and for each that is left


async def test_a_job_number_that_is_taken_is_not_used() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        sales = site.state.add_group("Sales")
        site.state.add_agents(sales, 1, name="somebody", empNo="1003")
        await apply(
            site,
            Spec(groups=(GroupSpec(name="Sales", agents=("1003",)),), agents=(AgentSpec(user_id="1003"),)),
        )
        (key,) = keys(site, name="1003")
        assert site.state.agents[key]["empNo"] == key


async def test_a_seat_whose_agent_is_refused_serves_the_next_one() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        sales = site.state.add_group("Sales")
        for taken in ("1003", "60003"):  # the job number that is wanted, and the one that is taken instead
            site.state.add_agents(sales, 1, empNo=taken)
        spec = Spec(
            groups=(GroupSpec(name="Sales", agents=("1003", "1004")),),
            agents=(AgentSpec(user_id="1003"), AgentSpec(user_id="1004")),
        )
        planned = await plan(site.client, spec)
        first, second = [unit for unit in planned.plan.units if unit.kind == "agent"]
        assert isinstance((await carry_out(planned.adapter, [first]))[first.name], AlreadyExistsError)
        assert isinstance((await carry_out(planned.adapter, [second]))[second.name], Done)
        assert keys(site, name="1004") == ["60003"]
        assert len(site.state.agents) == 3


async def test_units_of_a_saved_plan_need_no_specification() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        for name in ("First", "Sales"):
            site.state.add_agents(site.state.add_group(name), 1, name=f"u.{name}")
        units = [Unit.from_json(unit.to_json()) for unit in (await plan(site.client, team(2))).plan.units]
        adapter = ItniotechAdapter(site.client)
        await carry_out(adapter, units)
        assert site.emulator.count("agents.list") == 2
        assert (await plan(site.client, team(2))).names == []


async def test_a_unit_that_another_instance_carried_out_is_done() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        site.state.add_group("Sales")
        planned = await plan(site.client, team(2))
        other = await plan(site.client, team(2))
        await carry_out(other.adapter, other.plan.units)
        await planned.adapter.look_again(planned.plan.units)
        found = await carry_out(planned.adapter, planned.plan.units)
        assert [done.acted for done in found.values() if isinstance(done, Done)] == [False] * 4
        assert len(site.state.agents) == 2


async def test_what_the_vendor_cannot_hold_is_said_before_anything_is_sent() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        spec = Spec(
            agents=(AgentSpec(user_id="u.an", phone="6590001000", groups=("Sales", "Support")),),
            groups=(
                GroupSpec(name="Sales", agents=()),
                GroupSpec(name="Support"),
                GroupSpec(name="VIP", agents=("u.an",)),
            ),
        )
        adapter = adapter_for(site.client)
        assert (adapter.vendor, adapter.account) == (
            "itniotech",
            f"key {site.client.auth.api_key[:2]}...{site.client.auth.api_key[-2:]}",
        )
        wish = adapter.hold(spec)
        text = "\n".join(wish.cannot)
        assert "names of groups of 4 to 32 characters: left out are VIP" in text
        assert "holds one group for each agent" in text
        assert "cannot hold phone" in text
        assert "keeps every agent in a group" in text
        assert {key for kind, key in wish.things if kind == "link"} == {("Sales", "u.an")}
        assert len(site.emulator.requests) == 0


async def test_agents_without_a_group_and_groups_without_an_application_are_doubts() -> None:
    async with emulated(ItniotechClient, OPTIONS) as site:
        planned = await plan(
            site.client, Spec(agents=(AgentSpec(user_id="u.an"),), groups=(GroupSpec(name="Sales"),))
        )
        first, second = planned.reading.doubts
        assert "no list puts these into one: u.an" in first
        assert "app_id" in second
        group = GroupSpec(name="Sales", agents=("u.an",), x={"itniotech": {"app_id": site.state.app_id}})
        await apply(site, Spec(agents=(AgentSpec(user_id="u.an"),), groups=(group,)))
        assert [name for name, _, _ in seats(site)] == ["u.an"]


async def test_agents_of_a_group_that_cannot_be_made_fail_with_it() -> None:
    async with emulated(ItniotechClient, OPTIONS, max_groups=1) as site:
        site.state.add_agents(site.state.add_group("Only"))
        planned = await plan(site.client, team(2))
        found = await carry_out(planned.adapter, [unit for unit in planned.plan.units if unit.kind != "link"])
        assert isinstance(found["create group Sales"], ConflictError)
        assert isinstance(found["create agent u.0"], NotFoundError)
        assert len(site.state.agents) == 1


async def test_seats_of_one_name_are_named_twice_and_those_in_use_are_busy() -> None:
    async with emulated(ItniotechClient, OPTIONS, agent_times=True, page_size=2) as site:
        sales = site.state.add_group("Sales")
        site.state.add_agents(sales, 2, name="u.twin")
        for status in (1, 2, 3):
            site.state.add_agents(sales, 1, name=f"u.{status}", status=status)
        site.state.add_agents(sales, 1, name="u.3", deleteFlag=1)
        reading = (await plan(site.client, team(4))).reading
        assert [len(found) for ref, found in reading.twice.items() if ref[0] == "agent"] == [2]
        assert [reading.live["agent", (f"u.{status}",)].busy for status in (1, 2, 3)] == [
            "",
            "logged in",
            "on a call",
        ]
        assert reading.members_of == {("group", ("Sales",))}
        assert not reading.doubts


@pytest.mark.parametrize("seed", range(4))
async def test_random_specifications_one_after_the_other_leave_nothing_to_do(seed: int) -> None:
    chance = random.Random(seed)
    async with emulated(ItniotechClient, OPTIONS) as site:
        site.state.add_agents(site.state.add_group("Before"), 2)
        for _ in range(5):
            names = chance.sample(["Sales", "Support", "Billing"], chance.randint(1, 3))
            agents = chance.sample([f"u.{number}" for number in range(8)], chance.randint(0, 8))
            spec = Spec(
                agents=tuple(
                    AgentSpec(user_id=each, name=chance.choice([None, "An"]), groups=(chance.choice(names),))
                    for each in agents
                ),
                groups=tuple(GroupSpec(name=name) for name in names),
                agents_section=SectionSpec(manage="full", ignore=("agent*",)),
                groups_section=SectionSpec(manage="full", ignore=("Before",)),
                on_leave="delete",
            )
            site.emulator.faults.clear()
            for operation in (
                "agent_groups.create",
                "agent_groups.delete",
                "agents.create_many",
                "agents.update",
            ):
                site.script(operation, LOSSES[chance.choice(["lost", "reset before"])][0])
            await apply(site, spec)
            assert sorted(name for name, _, _ in seats(site) if name.startswith("u.")) == sorted(agents)
            assert len(keys(site)) == len(agents) + 2


async def test_a_seat_that_the_vendor_does_not_show_yet_is_named_later() -> None:
    async with emulated(ItniotechClient, OPTIONS, read_lag=0.02) as site:
        site.state.add_group("Sales")
        await apply(site, team(6))
        assert [name for name, _, _ in seats(site)] == [f"u.{number}" for number in range(6)]
        assert site.emulator.count("agents.create_many") == 1


async def test_a_seat_that_stays_hidden_fails_its_agent() -> None:
    async with emulated(ItniotechClient, OPTIONS, read_lag=60.0) as site:
        site.state.add_group("Sales")
        planned = await plan(site.client, team(1))
        found = await carry_out(planned.adapter, planned.plan.units[:1])
        assert isinstance(found["create agent u.0"], NotFoundError)
        assert site.emulator.count("agents.update") == 2
