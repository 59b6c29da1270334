"""Units and a scripted vendor for tests of runners: what each unit does, what was begun when, and what was reported."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from stringee_async.core.clock import RealClock
from stringee_async.core.shared_listings import Later
from stringee_async.core.tally import current_tally
from stringee_async.provision.adapter import Done
from stringee_async.provision.nouns import Kind
from stringee_async.provision.runner import UnitOutcome, Work
from stringee_async.provision.running.local_runner import LocalRunner
from stringee_async.provision.unit import Action, Unit

from ..kit.bulk_runs import now

Behaviour = Callable[[Unit, int], Exception | None]
"""What a unit ends with when it is done for the n-th time, from 1; None: it is done."""


def unit(name: str, *after: str, action: Action = "create") -> Unit:
    """Return a unit from words such as `agent u.an` or `link Sales/u.an`."""
    kind, _, key = name.partition(" ")
    kinds: dict[str, Kind] = {
        "agent": "agent",
        "group": "group",
        "queue": "queue",
        "link": "link",
        "route": "route",
    }
    return Unit(kind=kinds[kind], action=action, key=tuple(key.split("/")), after=after)


def agents(count: int) -> list[Unit]:
    return [unit(f"agent u{index}") for index in range(count)]


class Scene:
    """One run: how units behave, and all that the run told."""

    def __init__(self, behaves: Behaviour = lambda _, __: None, *, seconds: float = 0.1) -> None:
        self.behaves = behaves
        self.seconds = seconds
        self.began = now()
        self.begun: list[tuple[float, str]] = []
        self.times: Counter[str] = Counter()
        self.looks: list[tuple[float, list[str]]] = []
        self.look_fails: Callable[[int], Exception | None] = lambda _: None
        self.outcomes: dict[str, UnitOutcome] = {}
        self.told: list[tuple[Any, ...]] = []
        self.unknown_writes: list[str] = []
        self.at_work: set[str] = set()
        self.side_by_side: set[frozenset[str]] = set()
        self.runner = LocalRunner()

    async def do(self, one: Unit) -> Done:
        """Take some time, and end as the scene says."""
        self.times[one.name] += 1
        self.begun.append((now() - self.began, one.name))
        self.side_by_side |= {frozenset({one.name, other}) for other in self.at_work}
        self.at_work.add(one.name)
        tally = current_tally.get()
        assert tally is not None
        tally.requests += 1
        tally.writes += 1
        tally.run.sent = tally.order = tally.run.sent + 1
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.at_work.discard(one.name)
        error = self.behaves(one, self.times[one.name])
        if error is None:
            tally.run.heard = max(tally.run.heard, tally.order)
            tally.run.reached(tally.order)
            return Done(id=f"id of {one.name}")
        if isinstance(error, Later):
            tally.keep([lambda: self.unknown_writes.append(one.name)])
        if getattr(error, "outcome", "unknown") in {"refused", "not_sent"}:
            tally.writes -= 1
        raise error

    async def look_again(self, units: Sequence[Unit]) -> None:
        """Note the look, and end it as the scene says."""
        self.looks.append((now() - self.began, sorted(one.name for one in units)))
        await asyncio.sleep(0.1)
        error = self.look_fails(len(self.looks))
        if error is not None:
            raise error

    def report(self, outcome: UnitOutcome) -> None:
        """Keep an outcome; each unit has one."""
        assert outcome.unit.name not in self.outcomes, f"{outcome.unit.name} was reported twice"
        self.outcomes[outcome.unit.name] = outcome

    async def run(self, units: Iterable[Unit], *, concurrency: int = 8, patience: float = 300.0) -> None:
        """Carry out the units."""
        await self.runner.run(list(units), self.work(concurrency=concurrency, patience=patience))

    def work(self, *, concurrency: int = 8, patience: float = 300.0) -> Work:
        """Return what the runner needs."""
        return Work(
            run="test",
            do=self.do,
            look_again=self.look_again,
            report=self.report,
            started=lambda one: self.told.append(("started", one.name)),
            doubtful=lambda one: self.told.append(("doubtful", one.name)),
            waiting=lambda seconds, reason: self.told.append((reason, round(seconds, 1))),
            clock=RealClock(),
            settle=3.0,
            concurrency=concurrency,
            patience=patience,
        )

    @property
    def states(self) -> Counter[str]:
        """How many units ended in each state."""
        return Counter(outcome.state for outcome in self.outcomes.values())

    def order(self) -> list[str]:
        """Return the names of the units in the order in which they were begun."""
        return [name for _, name in self.begun]
