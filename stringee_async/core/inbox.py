"""An inbox for webhooks: what comes is stored before it is acknowledged, and handled once, in order for each call.

An event is in the store before its sender gets 200, so neither a crash nor a handler that fails loses it. What comes
again is dropped. `inbox_worker` hands events on, `inbox_store` keeps them, `inbox_doors` are its HTTP sides.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Generic, Self, Unpack, cast

from .clock import Clock
from .errors import ClosedError, ConfigError, WebhookError
from .inbox_doors import AiohttpHandler, AsgiApp, DoorOptions, aiohttp_door, asgi_door, door_of
from .inbox_events import E, EventSource, State, StoredEvent
from .inbox_store import InboxStore, SqliteStore
from .inbox_worker import Attempts, Worker
from .options import above_zero, clock_of, not_negative, shown, with_methods
from .validation import aware_datetime, whole_number

logger = logging.getLogger("stringee_async.webhooks")

_PAGE: Final = 100
_METHODS: Final = ("open", "aclose", "claim", "add", "load", "save", "requeue", "purge")


class Inbox(Generic[E]):
    """Stores the events that a vendor sends, and hands them to your handler.

        async with Inbox("events.db", handle, events=stringee.EVENTS) as inbox:
            app.router.add_post("/events", inbox.aiohttp_handler(signing_key=key))

    An event is handled at least once: where a process is killed between the return of a handler and the mark in the
    store, some milliseconds later, the event is handed on again. Otherwise that happens only where the handler did not
    return, its mark could not be stored, the event was purged and sent again, or you replay it. Events of one call are
    handled one after the other, in order of arrival; one that fails holds back the later ones of its call until it
    succeeds or is set aside.

    Args:
        store: The path of an SQLite file, or a store of your own with the methods of `InboxStore`. One file for each
            inbox. Several processes may use one file: all store, one handles, and another takes over when it ends.
        handle: Called with each event. Where it raises, the event is handed on again after a growing wait.
        events: What the vendor's events are: `stringee.EVENTS`, `ringme.AGENT_EVENTS`, `ringme.EXTENSION_EVENTS`,
            `itniotech.CALL_RECORDS`, or `RAW` for all that comes, as it came.
        attempts: How often an event is handed on before it is set aside as a dead letter.
        first_wait: Seconds before the second attempt; each further wait is twice as long.
        longest_wait: Seconds of the longest wait.
        concurrency: Handlers that run side by side, for different calls.
        grace: Seconds that running handlers may take when the inbox closes. What is not done by then stays in the store.
        poll: Seconds between looks for events that other processes have stored.
        clock: Tells the time and waits; the real one by default.

    Raises:
        ConfigError: An argument is wrong, naming it.
    """

    def __init__(
        self,
        store: str | os.PathLike[str] | InboxStore,
        handle: Callable[[E], Awaitable[None]],
        *,
        events: EventSource[E],
        attempts: int = 10,
        first_wait: float = 1.0,
        longest_wait: float = 600.0,
        concurrency: int = 16,
        grace: float = 30.0,
        poll: float = 1.0,
        clock: Clock | None = None,
    ) -> None:
        if not callable(handle):
            raise ConfigError(f"handle must be a function, got {shown(handle)}")
        if not isinstance(events, EventSource):
            raise ConfigError(f"events must be an EventSource, such as stringee.EVENTS; got {shown(events)}")
        self._store = _store_of(store)
        self._handle = handle
        self._events = events
        self._attempts = Attempts(
            most=whole_number("attempts", attempts, minimum=1),
            first_wait=above_zero("first_wait", first_wait),
            longest_wait=above_zero("longest_wait", longest_wait),
            concurrency=whole_number("concurrency", concurrency, minimum=1),
            poll=above_zero("poll", poll),
        )
        self._grace = not_negative("grace", grace)
        self._clock = clock_of(clock)
        self._worker: Worker[E] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def is_open(self) -> bool:
        """Whether the inbox takes events."""
        return self._worker is not None

    async def open(self) -> None:
        """Open the store and begin to handle what waits in it; `async with inbox` does the same.

        Raises:
            ConfigError: The store cannot be opened, or the inbox is open.
        """
        if self._loop is not None:
            raise ConfigError("the inbox is open already")
        self._loop = asyncio.get_running_loop()
        try:
            await self._store.open()
        except BaseException:
            self._loop = None
            raise
        self._worker = Worker(self._store, self._events.parse, self._handle, self._attempts, self._clock)

    async def aclose(self) -> None:
        """Take no more events, wait for running handlers up to the grace time, and close the store.

        What was not handled stays in the store and is handled when it is opened again.
        """
        worker, self._worker = self._worker, None
        if worker is None:
            return
        try:
            await worker.aclose(self._grace)
        finally:
            self._loop = None
            await self._store.aclose()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def cleanup_ctx(self, app: object, /) -> AsyncIterator[None]:  # noqa: ARG002 - aiohttp gives it
        """Open the inbox with an aiohttp app and close it with the app: `app.cleanup_ctx.append(inbox.cleanup_ctx)`.

        Args:
            app: The app; not used.
        """
        async with self:
            yield

    async def put(self, body: bytes | str = b"", *, query: str = "") -> bool:
        """Store an event that came through any other framework; acknowledge it when this returns.

        It is stored as it is, whether it can be read or not; one that cannot is a dead letter. Who sent it is not
        verified here: do that before, e.g. by `stringee.verify`.

        Args:
            body: The raw body of the request.
            query: The raw query of the request, for vendors that send GET.

        Returns:
            True for a new event, False for one that came before.

        Raises:
            ClosedError: The inbox is not open, or was opened on another event loop.
            WebhookError: The event could not be stored; do not acknowledge it.
            ConfigError: `body` is neither bytes nor text.
        """
        worker = self._opened()
        event = self._event(_bytes(body), query.encode("utf-8", "replace").decode())
        within = self._events.same_within
        same_since = 0.0 if within is None else event.received - within
        try:
            new = await self._store.add(event, same_since=same_since)
        except Exception as error:
            raise WebhookError("the event could not be stored") from error
        if new:
            worker.wake()
        return new

    async def dead_letters(self, *, limit: int = 100) -> list[StoredEvent]:
        """Return the oldest events that were set aside, with the error of their last attempt.

        Raises:
            ClosedError: The inbox is not open.
        """
        self._opened()
        return await self._store.load("dead", limit=whole_number("limit", limit, minimum=1))

    async def replay(self, *, handled_since: datetime | None = None) -> int:
        """Hand all dead letters on again, behind what waits, with all their attempts.

        Args:
            handled_since: Hand on again, too, what was handled and had been received since then: an aware datetime.

        Returns:
            How many events are handed on again.

        Raises:
            ClosedError: The inbox is not open.
            ConfigError: `handled_since` is no aware datetime.
        """
        worker = self._opened()
        since = None if handled_since is None else aware_datetime("handled_since", handled_since).timestamp()
        found = await self._events_of("dead", 0.0)
        if since is not None:
            found += await self._events_of("handled", since)
        moved = [await self._store.requeue(number) for _, number in sorted(found)]  # in order of arrival
        worker.wake()
        return sum(moved)

    async def purge(self, *, older_than: timedelta | float, dead: bool = True) -> int:
        """Delete old events and overwrite what they held; events that wait are never deleted.

        An event that comes again after it was purged is new: keep events longer than the vendor repeats them.

        Args:
            older_than: The age of the events, as a timedelta or in seconds.
            dead: Whether dead letters are deleted too.

        Returns:
            How many events were deleted.

        Raises:
            ClosedError: The inbox is not open.
            ConfigError: The age is below 0.
        """
        self._opened()
        age = older_than.total_seconds() if isinstance(older_than, timedelta) else older_than
        before = self._clock.time() - not_negative("older_than", age)
        states: tuple[State, ...] = ("handled", "dead") if dead else ("handled",)
        return await self._store.purge(before=before, states=states)

    def aiohttp_handler(self, **options: Unpack[DoorOptions]) -> AiohttpHandler:
        """Make a handler for aiohttp's router; `app.router.add_route("*", path, handler)`.

        Responses: 200 for an event that is stored, also for one that came before; 403 for a wrong signature or sender, 404
        for a wrong secret, 405, 413 for a body that is too large, 400 for an empty request; 500 and 503 where the event
        is not stored, so that the vendor sends it again.

        Args:
            options: At least one of the first three. `signing_key`: the key that the vendor signs with (Stringee).
                `path_secret`: the last part of the path, for vendors that sign nothing, at least 16 characters such as
                `secrets.token_urlsafe()` makes; servers write paths into their logs, so keep those to yourself. `peers`:
                addresses or networks of those who may send, such as `["203.0.113.0/24"]`. `proxies`: addresses or
                networks of your own proxies, whose `X-Forwarded-For` tells the sender, `"unix"` for a proxy that
                connects through a Unix socket. `max_body`: bytes that a body may have, 1 MiB by default.

        Raises:
            ConfigError: An option is wrong or unknown, none of the first three is given, or the vendor signs nothing.
        """
        return aiohttp_door(door_of(self.put, self._events, options))

    def asgi_app(self, **options: Unpack[DoorOptions]) -> AsgiApp:
        """Make a plain ASGI app, to be served by itself or mounted in FastAPI, Starlette and the like.

        Served by itself it opens and closes the inbox. Frameworks tell a mounted app nothing about their start: open the
        inbox in their `lifespan`, with `async with inbox`. Uvicorn replaces the peer's address by `X-Forwarded-For` of
        local proxies before the app sees it; start it with `--no-proxy-headers` where `proxies` shall decide.

        Args:
            options: As for `aiohttp_handler`: `signing_key`, `path_secret`, `peers`, `proxies`, `max_body`.

        Raises:
            ConfigError: As for `aiohttp_handler`.
        """
        return asgi_door(door_of(self.put, self._events, options), self)

    def _opened(self) -> Worker[E]:
        if self._worker is None:
            raise ClosedError("the inbox is not open; use `async with inbox`")
        if self._loop is not asyncio.get_running_loop():
            raise ClosedError("the inbox was opened on another event loop")
        return self._worker

    def _event(self, body: bytes, query: str) -> StoredEvent:
        """Return what is stored, with its id and its call where it can be read."""
        digest = hashlib.sha256(query.encode() + b"\0" + body).hexdigest()
        event = StoredEvent(event_id=digest, received=self._clock.time(), body=body, query=query)
        try:
            parsed = self._events.parse(event)
            event_id, call_id = self._events.event_id(parsed), self._events.call_id(parsed)
        except Exception as error:
            if not isinstance(error, WebhookError):
                logger.exception("an event could not be read; it is stored all the same")
            return event
        return StoredEvent(
            event_id=event_id or digest, call_id=call_id, received=event.received, body=body, query=query
        )

    async def _events_of(self, state: State, since: float) -> list[tuple[float, int]]:
        """Return when the events of a state arrived, if not before a time, and their numbers."""
        found: list[tuple[float, int]] = []
        after = 0
        while page := await self._store.load(state, after=after, limit=_PAGE):
            after = page[-1].number
            found += [(event.received, event.number) for event in page if event.received >= since]
        return found


def _store_of(store: object) -> InboxStore:
    what = "the path of a file, or an object with the methods of InboxStore"
    if isinstance(store, (str, os.PathLike)):
        path = cast("str | os.PathLike[str]", store)
        if not str(path):
            raise ConfigError(f"store must be {what}")
        return SqliteStore(path)
    with_methods("store", store, _METHODS, what)
    return cast("InboxStore", store)


def _bytes(body: object) -> bytes:
    if isinstance(body, str):
        return body.encode("utf-8", "replace")
    if not isinstance(body, (bytes, bytearray, memoryview)):
        raise ConfigError(f"body must be the raw body of a request, got {type(body).__name__}")
    return bytes(cast("bytes", body))
