"""RingMe's adapter where something is in the way: lost responses, late lists, what is there twice, other instances."""

from __future__ import annotations

import random
from collections import Counter

import attrs
import pytest

from stringee_async import ConflictError, NotFoundError, SpecError, Timeouts
from stringee_async.core.clock import RealClock
from stringee_async.core.shared_listings import Later
from stringee_async.emulator import Fault
from stringee_async.provision.spec import (
    AgentSpec,
    Spec,
)
from stringee_async.provision.vendors.ringme import RingMeAdapter

from ...ringme.rig import exchange_of
from ..worlds import AGENTS, random_spec
from .ringme_rig import CENTRE, CREATES, EVERYTHING, QUICK, apply, carry_out, members, plan


async def test_lost_responses_make_nothing_twice() -> None:
    async with exchange_of(QUICK) as x:
        for operation in (
            "extensions.create", "agents.local.create", "agents.remote.create", "queue_agents.local.add",
            "queue_agents.remote.add",
        ):  # fmt: skip
            x.script(operation, Fault.lost_answer())
        x.script("extensions.create", Fault.late_commit(0.005))
        found = await apply(x.client, CENTRE)
        x.emulator.faults.assert_consumed()
        assert sum(bool(one.done and one.done.adopted) for one in found.values()) == 6
        assert len(x.state.extensions.rows()) == 3
        assert len(x.state.local_agents.rows()) + len(x.state.remote_agents.rows()) == 3
        assert len(members(x)) == 3


async def test_a_lost_response_costs_one_more_reading_of_the_list_that_it_belongs_to() -> None:
    async with exchange_of(QUICK) as x:
        planned = await plan(x.client, CENTRE)
        before = x.emulator.count()
        x.script("agents.remote.create", Fault.lost_answer())
        await carry_out(planned)
        read = Counter(
            record.operation for record in list(x.emulator.requests)[before:] if record.method == "GET"
        )
        # what `ensure` looks in was read by the plan, but for extensions (in pages of another size) and the new queue
        assert read == {
            "extensions.list": 1,
            "agents.remote.list": 1,
            "queue_agents.local.list": 1,
            "queue_agents.remote.list": 1,
        }


async def test_a_lost_response_of_an_agent_costs_no_reading_of_the_queues_that_the_plan_has_read() -> None:
    more = attrs.evolve(
        CENTRE,
        agents=(*(CENTRE.agents or ()), AgentSpec(user_id="u.em", phone="84987654321", groups=("Sales",))),
    )
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        planned = await plan(x.client, more)
        before = x.emulator.count()
        x.script("agents.remote.create", Fault.lost_answer())
        await carry_out(planned)
        read = [record.operation for record in list(x.emulator.requests)[before:] if record.method == "GET"]
        assert read == ["agents.remote.list"]
        assert len(members(x)) == 4


async def test_an_instance_finds_what_another_has_made() -> None:
    """One that has read before the other wrote, after another look; one that has not read, at once."""
    async with exchange_of(QUICK) as x:
        early = await plan(x.client, CENTRE)
        links = [unit for unit in early.plan.units if unit.kind == "queue_agent"]
        fresh = RingMeAdapter(x.client)
        fresh.hold(CENTRE)
        for unit in early.plan.units:
            if unit.kind != "queue_agent":
                await RingMeAdapter(x.client).do(unit)
        with pytest.raises(Later):
            await early.adapter.do(links[0])
        await early.adapter.look_again(links[:1])
        assert (await early.adapter.do(links[0])).acted
        assert (await fresh.do(links[1])).acted
        assert not (await fresh.do(links[0])).acted
        lost = attrs.evolve(links[0], key=("Hotline", "u.gone"))
        for _ in range(2):
            with pytest.raises(Later):
                await fresh.do(lost)
            await fresh.look_again([lost])
        with pytest.raises(NotFoundError, match=r"agent u\.gone is not there"):
            await fresh.do(lost)


async def test_an_agent_of_a_queue_who_is_in_no_list_makes_the_reading_doubtful() -> None:
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        gone = next(iter(x.state.local_agents))
        del x.state.local_agents[gone]
        planned = await plan(x.client, CENTRE)
        assert planned.reading.doubts == (f"local:{gone} is in queue Hotline and not in the list of agents",)
        assert [refusal.guard for refusal in planned.plan.refusals] == ["reading"]


async def test_a_vendor_that_shows_late_what_it_made_is_looked_at_again() -> None:
    async with exchange_of({"timeouts": Timeouts(settle=1.0)}, read_lag=0.02) as x:
        await apply(x.client, CENTRE)
        assert len(x.state.extensions.rows()) == 3
        assert len(members(x)) == 3


async def test_what_stands_twice_is_named_with_both_ids_and_touched_by_nothing() -> None:
    async with exchange_of(QUICK) as x:
        phone = x.state.add_extension("101")
        first, second = (x.state.add_agent("local", extension_id=phone) for _ in range(2))
        planned = await plan(x.client, CENTRE)
        twice = planned.reading.twice["agent", ("u.an",)]
        assert [live.id for live in twice] == [f"local:{first}", f"local:{second}"]
        await carry_out(planned)
        assert [row["name"] for row in x.state.local_agents.rows()] == [None, None, "Bình"]
        assert len(members(x)) == 2


async def test_an_extension_of_another_type_is_a_reason_to_refuse_and_is_not_touched() -> None:
    async with exchange_of(QUICK) as x:
        x.state.add_extension("370", "ivr")
        planned = await plan(x.client, CENTRE)
        assert planned.reading.doubts == (
            "extension 370 is of type ivr; queue Hotline needs one of type queue",
        )
        found = await carry_out(planned)
        assert isinstance(found["create queue Hotline"].error, ConflictError)
        assert found["create queue_agent Hotline/u.an"].state == "not_tried"
        assert not x.state.queues.rows()


def with_places(spec: Spec) -> Spec:
    """Return a random specification with a place for each agent and queue, and without what RingMe cannot hold."""
    agents = [
        attrs.evolve(agent, **({"phone": f"8412345670{at}"} if at % 3 == 2 else {"extension": f"10{at}"}))
        for agent in spec.agents or ()
        for at in [AGENTS.index(agent.user_id)]
    ]
    queues = [attrs.evolve(queue, fields={}, extension=f"37{queue.name}") for queue in spec.queues or ()]
    return attrs.evolve(spec, agents=tuple(agents) or None, queues=tuple(queues) or None)


async def test_after_each_of_many_random_specifications_there_is_nothing_to_do() -> None:
    """Each begins from what the ones before have left, and loses responses of creates."""
    applied, rng = 0, random.Random("faults")
    async with exchange_of({"timeouts": Timeouts(settle=0.01), "clock": RealClock()}) as x:
        for seed in range(40):
            spec = with_places(random_spec(random.Random(seed)))
            try:
                planned = await plan(x.client, spec)
            except SpecError:
                continue
            assert not planned.reading.twice
            applied += 1
            x.script(rng.choice(CREATES), Fault.lost_answer())
            found = await carry_out(planned)
            assert [(name, one.error) for name, one in found.items() if one.state != "done"] == []
            assert (await plan(x.client, spec)).names == [], f"seed {seed}"
    assert applied > 20


async def test_a_queue_that_vanishes_while_it_is_read_is_a_doubt_said_once() -> None:
    async with exchange_of(QUICK) as x:
        await apply(x.client, CENTRE)
        adapter = RingMeAdapter(x.client)
        adapter.hold(CENTRE)
        (queue,) = x.state.extensions.where(name="000*370")

        def vanish(kind: str, count: int) -> None:
            if kind == "agent":  # the lists have been read, and the queue has not
                x.state.extensions.pop(queue)

        reading = await adapter.observe(EVERYTHING, vanish)
        assert reading.doubts == ("queue Hotline was removed while it was read",)
