"""How adapters read several lists at once, what of it makes a reading doubtful, and how calls of the client look in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import contextmanager
from functools import partial
from typing import Final, TypeVar

from ...core.errors import DecodeError, PagingError
from ...core.shared_listings import SharedListings, shared_listings
from ..reading_hold import held

T = TypeVar("T")

AT_ONCE: Final = 8
"""How many lists are read at once."""
DOUBTS: Final = (PagingError, DecodeError)
"""Failures of a listing that make a reading doubtful; others end it."""


@contextmanager
def looking_in(listings: SharedListings) -> Generator[None]:
    """Let `find` and `ensure` of this task look in these readings."""
    token = shared_listings.set(listings)
    try:
        yield
    finally:
        shared_listings.reset(token)


async def each(items: Iterable[T], act: Callable[[T], Awaitable[None]]) -> None:
    """Act on all items, `AT_ONCE` at a time; the first error ends it, but an outage that `held` waits for.

    Args:
        items: What is read.
        act: Reads one; nothing is kept of a read that fails.

    Raises:
        Exception: What the first failure raised.
    """
    rest = iter(items)

    async def work() -> None:
        for item in rest:
            await held(partial(act, item))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
