"""The workers of a bulk run, and what becomes of each item.

One job: run an async function over a source of any length with a fixed number of workers. Memory does not
grow with the source, which is read no further ahead than the window. A failure of one item is that item's
outcome and stops nobody else. In an outage items are put back and run again, if that cannot create anything twice.
"""

from __future__ import annotations

import asyncio
import inspect
import math
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, cast

import attrs

from .clock import Clock
from .errors import AuthError, OutcomeUnknownError, SdkError
from .loops import running_loop
from .outage import IN_A_ROW, Sign, is_outage, may_be_put_back, sign_of
from .run_gate import Gate
from .tally import Tally, current_tally

Item = TypeVar("Item")
Result = TypeVar("Result")

State = Literal["done", "failed", "unknown", "not_started"]

_IDLE: Final = 1.0
"""Seconds after which an item that failed is reported although nothing has happened since that tells more."""


@attrs.frozen(kw_only=True)
class ItemOutcome(Generic[Item, Result]):
    """What became of one item.

    Args:
        index: Place of the item in the source, from 0.
        item: The item.
        state: `done`; `failed`, and no write of it is in doubt; `unknown`, the vendor may have acted; or
            `not_started`, because an earlier error concerns everybody.
        result: What the function returned, if done.
        error: What it raised, if not.
        attempts: Requests that were sent for this item.
    """

    index: int
    item: Item
    state: State
    result: Result | None = None
    error: Exception | None = None
    attempts: int = 0


_Job: TypeAlias = tuple[int, Item, Tally, "Exception | None"]
"""An item with its index, what its requests did, and how it ended if it was put back."""


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
        self.given = rows
        self.rows = aiter(rows) if isinstance(rows, AsyncIterable) else _Steps(rows)
        self.concurrency = concurrency
        self.ordered = ordered
        self.stop_on = stop_on
        self.index = 0
        self.stopped: Exception | None = None
        self.source_error: BaseException | None = None
        self.exhausted = False
        self.closing_error: Exception | None = None
        # Room for those that wait for a verdict, so that they never keep the others from working.
        self.window = asyncio.Semaphore(max(2 * concurrency, concurrency + IN_A_ROW))
        self.pull = asyncio.Lock()
        self.done: asyncio.Queue[ItemOutcome[Item, Result] | None] = asyncio.Queue()
        self.tasks: list[asyncio.Task[None]] = []
        self.gate = Gate(patience, concurrency, clock, self.stop, self.put_back, self.tasks)
        self.outage = self.gate.outage
        self.outer: Tally | None = None
        self.running = 0
        self.at_work: set[asyncio.Task[Any]] = set()
        self.cut: set[asyncio.Task[Any]] = set()
        self.back: deque[_Job[Item]] = deque()
        self.suspects: list[tuple[int, _Job[Item]]] = []
        self.idle: asyncio.TimerHandle | None = None
        self.finished = False
        self.held: dict[int, ItemOutcome[Item, Result]] = {}
        self.next = 0

    def start(self) -> None:
        """Start the workers on the running loop."""
        loop = running_loop()
        self.outer = current_tally.get()
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
                job = self.back.popleft() if self.back else await self.take()
                if job is None:
                    if self.back:
                        continue
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
                try:
                    await self.close_source()
                finally:
                    self.end()

    async def close_source(self) -> None:
        """Close a source that was left before its end, if it is a generator or the iterator is our own."""
        if self.exhausted:
            return
        self.exhausted = True
        source = cast("Any", self.rows)
        try:
            if isinstance(source, _Steps):
                source.close()
            elif source is not self.given or inspect.isasyncgen(source):
                close = getattr(source, "aclose", None)
                if close is not None:
                    await close()
        except Exception as error:  # noqa: BLE001 - raised to whoever waits for the end
            self.closing_error = error

    async def take(self) -> _Job[Item] | None:
        """Return the next item of the source; None if there is none."""
        await self.window.acquire()
        async with self.pull:
            if self.exhausted:
                return None
            try:
                item = await anext(self.rows)
            except StopAsyncIteration:
                self.exhausted = True
                return None
            except (Exception, asyncio.CancelledError) as error:
                if _being_cancelled(error):
                    raise
                # The caller's source failed: raised to the caller at the end.
                self.exhausted, self.source_error = True, error
                return None
            self.index += 1
            return self.index - 1, item, Tally(self.outage), None

    async def one(self, job: _Job[Item], task: asyncio.Task[Any]) -> ItemOutcome[Item, Result] | None:
        """Run the function on one item; return its outcome, or None if it was put back or aside."""
        if self.stopped is not None:
            return self.left_over(job)
        index, item, tally, _ = job
        run = self.outage
        run.sent = tally.order = run.sent + 1
        tally.ended, tally.closed = 0, False
        token = current_tally.set(tally)
        self.at_work.add(task)
        try:
            result = await self.func(item)
        except (Exception, asyncio.CancelledError) as error:
            if not _being_cancelled(error):
                if isinstance(error, asyncio.CancelledError):
                    error = _given_up(error)
                # One item's failure is its outcome.
                return self.failed(job, error)
            if not self.uncut(task):
                tally.report()
                raise
            return self.left_over(job, "failed")
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

    def failed(self, job: _Job[Item], error: Exception) -> ItemOutcome[Item, Result] | None:
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
            return self.outcome(job)
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
        return self.outcome(job)

    def outcome(self, job: _Job[Item]) -> ItemOutcome[Item, Result]:
        """Return the outcome of an item that ended in an error; it is unknown only where a write left."""
        index, item, tally, error = job
        unknown = isinstance(error, SdkError) and error.outcome == "unknown"
        unknown = (unknown and (tally.writes > 0 or not tally.requests)) or bool(tally.unknown)
        tally.report()
        if not unknown and tally.creates and self.outage.patience and is_outage(error):
            unknown = True
        state: State = "unknown" if unknown else "failed"
        if unknown:
            error = _as_unknown(error)
        return ItemOutcome(index=index, item=item, state=state, error=error, attempts=tally.requests)

    def left_over(self, job: _Job[Item], state: State = "not_started") -> ItemOutcome[Item, Result]:
        """Return the outcome of an item that the end of the run met before its own."""
        index, item, tally, error = job
        tally.report()
        if tally.writes:
            state, error = "unknown", _as_unknown(error or self.stopped)
        else:
            error = self.stopped
        return ItemOutcome(index=index, item=item, state=state, error=error, attempts=tally.requests)

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
            else:
                self.done.put_nowait(self.outcome(job))

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

    def end(self) -> None:
        """Report what is left; no worker is alive any more."""
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
                if self.source_error is not None:
                    raise self.source_error
            elif self.ordered:
                self.held[outcome.index] = outcome
            else:
                self.window.release()
                return outcome
        self.next += 1
        self.window.release()
        return self.held.pop(self.next - 1)


def _being_cancelled(error: BaseException) -> bool:
    """Return whether the worker itself is to stop, rather than something it waited for."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


def _given_up(cause: asyncio.CancelledError) -> SdkError:
    error = SdkError("the work on this item was cancelled from within", outcome="unknown")
    error.__cause__ = cause
    return error


def _as_unknown(error: Exception | None) -> Exception:
    """Return the error of an item that is unknown: its own, unless that speaks of a later request alone."""
    if isinstance(error, SdkError) and error.outcome == "unknown":
        return error
    later = OutcomeUnknownError(
        f"a write of this item left and may have been carried out: look before you repeat it; last: {error}"
    )
    later.__cause__ = error
    return later


class _Steps(AsyncIterator[Item]):
    """A sync source as an async one. Not a generator: one that was left would need a task to be closed."""

    def __init__(self, rows: Iterable[Item]) -> None:
        self._rows = rows
        self._steps: Iterator[Item] | None = None

    async def __anext__(self) -> Item:
        if self._steps is None:
            self._steps = iter(self._rows)
        for item in self._steps:
            return item
        raise StopAsyncIteration

    def close(self) -> None:
        """Close the source, if it is a generator."""
        source = self._rows if self._steps is None else self._steps
        if inspect.isgenerator(source):
            source.close()
