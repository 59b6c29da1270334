"""The workers of a bulk run: an async function over a source of any length, with a fixed number of workers.

Memory does not grow with the source, which is read no further ahead than the window. A failure of one item is that
item's outcome and stops no other item. In an outage items are put back and run again, if that cannot create anything
twice.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import Any, Final, Generic, cast

from .clock import Clock
from .errors import AuthError
from .item_outcome import (
    Item,
    ItemOutcome,
    Job,
    Result,
    cancelled_within,
    failed_outcome,
    unfinished_outcome,
)
from .item_source import ItemSource, being_cancelled
from .loops import running_loop
from .outage import IN_A_ROW, Sign, is_outage, may_be_put_back, sign_of
from .run_gate import RunGate
from .tally import Tally, current_tally

_IDLE: Final = 1.0
"""Seconds after which an item that failed is reported although nothing has happened since that tells more."""


class BulkRun(Generic[Item, Result]):
    """What the workers share. Knows nothing of the iterator, so that the iterator can be dropped."""

    def __init__(
        self,
        func: Callable[[Item], Awaitable[Result]],
        rows: Iterable[Item] | AsyncIterable[Item],
        concurrency: int,
        ordered: bool,
        stop_on: tuple[type[BaseException], ...],
        patience: float,
        clock: Clock,
    ) -> None:
        self.func = func
        self.concurrency = concurrency
        self.ordered = ordered
        self.stop_on = stop_on
        self.stopped: Exception | None = None
        # Room for those that wait for a verdict, so that they never keep the others from working.
        self.window = asyncio.Semaphore(max(2 * concurrency, concurrency + IN_A_ROW))
        self.source = ItemSource(rows, self.window)
        self.done: asyncio.Queue[ItemOutcome[Item, Result] | None] = asyncio.Queue()
        self.tasks: list[asyncio.Task[None]] = []
        self.gate = RunGate(patience, concurrency, clock, self.stop, self.put_back, self.tasks)
        self.outage = self.gate.outage
        self.outer: Tally | None = None
        self.running = 0
        self.at_work: set[asyncio.Task[Any]] = set()
        self.cut: set[asyncio.Task[Any]] = set()
        self.back: deque[Job[Item]] = deque()
        self.suspects: list[tuple[int, Job[Item]]] = []
        self.idle: asyncio.TimerHandle | None = None
        self.finished = False
        self.held: dict[int, ItemOutcome[Item, Result]] = {}
        self.next = 0

    def start(self) -> None:
        """Start the workers on the running loop."""
        self.outer = current_tally.get()
        self.begin()

    def begin(self) -> None:
        """Have workers work until nothing is left."""
        loop = running_loop()
        self.running = self.concurrency
        self.tasks.extend(loop.create_task(self.work()) for _ in range(self.concurrency))

    async def work(self) -> None:
        """Work on one item after the other: those that were put back first, then the source."""
        gate, task = self.gate, cast("asyncio.Task[Any]", asyncio.current_task())
        ticket: object | None = None
        try:
            while True:
                if gate.shut and ticket is None:
                    ticket = await gate.enter()
                if self.back:
                    job = self.back.popleft()
                elif (taken := await self.source.take()) is not None:
                    job = (*taken, Tally(self.outage), None)
                elif self.back:
                    continue
                else:
                    break
                if gate.shut and ticket is None:  # since this worker began to wait for the source
                    self.back.append(job)
                    continue
                outcome = await self.one(job, task)
                if outcome is not None:
                    self.done.put_nowait(outcome)
                if gate.shut or self.suspects:
                    self.after(outcome, ticket)
                ticket = None
        finally:
            if ticket is not None:
                gate.leave(ticket, None)
            self.running -= 1
            if not self.running:
                await self.finish()

    async def one(self, job: Job[Item], task: asyncio.Task[Any]) -> ItemOutcome[Item, Result] | None:
        """Run the function on one item; return its outcome, or None if it was put back or aside."""
        if self.stopped is not None:
            return unfinished_outcome(job, self.stopped)
        index, item, tally, _ = job
        run = self.outage
        run.sent = tally.order = run.sent + 1
        tally.ended, tally.closed = 0, False
        token = current_tally.set(tally)
        self.at_work.add(task)
        try:
            result = await self.func(item)
        except (Exception, asyncio.CancelledError) as error:
            if not being_cancelled(error):
                if isinstance(error, asyncio.CancelledError):
                    error = cancelled_within(error)
                # One item's failure is its outcome.
                return self.failed(job, error)
            if not self.uncut(task):
                tally.report()
                raise
            return unfinished_outcome(job, self.stopped, "failed")
        finally:
            tally.closed = True
            self.at_work.discard(task)
            current_tally.reset(token)
            if self.cut:
                self.uncut(task)
            if self.outer is not None:
                self.outer.add(tally, repeatable=False)
        if not tally.requests:
            run.done = max(run.done, tally.order)
            if run.held:
                run.reached(tally.order)
        elif tally.unknown:
            tally.report(done=True)
        return ItemOutcome(index=index, item=item, state="done", result=result, attempts=tally.requests)

    def failed(self, job: Job[Item], error: Exception) -> ItemOutcome[Item, Result] | None:
        """Decide on an item that ended in an error: return its outcome, or put it back or aside and return None."""
        index, item, tally, _ = job
        job = index, item, tally, error
        outage = self.outage
        if not tally.ended:  # the error is not that of a call of ours
            outage.failed(error, tally.order, 0.0, first=True, final=True)
        outage.forget()
        if isinstance(error, self.stop_on):
            rejected = tally.rejected or tally.order
            if not isinstance(error, AuthError):
                self.stop(error)
            elif outage.heard <= rejected:
                self.gate.doubt(rejected, error)
        if self.stopped is not None or not outage.patience or tally.creates:
            return self.gave_up(job)
        tally.again()
        away = is_outage(error)
        if (outage.phase == "held" and may_be_put_back(error)) or (away and tally.order <= outage.resumed):
            self.back.append(job)
            return None
        if away:
            # Reported once a request succeeds that left after this, put back if it is the beginning of an outage.
            self.suspects.append((outage.sent, job))
            if self.idle is None:
                self.idle = asyncio.get_running_loop().call_later(_IDLE, self.flush_when_idle)
            return None
        return self.gave_up(job)

    def gave_up(self, job: Job[Item]) -> ItemOutcome[Item, Result] | None:
        """Return the outcome of an item that is not put back; None keeps it open."""
        return failed_outcome(job, waits=bool(self.outage.patience))

    def after(self, outcome: ItemOutcome[Item, Result] | None, ticket: object | None) -> None:
        """Tell gate and suspects how an item ended."""
        if ticket is not None:
            if outcome is None:
                sign: Sign | None = "unreachable"
            else:
                sign = "reached" if outcome.state == "done" else sign_of(outcome.error)
            self.gate.leave(ticket, sign)
        self.gate.settle(len(self.at_work))
        if self.suspects and self.suspects[0][0] < self.outage.latest:
            self.outage.forget()
            self.flush(self.outage.latest)

    def flush(self, latest: float = math.inf) -> None:
        """Decide on those suspects after which a request left that succeeded: no outage, or a short one."""
        while self.suspects and self.suspects[0][0] < latest:
            _, job = self.suspects.pop(0)
            if latest < math.inf and job[2].order <= self.outage.resumed and self.stopped is None:
                self.back.append(job)
            elif (outcome := self.gave_up(job)) is not None:
                self.done.put_nowait(outcome)

    def flush_when_idle(self) -> None:
        """Report the suspects if nothing is under way that could tell more; else look again later."""
        self.idle = None
        if not self.at_work and not self.gate.shut:
            self.flush()
        if self.suspects:
            self.idle = asyncio.get_running_loop().call_later(_IDLE, self.flush_when_idle)

    def put_back(self) -> None:
        """Let the suspects run again: it was an outage."""
        self.back.extend(job for _, job in self.suspects)
        self.suspects.clear()

    def stop(self, error: Exception, *, cut: bool = False) -> None:
        """Start no further item; with `cut`, end those that are under way."""
        self.stopped = self.stopped or error
        self.flush()
        if cut:
            self.cut.update(self.at_work)
            for task in self.at_work:
                task.cancel()
        self.gate.open()

    def uncut(self, task: asyncio.Task[Any]) -> bool:
        """Return whether a worker was cancelled for its item's sake alone, and let it go on."""
        if task not in self.cut:
            return False
        self.cut.discard(task)
        return not task.uncancel()

    async def finish(self) -> None:
        """End the run; no worker is alive any more."""
        try:
            await self.source.close()
        finally:
            self.end()

    def end(self) -> None:
        """Report what is left."""
        self.flush()
        for _, _, tally, _ in self.back:
            tally.report()
        if self.idle is not None:
            self.idle.cancel()
        self.gate.close()
        self.done.put_nowait(None)

    async def following(self) -> ItemOutcome[Item, Result]:
        """Return the next outcome for the caller."""
        while self.next not in self.held:
            if self.finished:
                raise StopAsyncIteration
            outcome = await self.done.get()
            if outcome is None:
                self.finished = True
                if self.source.error is not None:
                    raise self.source.error
            elif self.ordered:
                self.held[outcome.index] = outcome
            else:
                self.window.release()
                return outcome
        self.next += 1
        self.window.release()
        return self.held.pop(self.next - 1)
