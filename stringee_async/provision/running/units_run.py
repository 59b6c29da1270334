"""One run of units in this process: a bulk run in rounds over a graph of units.

A unit whose outcome is in doubt, or that failed because the vendor was away, is put aside. A round ends when nothing may
begin and nothing is in flight, or when many units are in doubt. The next round begins after the settle time: its first
unit reads again, once for all, and then they are done again. After `ROUNDS` looks a unit's outcome stays unknown.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Final, cast

from ...core.bulk import STOP_ON
from ...core.errors import OutcomeUnknownError
from ...core.item_outcome import ItemOutcome, Job, in_doubt
from ...core.keyed_lock import KeyedLock
from ...core.outage import IN_A_ROW, is_outage
from ...core.rounds_run import RoundsRun, cause_of
from ...core.shared_listings import Later
from ...core.tally import Tally, current_tally
from ..adapter import Done
from ..runner import Work
from ..unit import Unit
from .unit_graph import UnitGraph, owner_of
from .unit_source import UnitSource

ROUNDS: Final = 6
"""How often a unit in doubt is looked for and done again: where 8 % of all writes end in doubt, three times would leave one
of 25,000 units unknown."""
_AWAY: Final = IN_A_ROW + 1
"""How often a unit that failed because the vendor was away is done again: one unit alone shows that it is an outage."""
_MANY: Final = 200
_SHARE: Final = 10


class UnitsRun(RoundsRun[Unit, Done]):
    """A run in rounds over units, which begin as others are settled."""

    def __init__(self, units: Sequence[Unit], work: Work) -> None:
        super().__init__(self._do, (), work.concurrency, STOP_ON, work.patience, work.clock, work.settle)
        self.graph = UnitGraph(units)
        self.units = UnitSource(self.graph, self._has_work)
        self.units.round_ends = self._too_many
        self.source = self.units
        self._work = work
        self._tallies: dict[str, Tally] = {}
        self._looks: Counter[str] = Counter()
        self._doubtful: dict[str, Unit] = {}
        """Units in doubt, by name."""
        self._locks = KeyedLock()
        self._looking = asyncio.Lock()
        self._looked = 1
        """The latest round whose look was taken."""

    def begin_no_more(self) -> None:
        """Settle what is in flight and in doubt, and begin nothing new."""
        self.units.over = True
        self.units.changed()

    def settled(self, unit: Unit, *, done: bool) -> list[Unit]:
        """Note that a unit has its outcome; return those that will never begin because of it."""
        self._doubtful.pop(unit.name, None)
        cut_off = self.graph.settle(unit, done=done)
        self.units.changed()
        return cut_off

    def may_have_acted(self, unit: Unit) -> bool:
        """Return whether a unit without an outcome may have taken effect."""
        tally = self._tallies.get(unit.name)
        return unit.name in self._doubtful or (tally is not None and tally.writes > 0)

    def attempts(self, unit: Unit) -> int:
        """Return how many requests were sent for a unit."""
        tally = self._tallies.get(unit.name)
        return 0 if tally is None else tally.requests

    # -- what the run in rounds calls -------------------------------------------------------------------------

    def renew(self) -> None:
        """Count what was put aside as in flight again."""
        for _, unit, _, _ in self.aside:
            self.graph.resume(unit)

    def waits(self, seconds: float) -> None:
        """Tell that the run waits for the settle time."""
        self._work.waiting(seconds, "settle")

    def put_aside(self, job: Job[Unit]) -> None:
        """Keep a unit for the next round, and let others of the same group or queue begin."""
        super().put_aside(job)
        unit = job[1]
        self._looks[unit.name] += 1
        self.graph.put_aside(unit)
        self.units.changed()

    def failed(self, job: Job[Unit], error: Exception) -> ItemOutcome[Unit, Done] | None:
        """Put a unit aside whose outcome is in doubt, or end it as unknown after `ROUNDS` looks."""
        index, unit, tally, _ = job
        if isinstance(error, Later):
            job = index, unit, tally, cause_of(error)
            return self._doubt(job) if self.stopped is None else super().failed(job, error)
        outcome = super().failed(job, error)
        self.units.changed()  # it may have been put back
        return outcome

    def gave_up(self, job: Job[Unit]) -> ItemOutcome[Unit, Done] | None:
        """Put a unit aside that may have taken effect, or for which the vendor was away; report all others."""
        if self.stopped is None:
            if in_doubt(job, waits=bool(self.outage.patience)):
                return self._doubt(job)
            if self.outage.patience and is_outage(job[3]) and self._looks[job[1].name] < _AWAY:
                self.put_aside(job)
                return None
        return super().gave_up(job)

    def put_back(self) -> None:
        """Let units run again: it was an outage."""
        super().put_back()
        self.units.changed()
        self._work.waiting(0.0, "outage")

    def stop(self, error: Exception, *, cut: bool = False) -> None:
        """Begin no further unit; with `cut`, end those that are under way."""
        super().stop(error, cut=cut)
        self.begin_no_more()

    # -- the work ---------------------------------------------------------------------------------------------

    async def _do(self, unit: Unit) -> Done:
        name = unit.name
        if name not in self._tallies:
            self._work.started(unit)
        self._tallies[name] = cast("Tally", current_tally.get())
        if name in self._doubtful:
            await self._look()
        async with self._locks.hold(owner_of(unit)):
            return await self._work.do(unit)

    async def _look(self) -> None:
        """Read again what tells about units in doubt, unless another unit has done so in this round."""
        async with self._looking:
            if self._looked < self.round:
                await self._look_for(tuple(self._doubtful.values()))
                self._looked = self.round

    async def _look_for(self, units: Sequence[Unit]) -> None:
        """Read; the requests are no unit's, unless they fail."""
        outer = cast("Tally", current_tally.get())
        tally = Tally(outer.run, order=outer.order)
        token = current_tally.set(tally)
        try:
            await self._work.look_again(units)
        except BaseException:
            outer.add(tally, repeatable=True)
            raise
        finally:
            current_tally.reset(token)
            tally.closed = True

    def _doubt(self, job: Job[Unit]) -> ItemOutcome[Unit, Done] | None:
        """Put a unit aside that may have taken effect; after the last look, return that it is not known."""
        index, unit, tally, error = job
        if unit.name not in self._doubtful:
            self._doubtful[unit.name] = unit
            self._work.doubtful(unit)
        if self._looks[unit.name] < ROUNDS:
            self.put_aside(job)
            return None
        tally.report()
        unknown = error or OutcomeUnknownError(f"{unit.name}: whether it took effect could not be told")
        return ItemOutcome(index=index, item=unit, state="unknown", error=unknown, attempts=tally.requests)

    def _has_work(self) -> bool:
        """Return whether a worker that would wait has something to do; report what nothing will decide on any more."""
        if self.gate.shut and self.suspects and not self.at_work and not self.back:
            self.flush()  # the gate opens by what others do, and there are none
        return bool(self.back)

    def _too_many(self) -> bool:
        return len(self.aside) >= max(_MANY, len(self.graph) // _SHARE)
