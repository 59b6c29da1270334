"""The items of a bulk run: a sync or async source, read one item at a time for all workers, and closed if left."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any, Generic, TypeVar, cast

Item = TypeVar("Item")


class ItemSource(Generic[Item]):
    """The items that are left in a source, which is read no further ahead of the caller than `window` allows."""

    def __init__(self, rows: Iterable[Item] | AsyncIterable[Item], window: asyncio.Semaphore) -> None:
        self._given = rows
        self._rows = aiter(rows) if isinstance(rows, AsyncIterable) else _Steps(rows)
        self._window = window
        self._lock = asyncio.Lock()
        self.taken = 0
        """How many items were read."""
        self.exhausted = False
        """Whether no further item is read."""
        self.error: BaseException | None = None
        """What the source raised."""
        self.closing_error: Exception | None = None
        """What closing it raised."""

    async def take(self) -> tuple[int, Item] | None:
        """Return the next item with its index; None if there is none."""
        if self.exhausted:
            return None
        await self._window.acquire()
        async with self._lock:
            if self.exhausted:
                return None
            try:
                item = await anext(self._rows)
            except StopAsyncIteration:
                self.exhausted = True
                return None
            except (Exception, asyncio.CancelledError) as error:
                if being_cancelled(error):
                    raise
                # The caller's source failed: raised to the caller at the end.
                self.exhausted, self.error = True, error
                return None
            self.taken += 1
            return self.taken - 1, item

    async def close(self) -> None:
        """Close a source that was left before its end, if it is a generator or the iterator is our own."""
        if self.exhausted:
            return
        self.exhausted = True
        source = cast("Any", self._rows)
        try:
            if isinstance(source, _Steps):
                source.close()
            elif source is not self._given or inspect.isasyncgen(source):
                close = getattr(source, "aclose", None)
                if close is not None:
                    await close()
        except Exception as error:  # noqa: BLE001 - raised to the caller that waits for the end
            self.closing_error = error


def being_cancelled(error: BaseException) -> bool:
    """Return whether the running task itself is to stop, rather than something it waited for."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


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
