"""A rate limiter that many processes share over Redis or Valkey.

All processes together keep to one limit, by the clock of the store. In each of them one call a lane asks the store, for a
small lot of permits where several wait; the store says at once when they may be used, so nothing polls. One pause stops
all processes. While the store is down, each process keeps to its part of the quota by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import secrets
import socket
import time
from collections.abc import Coroutine
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Self, cast

from ..core.errors import ClosedError, ConfigError
from ..core.loops import Home, running_loop
from ..core.options import exact_number, shown
from ..core.ratelimit import LocalRateLimiter, RateLimit
from ..core.unset import Lane
from .head_of_line import HeadOfLine
from .quota_state import QuotaState, StoreDownError
from .quota_url import read_quota
from .shares import LaneShare, local_share, split
from .waiting import permit_before, undisturbed

if TYPE_CHECKING:
    from .store import QuotaStore

logger = logging.getLogger("stringee_async.shared_quota")

_LATE: Final = 1.0
"""Seconds; a process that slept through the time of its permits by more than this leaves them unused."""
_TELL: Final = 5.0
_PROBE: Final = (3.2, 4.6)
"""Seconds between two probes of a store that is down, another number each time, so that processes spread."""
_RETURN: Final = 4.7
"""Seconds in which all processes find out that the store is back; they use it again together."""


class RedisRateLimiter:
    """A limiter that many processes share; a client's `rate_limit`. Use it with `async with`, or end with `aclose()`.

    Args:
        url: Address of the store: `redis://`, `rediss://` (TLS) or `unix://`. It may hold the settings below, such as
            `redis://quota.internal:6379/0?limit=300/10&processes=8&name=shop`. Its password is never shown.
        limit: What all processes together may send, the same in each. 80 % of it is used as rate and 10 % as burst, so
            that no window of the vendor's holds more than the limit.
        processes: How many processes share it. While the store is down each of them keeps to its part.
        name: Name of the quota, for several accounts on one store; `default` where it is left out.
        interactive: Part of the quota that the interactive lane has; the bulk lane has the rest. What one of them leaves
            unused, the other may use. A limit below 10 requests is not split.

    Raises:
        ConfigError: An argument is wrong or the extra `redis` is not installed; nothing was sent.
    """

    def __init__(
        self,
        url: str,
        limit: RateLimit | None = None,
        processes: int | None = None,
        *,
        name: str | None = None,
        interactive: float = 0.4,
    ) -> None:
        self._quota = quota = read_quota(url, limit, processes, name, interactive)
        self._local = LocalRateLimiter(local_share(quota.limit, quota.processes))
        self._home = Home("limiter")
        self._store: QuotaStore | None = None
        self._shares = split(quota.limit, quota.interactive, quota.processes)
        self._lanes = {lane: HeadOfLine(partial(self._lease, lane)) for lane in self._shares}
        self._background: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._changed = asyncio.Event()
        self._paused_until = 0.0
        self._down = False
        self._permits = 0
        self._since = time.time()
        self._process = ""
        self._open()

    def __repr__(self) -> str:
        quota = self._quota
        return f"RedisRateLimiter({quota.shown!r}, {quota.limit}, processes={quota.processes}, name={quota.name!r})"

    async def __aenter__(self) -> Self:
        self._move()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def acquire(self, operation: str, lane: Lane) -> None:  # noqa: ARG002 - one limit for all operations
        """Wait for one permit; first come, first served within a lane of a process.

        Args:
            operation: The operation's name; this limiter treats all alike.
            lane: `"interactive"` or `"bulk"`, which have a part of the quota each.

        Raises:
            ClosedError: The limiter was closed while the call waited, or is in use on another event loop.
        """
        self._move()
        if self._timer is None:
            self._tell()
        await self._lanes[lane].wait()
        self._permits += 1

    def pause(self, seconds: float) -> None:
        """Give no permit in any process for `seconds`; a pause that ends earlier than a running one changes nothing.

        Args:
            seconds: Length of the pause, from now.

        Raises:
            ConfigError: The length is not a finite number.
            ClosedError: The limiter is in use on another event loop.
        """
        length = exact_number(seconds)
        if length is None:
            raise ConfigError(f"seconds must be a number, got {shown(seconds)}")
        self._move()
        until = running_loop().time() + length
        if length <= 0 or until <= self._paused_until:
            return
        self._paused_until = until
        self._local.pause(length)
        self._change()
        if not self._down:
            self._start(self._opened.pause(length, self._process))

    @property
    def store_calls(self) -> int:
        """How many commands this process has sent to the store since it was opened."""
        return 0 if self._store is None else self._store.calls

    async def state(self) -> QuotaState:
        """Return who shares the quota now, how much of it is used, who waits, and the last pause that was asked for.

        Raises:
            StoreDownError: The store cannot be reached. Safe to repeat.
        """
        self._move()
        return await self._opened.state()

    async def aclose(self) -> None:
        """Close the connections; calls that wait get `ClosedError`. The next use opens them again."""
        if self._home.loop is None:
            return
        self._move()
        for lane in self._lanes.values():
            lane.end(ClosedError("the rate limiter was closed"))
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        store, self._store = self._opened, None
        if timer is not None and not self._down:
            with contextlib.suppress(StoreDownError):
                await store.withdraw(self._process)
        await store.close()
        self._home.loop = None

    @property
    def _opened(self) -> QuotaStore:
        return self._store or self._open()

    def _open(self) -> QuotaStore:
        try:
            self._store = import_module("stringee_async.shared_quota.store").QuotaStore(self._quota)
        except ImportError as error:
            raise ConfigError(
                f'a shared quota needs the package {error.name}: pip install "stringee-async[redis]"'
            ) from None
        return cast("QuotaStore", self._store)

    def _move(self) -> None:
        """Serve the running event loop from now on, with connections of its own."""
        loop = running_loop()
        if self._home.loop is loop:
            return
        before = self._home.move()
        if before is not None:
            for lane in self._lanes.values():
                lane.end(None)
            if self._store is not None:
                self._store.drop()
            self._open()
        self._background, self._changed = set(), asyncio.Event()
        self._down, self._paused_until = False, 0.0
        self._timer = None
        self._process = (
            f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"  # after a fork, another
        )

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside the calls that wait."""
        task = asyncio.get_running_loop().create_task(self._beside(work), name="shared quota")
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except StoreDownError as error:
            self._lost(error)

    def _change(self) -> None:
        """Wake what waits for a moment, because a pause or an outage began or ended."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _lease(self, lane: Lane, waiting: int) -> int:
        """Return how many permits may be used now; 0 where it has to be asked again."""
        paused = self._paused_until - asyncio.get_running_loop().time()
        if paused > 0:
            await undisturbed(self._changed, paused)
            return 0
        if self._down:
            return int(await permit_before(self._changed, self._local, lane))
        try:
            return await self._ask(self._shares[lane], waiting)
        except StoreDownError as error:
            self._lost(error)
            return 0

    async def _ask(self, share: LaneShare, waiting: int) -> int:
        store = self._opened
        lease = await store.lease(share, min(waiting, share.lot))
        paused = lease.paused
        if lease.wait > 0:
            due = asyncio.get_running_loop().time() + lease.wait
            if (
                not await undisturbed(self._changed, lease.wait)
                or asyncio.get_running_loop().time() > due + _LATE
            ):
                return 0  # the permits lapse
            paused = await store.paused() if lease.permits else 0.0
        if paused > 0:
            self._heard_of_pause(paused)
            return 0
        return 0 if self._paused_until > asyncio.get_running_loop().time() else lease.permits

    def _heard_of_pause(self, seconds: float) -> None:
        self._paused_until = max(self._paused_until, asyncio.get_running_loop().time() + seconds)
        self._local.pause(seconds)
        self._change()

    def _lost(self, error: StoreDownError) -> None:
        if self._down:
            return
        self._down = True
        quota = self._quota
        logger.warning(
            "shared quota %s: %s; until it is back this process keeps to 1/%d of the quota by itself",
            quota.name, error.message, quota.processes,
        )  # fmt: skip
        share = local_share(quota.limit, quota.processes)
        self._local.pause(share.per / share.requests)  # as after a permit that was given just now
        self._change()
        self._start(self._probe())

    async def _probe(self) -> None:
        """Find out when the store is back; then use it again when all processes do."""
        while True:
            await asyncio.sleep(random.uniform(*_PROBE))  # noqa: S311 - no secret
            try:
                await asyncio.sleep(await self._opened.returning(_RETURN))
                paused = await self._opened.paused()
            except StoreDownError:
                continue
            break
        self._down = False
        logger.info("shared quota %s: %s is used again", self._quota.name, self._quota.shown)
        if paused > 0:
            self._heard_of_pause(paused)
        self._change()

    def _tell(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_TELL, self._tell)
        if self._down:
            return
        facts: dict[str, object] = {lane: len(queue) for lane, queue in self._lanes.items()}
        facts |= {"since": self._since, "permits": self._permits}
        self._start(self._opened.announce(self._process, facts))
