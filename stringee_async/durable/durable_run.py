"""One durable run, as one process sees it: puts lots into the queue, carries out those that come out of it here.

Each unit is reported once, wherever it was carried out. What may be in doubt is looked for first: in a lot that somebody had begun before, units begin after the settle time and a
look. A process that cannot tell the database that it is alive ends what it does before others take it over.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import attrs

from ..core.sdk_error import SdkError
from ..provision.adapter import Done
from ..provision.runner import TOLD_TO_FINISH, UnitOutcome, UnitState, Work
from ..provision.running.local_runner import LocalRunner
from ..provision.unit import Unit
from .engine import Engine
from .lease import Lease
from .ledger import Standing
from .lots import Lot
from .outcome_json import outcomes_from_json, outcomes_to_json

logger = logging.getLogger("stringee_async.provision")

_TICK: Final = 0.1
"""Seconds between two looks at where the lots stand."""


class DurableRun:
    """One run.

    Args:
        units: What is to be done, as this process read it.
        work: How, and whom to tell.
        lease: The connection to the ledger; it is held as long as the run.
    """

    def __init__(self, units: Sequence[Unit], work: Work, lease: Lease) -> None:
        self._mine = {unit.name: unit for unit in units}
        self._work = work
        self._lease = lease
        self._ledger = lease.ledger
        self._lots: dict[str, Lot] = {}
        self._lot_of: dict[str, str] = {}
        self._states: dict[str, str] = {}
        """What became of the units of lots that are settled."""
        self._settled: set[str] = set()
        self._put: set[tuple[str, int]] = set()
        self._begun: set[tuple[str, int]] = set()
        self._running: set[tuple[str, int]] = set()
        self._tasks: dict[asyncio.Task[None], LocalRunner] = {}
        self._here: dict[str, UnitOutcome] = {}
        """Outcomes of units that this process carried out in lots that are not settled."""
        self._told: set[str] = set()
        self._elsewhere: dict[str, Unit] = {}
        """Units that others have done, and that this process has not looked for."""
        self._looking = asyncio.Lock()
        self._slots = asyncio.Semaphore(work.concurrency)
        self._over = False
        self._stopped: SdkError | None = None
        self._changed = asyncio.Event()
        self._started: set[str] = set()

    def finish(self) -> None:
        """Begin no further unit."""
        self._over = True
        for runner in self._tasks.values():
            runner.finish()
        self._changed.set()

    async def run(self, engine: Callable[[Callable[[str, int], Awaitable[None]]], Engine]) -> None:
        """Carry out all units, or report why one was not tried.

        Raises:
            PlanError: Others carry out another plan, or units wait for each other; nothing was begun.
            SdkError: Something that concerns everything; what is open has been reported.
        """
        lease, because = self._lease, "the run was cancelled"
        lots = await lease.do(lambda: self._ledger.join(lease.goal, list(self._mine.values())))
        self._lots = {lot.name: lot for lot in lots}
        self._lot_of = {unit.name: lot.name for lot in lots for unit in lot.units}
        made = engine(self.carry_out)
        lease.lost = self._end_all
        try:
            await lease.do(made.launch, once=True)
            await self._follow(made)
            because = str(self._stopped) if self._stopped is not None else TOLD_TO_FINISH
        except SdkError as error:
            because = str(error)
            self._stopped = self._stopped or error
        finally:
            self._over = True
            self._end_all()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await lease.leave(made)
            self._report_rest(because)
        if self._stopped is not None:
            raise self._stopped

    # -- what comes out of the queue --------------------------------------------------------------------------

    async def carry_out(self, name: str, attempt: int) -> None:
        """Carry out a lot, unless it is another's or was settled; called by the engine."""
        lot = self._lots.get(name)
        if self._over or lot is None or (name, attempt) in self._begun or self._lease.overdue:
            return
        self._begun.add((name, attempt))
        self._running.add((name, attempt))
        runner = LocalRunner()
        task = asyncio.create_task(self._carry_out(lot, attempt, runner))
        self._tasks[task] = runner
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            self._tasks.pop(task, None)
            self._running.discard((name, attempt))
            self._changed.set()
        error = None if task.cancelled() else task.exception()
        if isinstance(error, SdkError):
            self._stopped = self._stopped or error
            self.finish()
        elif error is not None:
            raise error

    async def _carry_out(self, lot: Lot, attempt: int, runner: LocalRunner) -> None:
        do = self._lease.do
        while not self._settled.issuperset(lot.after):
            await self._refresh()
        doubtful = await do(lambda: self._ledger.claim(lot.name, attempt))
        if doubtful is None:
            return
        outcomes, units = self._cut_off(lot)
        try:
            await self._see(units, doubtful=doubtful or lot.doubtful)
            await runner.run(units, self._work_of(outcomes))
        except BaseException:
            await asyncio.shield(do(lambda: self._ledger.again([(lot.name, attempt)])))
            raise
        if any(one.because == TOLD_TO_FINISH for one in outcomes):
            await do(lambda: self._ledger.again([(lot.name, attempt)]))
        else:
            text = outcomes_to_json(outcomes)
            await do(lambda: self._ledger.settle(lot.name, attempt, text))

    def _cut_off(self, lot: Lot) -> tuple[list[UnitOutcome], list[Unit]]:
        """Return the outcomes of units that never begin because others are not done, and the units that are left."""
        why = {"failed": "failed", "unknown": "has an unknown outcome", "not_tried": "was not tried"}
        outcomes: list[UnitOutcome] = []
        units: list[Unit] = []
        for unit in lot.units:
            broken = next((name for name in unit.after if self._states.get(name, "done") != "done"), None)
            if broken is None:
                units.append(unit)
            else:
                because = f"{broken} {why[self._states[broken]]}"
                outcomes.append(UnitOutcome(unit=unit, state="not_tried", because=because))
        return outcomes, units

    async def _see(self, units: Sequence[Unit], *, doubtful: bool) -> None:
        """Look for what others have done: for these units if they may have been begun, and for what they wait for."""
        if doubtful and units:
            self._work.waiting(self._work.settle, "settle")
            await self._work.clock.sleep(self._work.settle)
            await self._work.look_again(units)
        async with self._looking:
            if any(name in self._elsewhere for unit in units for name in unit.after):
                others, self._elsewhere = tuple(self._elsewhere.values()), {}
                await self._work.look_again(others)

    def _work_of(self, outcomes: list[UnitOutcome]) -> Work:
        def started(unit: Unit) -> None:
            if unit.name not in self._started:
                self._started.add(unit.name)
                self._work.started(unit)

        def report(outcome: UnitOutcome) -> None:
            outcomes.append(outcome)
            self._here[outcome.unit.name] = outcome
            if outcome.state == "done":
                self._tell(outcome)

        return attrs.evolve(self._work, do=self._do, report=report, started=started)

    async def _do(self, unit: Unit) -> Done:
        async with self._slots:
            await self._lease.held()
            return await self._work.do(unit)

    # -- where the lots stand ---------------------------------------------------------------------------------

    async def _follow(self, engine: Engine) -> None:
        """Put lots into the queue as they may begin, until all are settled or nothing more is to begin."""
        looked = time.monotonic()
        while not (self._over and not self._tasks):
            standings = await self._refresh()
            if len(self._settled) == len(self._lots):
                return
            if not self._over:
                await self._put_ready(engine, standings)
                if time.monotonic() - looked > min(1.0, self._lease.silent / 4):
                    await self._take_over(engine, standings)
                    looked = time.monotonic()
            self._changed.clear()
            await _either(self._changed, _TICK)

    async def _refresh(self) -> dict[str, Standing]:
        """Read where the lots stand, and report the units of those that were settled since."""
        standings = await self._lease.do(self._ledger.standings)
        for name, standing in standings.items():
            if standing.settled and name not in self._settled and name in self._lots:
                text = await self._lease.do(functools.partial(self._ledger.outcomes, name))
                self._settle(self._lots[name], text, here=standing.executor == self._lease.executor)
        return dict(standings)

    def _settle(self, lot: Lot, text: str, *, here: bool) -> None:
        if lot.name in self._settled:
            return
        self._settled.add(lot.name)
        for outcome in outcomes_from_json(text, {unit.name: unit for unit in lot.units}):
            name = outcome.unit.name
            self._states[name] = outcome.state
            if not here and outcome.state == "done":
                self._elsewhere[name] = outcome.unit
            self._tell(self._here.get(name, outcome) if here else outcome)

    async def _put_ready(self, engine: Engine, standings: dict[str, Standing]) -> None:
        """Put the lots into the queue whose turn it is, each attempt once."""
        ready = [
            (lot.name, standings[lot.name].attempt)
            for lot in self._lots.values()
            if lot.name not in self._settled and self._settled.issuperset(lot.after) and lot.name in standings
        ]
        fresh = [each for each in ready if each not in self._put]
        if fresh:
            await self._lease.do(lambda: engine.put(fresh))
            self._put.update(fresh)

    async def _take_over(self, engine: Engine, standings: dict[str, Standing]) -> None:
        """Have lots carried out again that a dead process had, or whose workflow has ended without outcomes."""
        do, ledger = self._lease.do, self._ledger
        open_ = {
            (name, one.attempt): one.executor
            for name, one in standings.items()
            if name in self._lots and not one.settled
        }
        put = [each for each in open_ if each in self._put]
        ended = await do(lambda: engine.over(put))
        dead = await do(ledger.silent)
        gone = {self._lease.executor, *dead, None}
        lost = {each for each in ended if open_[each] in gone and each not in self._running}
        if dead:
            taken = await do(lambda: engine.begun_by(put, dead))
            lost |= {each for each in taken if open_[each] is None}
            lost |= {each for each, executor in open_.items() if executor in dead}
        if lost:
            await do(lambda: ledger.again(lost))
        if dead:
            logger.warning(
                "%d processes of this run were not heard of; their lots are carried out again", len(dead)
            )
            await do(lambda: ledger.bury(dead))

    # -- the report -------------------------------------------------------------------------------------------

    def _tell(self, outcome: UnitOutcome) -> None:
        """Report a unit of this process's run, once."""
        name = outcome.unit.name
        if name in self._mine and name not in self._told:
            self._told.add(name)
            self._work.report(outcome)

    def _report_rest(self, because: str) -> None:
        """Report all units that are left: what was begun here and has no outcome may have taken effect."""
        for name, unit in self._mine.items():
            begun = name in self._started and name not in self._here
            state: UnitState = "unknown" if begun else "not_tried"
            why = (
                because if name in self._lot_of else "it is not in the run that others had begun; apply again"
            )
            self._tell(self._here.get(name) or UnitOutcome(unit=unit, state=state, because=why))

    def _end_all(self) -> None:
        for task in self._tasks:
            task.cancel()


async def _either(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
