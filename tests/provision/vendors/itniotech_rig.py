"""What the tests of ITNIO TECH's adapter share: plans against an emulated call centre, carried out as runners do it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from stringee_async import ItniotechClient, RetryPolicy, Timeouts
from stringee_async.core.clock import RealClock
from stringee_async.core.shared_listings import Later
from stringee_async.provision.adapter import Done
from stringee_async.provision.plan import Plan
from stringee_async.provision.planning.planning import plan_of
from stringee_async.provision.planning.wish import scope_of
from stringee_async.provision.spec import Spec
from stringee_async.provision.things import Reading, Wish
from stringee_async.provision.unit import Unit
from stringee_async.provision.vendors.itniotech import ItniotechAdapter

from ...kit.emulated import Site

OPTIONS: dict[str, Any] = {
    "clock": RealClock(),
    "timeouts": Timeouts(settle=0.04),
    "retry": RetryPolicy(base=0.0, throttle_base=0.001),
}
Outcomes = dict[str, Done | Exception]


@attrs.define
class Planned:
    """A plan and what it was made of."""

    adapter: ItniotechAdapter
    wish: Wish
    reading: Reading
    plan: Plan

    @property
    def names(self) -> list[str]:
        """The names of what is to be done."""
        return sorted(unit.name for unit in self.plan.units)


async def plan(client: ItniotechClient, spec: Spec) -> Planned:
    """Plan a specification."""
    adapter = ItniotechAdapter(client)
    wish = adapter.hold(spec)
    reading = await adapter.observe(scope_of(wish), ignore)
    return Planned(adapter, wish, reading, plan_of(wish, reading, vendor="itniotech"))


def ignore(kind: str, count: int) -> None:
    """Be told, and do nothing."""


async def carry_out(
    adapter: ItniotechAdapter,
    units: Sequence[Unit],
    *,
    rounds: int = 4,
    each: Callable[[], None] = lambda: None,
) -> Outcomes:
    """Carry out units side by side, each after those that it names, in rounds as long as some ask for another look."""
    found: Outcomes = {}
    left = list(units)
    for _ in range(rounds):
        aside: list[Unit] = []

        async def one(unit: Unit, aside: list[Unit] = aside) -> None:
            try:
                found[unit.name] = await adapter.do(unit)
            except Later:
                aside.append(unit)
            except Exception as error:
                found[unit.name] = error

        while ready := [unit for unit in left if unit not in aside and found.keys() >= set(unit.after)]:
            left = [unit for unit in left if unit not in ready]
            await asyncio.gather(*map(one, ready))
        if not aside:
            assert not left
            return found
        left += aside
        await adapter.clock.sleep(adapter.settle + 0.001)
        each()
        await adapter.look_again(aside)
    raise AssertionError(f"still open: {[unit.name for unit in left]}")


async def apply(site: Site[ItniotechClient], spec: Spec) -> Outcomes:
    """Plan a specification, carry it out, and assert that nothing failed and nothing is left to do."""
    planned = await plan(site.client, spec)
    assert not planned.reading.doubts
    found = await carry_out(planned.adapter, planned.plan.units)
    failed = {name: repr(done) for name, done in found.items() if isinstance(done, Exception)}
    assert not failed, failed
    await site.emulator.settle()
    again = await plan(site.client, spec)
    assert again.names == []
    assert not again.reading.doubts
    return found


def seats(site: Site[ItniotechClient]) -> list[tuple[str, str, str | None]]:
    """Return name, group and other name of all seats."""
    state = site.state
    return sorted(
        (row["name"], state.agent_groups[str(row["voiceGroupId"])]["groupName"], row["petName"])
        for row in state.agents.values()
    )
