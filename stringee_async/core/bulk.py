"""Many calls at once: bounded, in order or not, one outcome for each item.

One job: run an async function over a source of any length with a fixed number of workers. Memory does not
grow with the source, which is read no further ahead than the window. A failure of one item is that item's
outcome and stops nobody else. Leaving the loop stops the work.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Generic, Literal, TypeVar

import attrs

from .errors import AuthError, ClosedError, ConfigError, SdkError
from .options import exact_whole, shown
from .tasks import cancel
from .wire import Tally, current_tally

Item = TypeVar("Item")
Result = TypeVar("Result")

State = Literal["done", "failed", "unknown", "not_started"]


@attrs.frozen(kw_only=True)
class ItemOutcome(Generic[Item, Result]):
    """What became of one item.

    Args:
        index: Place of the item in the source, from 0.
        item: The item.
        state: `done`; `failed`, and nothing was changed; `unknown`, the vendor may have acted; or
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


def bulk(
    func: Callable[[Item], Awaitable[Result]],
    rows: Iterable[Item] | AsyncIterable[Item],
    *,
    concurrency: int = 64,
    ordered: bool = False,
    stop_on: tuple[type[BaseException], ...] = (AuthError, ClosedError),
) -> Bulk[Item, Result]:
    """Run `func` over `rows` with `concurrency` workers.

    Args:
        func: Called with each item.
        rows: Any iterable, sync or async, of any length.
        concurrency: How many items are worked on at once.
        ordered: Hand out outcomes in the order of `rows` instead of as they come.
        stop_on: Errors that concern every item: after one, no further item starts and the rest of the source
            comes out as `not_started`.

    Returns:
        An async iterator of `ItemOutcome`, one for each item. It is also an async context manager, for those
        who want to wait until the workers have stopped.

    Raises:
        ConfigError: `concurrency` is not a whole number of at least 1.
    """
    workers = exact_whole(concurrency)
    if workers is None or workers < 1:
        raise ConfigError(f"concurrency must be a whole number of at least 1, got {shown(concurrency)}")
    return Bulk(_Run(func, rows, workers, ordered, stop_on))


class _Run(Generic[Item, Result]):
    """What the workers share. Knows nothing of the iterator, so that the iterator can be dropped."""

    def __init__(
        self,
        func: Callable[[Item], Awaitable[Result]],
        rows: Iterable[Item] | AsyncIterable[Item],
        concurrency: int,
        ordered: bool,
        stop_on: tuple[type[BaseException], ...],
    ) -> None:
        self.func = func
        self.rows = aiter(rows) if isinstance(rows, AsyncIterable) else _Steps(rows)
        self.concurrency = concurrency
        self.ordered = ordered
        self.stop_on = stop_on
        self.index = 0
        self.stopped: Exception | None = None
        self.source_error: BaseException | None = None
        self.exhausted = False
        self.window = asyncio.Semaphore(2 * concurrency)
        self.pull = asyncio.Lock()
        self.done: asyncio.Queue[ItemOutcome[Item, Result] | None] = asyncio.Queue()
        self.tasks: list[asyncio.Task[None]] = []
        self.running = 0
        self.finished = False
        self.held: dict[int, ItemOutcome[Item, Result]] = {}
        self.next = 0

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self.running = self.concurrency
        self.tasks.extend(loop.create_task(self.work()) for _ in range(self.concurrency))

    async def work(self) -> None:
        try:
            while (taken := await self.take()) is not None:
                self.done.put_nowait(await self.one(*taken))
        finally:
            self.running -= 1
            if not self.running:
                self.done.put_nowait(None)

    async def take(self) -> tuple[int, Item] | None:
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
            return self.index - 1, item

    async def one(self, index: int, item: Item) -> ItemOutcome[Item, Result]:
        if self.stopped is not None:
            return ItemOutcome(index=index, item=item, state="not_started", error=self.stopped)
        tally = Tally()
        token = current_tally.set(tally)
        try:
            result = await self.func(item)
        except (Exception, asyncio.CancelledError) as error:
            if _being_cancelled(error):
                raise
            # One item's failure is its outcome.
            if isinstance(error, asyncio.CancelledError):
                error = _given_up(error)
            if isinstance(error, self.stop_on):
                self.stopped = error
            unknown = isinstance(error, SdkError) and error.outcome == "unknown"
            return ItemOutcome(
                index=index,
                item=item,
                state="unknown" if unknown else "failed",
                error=error,
                attempts=tally.requests,
            )
        finally:
            current_tally.reset(token)
        return ItemOutcome(index=index, item=item, state="done", result=result, attempts=tally.requests)

    async def following(self) -> ItemOutcome[Item, Result]:
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


class Bulk(AsyncIterator[ItemOutcome[Item, Result]]):
    """A bulk run under way: an async iterator of outcomes. Made by `bulk`."""

    def __init__(self, run: _Run[Item, Result]) -> None:
        self._run = run
        self._started = False

    async def __aenter__(self) -> Bulk[Item, Result]:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop the work and wait until every worker has ended."""
        run = self._run
        run.finished = True
        run.held.clear()
        for task in run.tasks:
            task.cancel()
        await asyncio.gather(*run.tasks, return_exceptions=True)
        run.done.put_nowait(None)

    def __anext__(self) -> Awaitable[ItemOutcome[Item, Result]]:
        run = self._run
        if not self._started and not run.finished:
            self._started = True
            run.start()
            weakref.finalize(self, cancel, run.tasks, asyncio.get_running_loop())
        # Not a coroutine of ours: the traceback of an error would keep this iterator, and so its workers, alive.
        return run.following()


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
