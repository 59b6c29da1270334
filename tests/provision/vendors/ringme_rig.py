"""What the tests of RingMe's adapter share: plans against an exchange, carried out by the runner of this process."""

from __future__ import annotations

from typing import Any

import attrs

from stringee_async import Timeouts
from stringee_async.provision.last_applied import LastApplied
from stringee_async.provision.plan import Plan
from stringee_async.provision.planning.planning import plan_of
from stringee_async.provision.planning.wish import scope_of
from stringee_async.provision.runner import UnitOutcome, Work
from stringee_async.provision.running.local_runner import LocalRunner
from stringee_async.provision.spec import AgentSpec, QueueSpec, RouteSpec, Spec
from stringee_async.provision.things import Reading, Scope, Wish
from stringee_async.provision.vendors.choice import adapter_for
from stringee_async.provision.vendors.ringme import RingMeAdapter

from ...ringme.rig import Exchange

EVERYTHING = Scope(kinds=frozenset({"agent", "queue", "queue_agent"}))
QUICK: dict[str, Any] = {"timeouts": Timeouts(settle=0.3)}
CENTRE = Spec(
    agents=(
        AgentSpec(user_id="u.an", name="An", extension="101", groups=("Sales",)),
        AgentSpec(user_id="u.binh", name="Bình", extension="102", groups=("Support",)),
        AgentSpec(
            user_id="u.chi", name="Chi", phone="84123456789", routing="phone", groups=("Sales", "Support")
        ),
    ),
    queues=(
        QueueSpec(
            name="Hotline",
            extension="370",
            fields={"record_calls": True, "maximum_queue_wait_time": 90},
            groups=(RouteSpec(name="Sales", primary=True), RouteSpec(name="Support", primary=False)),
            x={"ringme": {"strategy": "ring-all", "tier_rule_wait_second": "5", "tier_rules_apply": "true"}},
        ),
    ),
)


CREATES = (
    "extensions.create", "agents.local.create", "agents.remote.create", "queue_agents.local.add",
    "queue_agents.remote.add",
)  # fmt: skip


def members(x: Exchange) -> list[tuple[str, int, int]]:
    return sorted((row["kind"], row["agent_id"], row["level"]) for row in x.state.queue_agents.rows())


def _ignore(*_: Any) -> None:
    """Be told, and do nothing."""


@attrs.define
class Planned:
    """A plan and what it was made from."""

    adapter: RingMeAdapter
    wish: Wish
    reading: Reading
    plan: Plan

    @property
    def names(self) -> list[str]:
        """The names of what is to be done."""
        return sorted(unit.name for unit in self.plan.units)


async def plan(client: Any, spec: Spec, last: LastApplied | None = None) -> Planned:
    """Plan a specification."""
    adapter = adapter_for(client)
    assert isinstance(adapter, RingMeAdapter)
    wish = adapter.hold(spec)
    reading = await adapter.observe(scope_of(wish), _ignore)
    made = plan_of(wish, reading, last, vendor=adapter.vendor, account=adapter.account)
    return Planned(adapter, wish, reading, made)


async def carry_out(planned: Planned) -> dict[str, UnitOutcome]:
    """Carry out a plan, whatever guards say; return what became of each unit."""
    adapter, found = planned.adapter, dict[str, UnitOutcome]()

    def report(outcome: UnitOutcome) -> None:
        found[outcome.unit.name] = outcome

    work = Work(
        run="test",
        do=adapter.do,
        look_again=adapter.look_again,
        report=report,
        started=_ignore,
        doubtful=_ignore,
        waiting=_ignore,
        clock=adapter.clock,
        settle=adapter.settle,
    )
    await LocalRunner().run(planned.plan.units, work)
    return found


async def apply(client: Any, spec: Spec) -> dict[str, UnitOutcome]:
    """Plan a specification, carry it out, and assert that all was done and nothing is left to do."""
    planned = await plan(client, spec)
    assert not planned.reading.doubts
    found = await carry_out(planned)
    assert [(name, one.error) for name, one in found.items() if one.state != "done"] == []
    await planned.adapter.clock.sleep(planned.adapter.settle + 0.001)
    assert (await plan(client, spec)).names == []
    return found
