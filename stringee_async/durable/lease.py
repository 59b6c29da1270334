"""The connection of one process to the ledger: entered before anything is read, kept alive by heartbeats, left at the end.

It is what the lock file is for runs in one process. While the database is away, calls are made again; a process that could
not be heard of for too long learns that from `lost`, before others take over what it does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from ..core.errors import ProvisionError, SdkError
from .database import database_errors, passes
from .engine import Engine, engine_errors
from .ledger import Ledger

T = TypeVar("T")
logger = logging.getLogger("stringee_async.provision")

_FIRST: Final = 0.05
"""Seconds until a call is made again that the database did not take; doubled each time."""
_LONGEST: Final = 2.0
_BEATS: Final = 6
"""How many heartbeats there are in the time after which a process is taken for dead."""
_OVERDUE: Final = 0.6
"""The part of that time after which a process that could not tell that it is alive ends what it does."""


class Lease:
    """One process's part in the runs of an account.

    Args:
        url: Of the database, as SQLAlchemy has it.
        account: The account.
        silent: Seconds after which a process that was not heard of is taken for dead.
    """

    def __init__(self, *, url: str, account: str, silent: float) -> None:
        self.url = url
        self.executor = f"process-{secrets.token_hex(8)}"
        self.goal = ""
        self.silent = silent
        self.patience = 300.0
        self.lost: Callable[[], None] = lambda: None
        self.ledger = Ledger(url=url, account=account, executor=self.executor, silent=silent)
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="stringee_async.durable")
        self._heard = time.monotonic()
        self._beating: asyncio.Task[None] | None = None
        self._left = True
        """Whether there is nothing to leave."""

    @property
    def overdue(self) -> bool:
        """Whether others may take this process for dead before long."""
        return time.monotonic() - self._heard > self.silent * _OVERDUE

    async def enter(self, *, alone: bool) -> None:
        """Enter, and begin to send heartbeats.

        Raises:
            PlanError: Others apply to this account, and it takes one process at a time.
            ProvisionError: The database cannot be used.
        """
        await self.do(self.ledger.make, once=True)
        await self.do(lambda: self.ledger.enter(alone=alone))
        self._left = False
        self._heard = time.monotonic()
        self._beating = asyncio.create_task(self._beat())

    async def held(self) -> None:
        """Wait while others may take this process for dead: what it does then may be done twice."""
        while self.overdue:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def leave(self, engine: Engine | None = None) -> None:
        """Give back what is claimed, and end the engine; what cannot be said to the database, others find out."""
        if self._left:
            return
        self._left = True
        beating, self._beating = self._beating, None
        if beating is not None:
            beating.cancel()
            await asyncio.wait([beating])
        self.patience = min(self.patience, _LONGEST)
        try:
            await asyncio.shield(self._leave(engine))
        except SdkError as error:
            logger.warning("the run could not be left, so others wait until it counts as dead: %s", error)

    async def aclose(self) -> None:
        """Leave, and close all connections."""
        await self.leave()
        await asyncio.get_running_loop().run_in_executor(self._threads, self.ledger.close)
        self._threads.shutdown(wait=False)

    async def do(self, act: Callable[[], T], *, once: bool = False) -> T:
        """Return what a call of ledger or engine returns, made in a thread, and again while the database is away or locked.

        Raises:
            ProvisionError: The database could not be used for as long as patience goes; with `once`, at the first try.
        """
        loop, began, pause = asyncio.get_running_loop(), time.monotonic(), _FIRST
        while True:
            try:
                return await loop.run_in_executor(self._threads, act)
            except SdkError:
                raise
            except (*database_errors(), *engine_errors()) as error:
                if once or not passes(error) or time.monotonic() - began > self.patience:
                    raise ProvisionError(f"the database of the run cannot be used: {_told(error)}") from None
                logger.warning(
                    "the database of the run cannot be used, which is tried again: %s", _told(error)
                )
            await asyncio.sleep(pause)
            pause = min(_LONGEST, 2 * pause)

    async def _leave(self, engine: Engine | None) -> None:
        try:
            over = await self.do(self.ledger.leave)
            if engine is not None and over:
                await self.do(lambda: engine.forget(over))
        finally:
            if engine is not None:
                await asyncio.get_running_loop().run_in_executor(self._threads, engine.destroy)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.silent / _BEATS)
            beat = asyncio.create_task(self.do(self.ledger.beat))
            while not beat.done():
                await asyncio.wait([beat], timeout=self.silent / _BEATS)
                if self.overdue:
                    self.lost()
            with contextlib.suppress(SdkError):
                beat.result()
                self._heard = time.monotonic()


def _told(error: Exception) -> str:
    """Return what an error says of the database: neither statements nor values of them."""
    origin = getattr(error, "orig", None) or error
    return f"{type(origin).__name__}: {str(origin).strip().splitlines()[0] if str(origin).strip() else 'no more is known'}"[
        :300
    ]
