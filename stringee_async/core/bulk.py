"""`bulk`: many calls at once, one outcome for each item. How the items are worked on is in `bulk_run`."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from typing import Final

from .bulk_run import BulkRun
from .clock import Clock
from .errors import AuthError, ClosedError, ConfigError
from .item_outcome import Item, ItemOutcome, Result, State
from .loops import cancel
from .options import at_least_one, clock_of, error_classes, not_negative, shown

__all__ = ["Bulk", "ItemOutcome", "State", "bulk"]


STOP_ON: Final[tuple[type[BaseException], ...]] = (AuthError, ClosedError)
"""Errors that concern every item."""


def bulk(
    func: Callable[[Item], Awaitable[Result]],
    rows: Iterable[Item] | AsyncIterable[Item],
    *,
    concurrency: int = 64,
    ordered: bool = False,
    stop_on: tuple[type[BaseException], ...] = STOP_ON,
    patience: float = 300.0,
    clock: Clock | None = None,
) -> Bulk[Item, Result]:
    """Run `func` over `rows` with `concurrency` workers, and wait for the vendor in an outage.

    The run is held when five calls in a row end because the vendor cannot be reached or its gateway fails. Then one item
    at a time starts as a probe, first after half a second, later every 30 seconds; at the first success the run goes on,
    slowly at first. An item that ended in the outage runs again, unless it sent a create that must not be repeated (an
    `ensure` may be): then its state is `unknown`.

    Args:
        func: Called with each item; in an outage perhaps more than once.
        rows: Any iterable, sync or async, of any length.
        concurrency: How many items are worked on at once.
        ordered: Hand out outcomes in the order of `rows` instead of as they come.
        stop_on: Errors that concern every item: after one, the rest of the source comes out as `not_started`. An
            `AuthError` stops the run only if no request succeeds that left after the rejected one.
        patience: Seconds without any success after which an outage ends the run: what is under way is cancelled,
            and the rest of the source comes out as `not_started`. 0: the run is never held and no item runs again.
        clock: Where time comes from while the run is held; for tests.

    Returns:
        An async iterator with one `ItemOutcome` for each item; as a context manager, it waits for its workers to stop.

    Raises:
        ConfigError: An argument is wrong, naming it.
    """
    check_run(func, rows)
    kinds = error_classes("stop_on", stop_on)
    workers = at_least_one("concurrency", concurrency)
    seconds = not_negative("patience", patience)
    return Bulk(BulkRun(func, rows, workers, ordered, kinds, seconds, clock_of(clock)))


def check_run(func: object, rows: object) -> None:
    """Raise `ConfigError` if there is nothing to call, or nothing to call it with."""
    if not callable(func):
        raise ConfigError(f"func must be a function that takes one item; got {shown(func)}")
    if not any(hasattr(rows, name) for name in ("__iter__", "__aiter__", "__getitem__")):
        raise ConfigError(f"rows must be iterable, by `for` or by `async for`; got {shown(rows)}")


class Bulk(AsyncIterator[ItemOutcome[Item, Result]]):
    """A bulk run under way: an async iterator of outcomes. Made by `bulk`."""

    def __init__(self, run: BulkRun[Item, Result]) -> None:
        self._run = run
        self._started = False

    async def __aenter__(self) -> Bulk[Item, Result]:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        run = self._run
        name = getattr(run.func, "__qualname__", type(run.func).__name__)
        return f"<{type(self).__name__} of {name}, concurrency={run.concurrency}, {run.source.taken} items taken so far>"

    @property
    def waiting(self) -> float | None:
        """Seconds since the vendor was last reached, while the run is held in an outage; None while it is not."""
        return self._run.gate.waited()

    async def aclose(self) -> None:
        """Stop the work, wait until every worker has ended, and close a source that is a generator."""
        run = self._run
        run.finished = True
        run.held.clear()
        for task in run.tasks:
            task.cancel()
        await asyncio.gather(*run.tasks, return_exceptions=True)
        await run.source.close()
        error, run.source.closing_error = run.source.closing_error, None
        run.done.put_nowait(None)
        if error is not None:
            raise error

    def __anext__(self) -> Awaitable[ItemOutcome[Item, Result]]:
        run = self._run
        if not self._started and not run.finished:
            self._started = True
            run.start()
            weakref.finalize(self, cancel, run.tasks, asyncio.get_running_loop())
        # Not a coroutine of ours: the traceback of an error would keep this iterator, and so its workers, alive.
        return run.following()
