"""RingMe's adapter against an emulated exchange: what a specification becomes there, and what survives faults."""

from __future__ import annotations

import attrs

from stringee_async.provision.last_applied import LastApplied
from stringee_async.provision.spec import (
    AbsentSpec,
    AgentSpec,
    GroupSpec,
    QueueSpec,
    RouteSpec,
    SectionSpec,
    Spec,
)
from stringee_async.provision.vendors.ringme import RingMeAdapter

from ...ringme.rig import exchange_of
from .ringme_rig import CENTRE, EVERYTHING, QUICK, apply, carry_out, members, plan

FULL = SectionSpec(manage="full")


async def test_builds_what_is_stated_and_then_has_nothing_to_do() -> None:
    """The extensions too; agents and queues carry our names, and settings of the vendor are written."""
    async with exchange_of(QUICK) as x:
        found = await apply(x.client, CENTRE)
        assert all(one.done and one.done.acted and not one.done.adopted for one in found.values())
        extensions = {row["name"]: (row["type"], row["label"]) for row in x.state.extensions.rows()}
        assert extensions == {
            "000*101": ("phone", "An"), "000*102": ("phone", "Bình"), "000*370": ("queue", "Hotline"),
        }  # fmt: skip
        agents = [*x.state.local_agents.rows(), *x.state.remote_agents.rows()]
        assert [row["extra_params"] for row in agents] == ["user_id=u.an", "user_id=u.binh", "user_id=u.chi"]
        (queue,) = x.state.queues.rows()
        expected = {
            "record_enabled": True, "max_wait_time": 90, "strategy": "ring-all", "tier_rule_wait_second": 5,
            "tier_rules_apply": True,
        }  # fmt: skip
        assert {name: queue[name] for name in expected} == expected
        assert [level for _, _, level in members(x)] == [0, 1, 0]


async def test_reading_costs_one_list_a_kind_and_what_is_in_scope() -> None:
    """Settings and members are read of the queues that the specification names, and only kinds of agents that there are."""
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        for number in range(5):
            x.state.add_extension(f"38{number}", "queue")
        before = x.emulator.count()
        planned = await plan(x.client, CENTRE)
        assert planned.names == []
        assert x.emulator.count() - before == planned.reading.calls
        # extensions (with the page behind the last), both kinds of agents, one queue's settings and its agents
        assert planned.reading.calls == 2 + 2 + 1 + 2
        assert planned.reading.count("queue") == 6
        assert planned.reading.members_of == {("queue", ("Hotline",))}
        assert planned.reading.read == {"agent", "queue", "queue_agent"}


async def test_who_moves_between_groups_changes_level_or_leaves_the_queue() -> None:
    """Lists are complete: of the queue's groups, and of the agents of each."""
    groups = {"Sales": ("u.an",), "Support": ("u.binh", "u.an"), "Idle": ("u.chi",)}
    full = Spec(
        agents=tuple(
            AgentSpec(user_id=a.user_id, extension=a.extension, phone=a.phone) for a in CENTRE.agents or ()
        ),
        groups=tuple(GroupSpec(name=name, agents=agents) for name, agents in groups.items()),
        groups_section=FULL,
        queues=CENTRE.queues,
        queues_section=FULL,
    )
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        planned = await plan(x.client, full)
        assert planned.names == ["remove queue_agent Hotline/u.chi"]
        assert planned.wish.cannot[0].endswith("names the group Idle: it is left out, with 1 agent")
        await apply(x.client, full)
        assert [kind for kind, _, _ in members(x)] == ["local", "local"]


async def test_who_has_other_groups_in_a_complete_roster_leaves_the_queues_of_the_former_ones() -> None:
    """Who is in the queue without being in the roster stays: no list says that the queue is complete."""
    moved = Spec(
        agents=(AgentSpec(user_id="u.an", extension="101", groups=("Support",)),),
        agents_section=FULL,
        queues=(
            QueueSpec(name="Hotline", extension="370", groups=(RouteSpec(name="Sales"),)),
            QueueSpec(name="Second", extension="371", groups=(RouteSpec(name="Support"),)),
        ),
        queues_section=FULL,
    )
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        nothing = LastApplied()
        planned = await plan(x.client, moved, nothing)
        assert planned.names == [
            "create queue Second", "create queue_agent Second/u.an", "remove queue_agent Hotline/u.an",
        ]  # fmt: skip
        added = attrs.evolve(moved, queues_section=SectionSpec())
        assert "remove queue_agent Hotline/u.an" not in (await plan(x.client, added, nothing)).names


async def test_who_leaves_is_unlinked_or_removed_and_the_extension_stays() -> None:
    left = Spec(agents=(CENTRE.agents or ())[:2], queues=CENTRE.queues, agents_section=FULL)
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        phone = x.state.add_extension("109")
        x.state.add_agent("local", extension_id=phone, extra_params="user_id=u.gone")
        planned = await plan(x.client, left)
        assert planned.names == ["remove queue_agent Hotline/u.chi"]
        assert sorted(planned.plan.left_alone["agent"]) == ["u.chi", "u.gone"]
        await carry_out(planned)
        gone = Spec(agents=left.agents, queues=CENTRE.queues, agents_section=FULL, on_leave="delete")
        planned = await plan(x.client, gone)
        assert [(unit.name, unit.reason) for unit in planned.plan.units if unit.key == ("u.gone",)] == [
            ("remove agent u.gone", "not in the file (the extension stays; takes calls now)")
        ]
        await apply(x.client, gone)
        assert x.state.is_phone(phone)
        assert not x.state.remote_agents.rows()


async def test_a_removal_that_is_done_already_did_nothing() -> None:
    absent = Spec(absent=AbsentSpec(agents=("u.an",), queues=("Hotline",)))
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        x.state.add_did("84287654321", extension_id=x.state.extensions.where(name="000*370")[0])
        planned = await plan(x.client, absent)
        reasons = {unit.name: unit.reason for unit in planned.plan.units}
        assert reasons["remove queue Hotline"] == "absent: (had 3 agents; 1 number rings it)"
        for acted in (True, False):
            found = await carry_out(planned)
            assert {one.done and one.done.acted for one in found.values()} == {acted}
        assert not x.state.queues.rows()


async def test_a_call_under_way_keeps_its_agents_busy() -> None:
    absent = Spec(absent=AbsentSpec(agents=("u.an", "u.binh", "u.chi")))
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        phone = x.state.extensions.where(name="000*101")[0]
        x.state.add_call(phone, called_number="84123456789")
        planned = await plan(x.client, absent)
        busy = {key[0]: live.busy for (kind, key), live in planned.reading.live.items() if kind == "agent"}
        assert busy == {"u.an": "in a call", "u.binh": "", "u.chi": "in a call"}


async def test_an_agent_moves_to_another_extension_with_all_queues() -> None:
    moved = Spec(agents=(AgentSpec(user_id="u.an", extension="109"),))
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        assert (await plan(x.client, moved)).names == ["change agent u.an"]
        await apply(x.client, moved)
        assert x.state.is_phone(x.state.extensions.where(name="000*109")[0])
        assert len(members(x)) == 3


async def test_renames_are_written_where_they_are_known_again() -> None:
    renamed = Spec(
        agents=(AgentSpec(user_id="u.anh", was="u.an", extension="101"),),
        queues=(QueueSpec(name="Sales line", was="Hotline", extension="370"),),
    )
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        assert (await plan(x.client, renamed)).names == ["rename agent u.anh", "rename queue Sales line"]
        await apply(x.client, renamed)
        dumped = await RingMeAdapter(x.client).observe(EVERYTHING, lambda kind, count: None)
        assert {("agent", ("u.anh",)), ("queue", ("Sales line",))} <= dumped.live.keys()


async def test_a_reading_without_a_specification_is_what_a_dump_needs() -> None:
    """Names that objects carry, and only settings that say something."""
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        phone = x.state.add_extension("105")
        x.state.add_agent("local", extension_id=phone, name="Em", wrap_up_time=20, status="logged_out")
        x.state.add_agent("remote", number="84987654321")
        adapter = RingMeAdapter(x.client)
        live = (await adapter.observe(EVERYTHING, lambda kind, count: None)).live
        assert live["queue", ("Hotline",)].fields == {
            "extension": "370", "record_calls": True, "maximum_queue_wait_time": 90,
        }  # fmt: skip
        assert live["queue", ("Hotline",)].foreign == {
            "strategy": "ring-all", "tier_rule_wait_second": 5, "tier_rules_apply": True,
            "tier_rule_wait_multiply_level": False,
        }  # fmt: skip
        assert live["agent", ("105",)].fields == {"name": "Em", "extension": "105"}
        assert live["agent", ("105",)].foreign == {"wrap_up_time": 20}
        assert live["agent", ("u.an",)].foreign == {}
        (remote,) = [row for row in live.values() if row.key[0].startswith("remote-")]
        assert remote.fields == {"name": None, "phone": "84987654321", "routing": "phone"}
        assert live["queue_agent", ("Hotline", "u.binh")].fields == {"level": 1, "position": 0}
