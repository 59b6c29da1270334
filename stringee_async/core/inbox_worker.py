"""Hands the stored events of an inbox to their handler: in order for each call, again where it fails.

Every step is stored before the next one, so that a process that is killed goes on where it was. Events of different calls
run side by side; an event that waits for its next attempt holds back later ones of its call only, as long as fewer than a
thousand events wait or run.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, Final, Generic, TypeVar, cast

import attrs

from .clock import Clock, wait_until_set
from .errors import ConfigError
from .inbox_events import E, StoredEvent
from .inbox_store import InboxStore
from .options import shown

logger = logging.getLogger("stringee_async.webhooks")

R = TypeVar("R")

_BATCH: Final = 100
_HELD: Final = 1_000
"""Events in memory: those that run, and those that wait for them."""
_LONGEST_ERROR: Final = 500
"""Characters of an error that are stored."""


@attrs.frozen(kw_only=True)
class Attempts:
    """How often an event is handed on, and when.

    Args:
        most: Attempts before an event is set aside.
        first_wait: Seconds before the second attempt; each further wait is twice as long.
        longest_wait: Seconds of the longest wait.
        concurrency: Handlers that run side by side.
        poll: Seconds between looks into the store for events that another process has put there.
    """

    most: int
    first_wait: float
    longest_wait: float
    concurrency: int
    poll: float

    def wait(self, attempts: int) -> float:
        """Return the seconds to wait after so many failed attempts."""
        return min(self.longest_wait, self.first_wait * 2.0 ** min(attempts - 1, 60))


class Worker(Generic[E]):
    """Handles the waiting events of a store.

    Args:
        store: The store.
        parse: Reads a stored event; one that it cannot read is set aside at once.
        handle: The caller's handler.
        attempts: How often, and when.
        clock: Tells the time and waits.
    """

    def __init__(
        self,
        store: InboxStore,
        parse: Callable[[StoredEvent], E],
        handle: Callable[[E], Awaitable[None]],
        attempts: Attempts,
        clock: Clock,
    ) -> None:
        self._store = store
        self._parse = parse
        self._handle = handle
        self._attempts = attempts
        self._clock = clock
        self._slots = asyncio.Semaphore(attempts.concurrency)
        self._news = asyncio.Event()
        self._lines: dict[str | int, deque[StoredEvent]] = {}
        self._held = 0
        self._last = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_handler: set[asyncio.Task[Any]] = set()
        self._ending = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    def wake(self) -> None:
        """Look into the store now: there is a new event."""
        self._news.set()

    async def aclose(self, grace: float) -> None:
        """End the work; what is not handled stays in the store.

        Handlers that run may go on for `grace` seconds and are then cancelled, with a warning for each.
        """
        self._ending.set()
        self._reader.cancel()
        tasks = set(self._tasks)
        for task in tasks - self._in_handler:
            task.cancel()
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=grace)
        finally:  # also where the wait is cancelled: no handler may run on over a closed store
            for task in tasks & self._in_handler:
                logger.warning(
                    "an event's handler was cancelled before it had ended; the event stays in the inbox"
                )
                task.cancel()
            await asyncio.gather(self._reader, *tasks, return_exceptions=True)

    # -- from the store to the lines -------------------------------------------------------------------------

    async def _read(self) -> None:
        await self._claim()
        while True:
            self._news.clear()
            found = await self._stored(self._next) if self._held < _HELD else []
            for event in found:
                self._last = event.number
                self._line_up(event)
            if not found:
                await wait_until_set(self._news, self._attempts.poll, self._clock)

    async def _next(self) -> list[StoredEvent]:
        return await self._store.load("waiting", after=self._last, limit=_BATCH)

    async def _claim(self) -> None:
        told = False
        while not await self._stored(self._store.claim):
            if not told:
                logger.warning("another process handles the events of this inbox; this one stores them only")
                told = True
            await self._clock.sleep(self._attempts.poll)

    def _line_up(self, event: StoredEvent) -> None:
        self._held += 1
        key = event.number if event.call_id is None else event.call_id
        line = self._lines.get(key)
        if line is not None:
            line.append(event)
            return
        self._lines[key] = line = deque([event])
        task = asyncio.create_task(self._serve(key, line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- the line of one call --------------------------------------------------------------------------------

    async def _serve(self, key: str | int, line: deque[StoredEvent]) -> None:
        while line and not self._ending.is_set():
            await self._settle(line[0])
            line.popleft()
            self._held -= 1
            self._news.set()
        self._lines.pop(key)

    async def _settle(self, event: StoredEvent) -> None:
        """Hand an event on until it is handled or set aside, or the work ends."""
        while event.state == "waiting" and not self._ending.is_set():
            wait = event.due - self._clock.time()
            if wait > 0:
                await self._clock.sleep(min(wait, self._attempts.longest_wait))
            async with self._slots:
                with self._undisturbed():
                    event = self._after(event, *await self._attempt(event))
                    await self._stored(functools.partial(self._store.save, event))

    @contextlib.contextmanager
    def _undisturbed(self) -> Generator[None]:
        """Have the end of the work wait for what the current task does."""
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._in_handler.add(task)
        try:
            yield
        finally:
            self._in_handler.discard(task)

    async def _attempt(self, event: StoredEvent) -> tuple[BaseException | None, bool]:
        """Return why an event was not handled, None if it was; and whether another attempt is of any use."""
        try:
            parsed = self._parse(event)
        except Exception as error:  # noqa: BLE001 - stored with the event, and logged
            return error, False
        try:
            handling: object = self._handle(parsed)
            if not inspect.isawaitable(handling):
                return ConfigError(f"handle must be an async function; it returned {shown(handling)}"), False
            await handling
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return error, True
        except Exception as error:  # noqa: BLE001 - stored with the event, and logged
            return error, True
        return None, True

    def _after(self, event: StoredEvent, error: BaseException | None, again: bool) -> StoredEvent:
        """Return an event with what an attempt made of it."""
        attempts = event.attempts + 1
        if error is None:
            return attrs.evolve(event, state="handled", attempts=attempts, error=None)
        text = (
            f"{type(error).__name__}: {error}"[:_LONGEST_ERROR].encode("utf-8", "backslashreplace").decode()
        )
        if not again or attempts >= self._attempts.most:
            logger.error(
                "event %d of the inbox was set aside after %d attempts",
                event.number,
                attempts,
                exc_info=error,
            )
            return attrs.evolve(event, state="dead", attempts=attempts, error=text)
        wait = self._attempts.wait(attempts)
        logger.warning(
            "event %d of the inbox failed; next attempt in %g s", event.number, wait, exc_info=error
        )
        return attrs.evolve(event, attempts=attempts, due=self._clock.time() + wait, error=text)

    async def _stored(self, act: Callable[[], Coroutine[Any, Any, R]]) -> R:
        """Do something with the store, again until it succeeds; when the work ends, once more at once."""
        failures = 0
        while True:
            try:
                return await act()
            except Exception:
                failures += 1
                logger.exception("the store of the inbox failed")
                if self._ending.is_set():
                    raise
                await wait_until_set(self._ending, self._attempts.wait(failures), self._clock)
