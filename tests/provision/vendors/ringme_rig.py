"""What the tests of RingMe's adapter share: plans against an exchange, carried out as a runner carries them out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from stringee_async.core.shared_listings import Later
from stringee_async.provision.adapter import Done
from stringee_async.provision.diff import Changes, compare
from stringee_async.provision.last_applied import LastApplied
from stringee_async.provision.spec import Spec
from stringee_async.provision.things import Reading, Scope, Wish
from stringee_async.provision.unit import Unit
from stringee_async.provision.vendors.ringme import RingMeAdapter
from stringee_async.provision.wish import scope_of

_ORDER = ("queue", "agent", "queue_agent")
EVERYTHING = Scope(kinds=frozenset({"agent", "queue", "queue_agent"}))


@attrs.define
class Planned:
    """A plan's parts."""

    adapter: RingMeAdapter
    wish: Wish
    reading: Reading
    changes: Changes

    @property
    def names(self) -> list[str]:
        """The names of what is to be done."""
        return sorted(unit.name for unit in self.changes.units)


async def plan(client: Any, spec: Spec, last: LastApplied | None = None) -> Planned:
    """Plan a specification."""
    adapter = RingMeAdapter(client)
    wish = adapter.hold(spec)
    reading = await adapter.observe(scope_of(wish), lambda kind, count: None)
    return Planned(adapter, wish, reading, compare(wish, reading, last))


def in_order(units: Iterable[Unit]) -> list[Unit]:
    """Return units with what is made before what connects it, and what is taken apart before what is removed."""
    removing = {"remove"}
    return sorted(
        units,
        key=lambda unit: (
            unit.action in removing,
            -_ORDER.index(unit.kind) if unit.action in removing else _ORDER.index(unit.kind),
        ),
    )


async def carry_out(planned: Planned, rounds: int = 4) -> dict[str, Done | Exception]:
    """Carry out a plan, and look again as often as units ask for it."""
    adapter, found = planned.adapter, dict[str, Done | Exception]()
    left = in_order(planned.changes.units)
    for _ in range(rounds):
        aside: list[Unit] = []
        for unit in left:
            try:
                found[unit.name] = await adapter.do(unit)
            except Later:
                aside.append(unit)
            except Exception as error:
                found[unit.name] = error
        if not aside:
            return found
        await adapter.clock.sleep(adapter.settle + 0.001)
        await adapter.look_again(aside)
        left = aside
    raise AssertionError(f"still open: {[unit.name for unit in left]}")


async def apply(client: Any, spec: Spec) -> dict[str, Done | Exception]:
    """Plan a specification, carry it out, and assert that nothing failed and nothing is left to do."""
    planned = await plan(client, spec)
    assert not planned.reading.doubts
    found = await carry_out(planned)
    assert not [done for done in found.values() if isinstance(done, Exception)]
    await planned.adapter.clock.sleep(planned.adapter.settle + 0.001)
    assert (await plan(client, spec)).names == []
    return found
