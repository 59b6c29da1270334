"""A server on an event loop of another thread, so that it outlives the loops of its clients."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any, TypeVar

Served = TypeVar("Served", bound=contextlib.AbstractAsyncContextManager[Any])


@contextlib.contextmanager
def in_another_thread(server: Served) -> Iterator[Served]:
    """Keep a server entered on a loop of another thread."""
    ready, leave = threading.Event(), threading.Event()

    async def serve() -> None:
        async with server:
            ready.set()
            while not leave.is_set():
                await asyncio.sleep(0.005)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(60)
        yield server
    finally:
        leave.set()
        thread.join(60)
