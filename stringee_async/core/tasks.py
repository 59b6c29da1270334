"""Tasks that belong to an iterator and end when it is left.

One job: cancel them without touching an event loop that is closed or another thread's. A loop that is left by
`break` calls no method of the iterator; `cancel` is called when the iterator is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any


def cancel(tasks: Iterable[asyncio.Future[Any]], loop: asyncio.AbstractEventLoop) -> None:
    """Cancel the tasks of an iterator that was left, from whatever thread noticed.

    Args:
        tasks: The tasks.
        loop: The event loop they run on; if it is closed, nothing more can run there.
    """
    if loop.is_closed():
        for task in tasks:
            if task.done():
                drop(task)
        return
    try:
        here: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
    except RuntimeError:
        here = None
    for task in tasks:
        if here is loop:
            drop(task)
        else:
            loop.call_soon_threadsafe(drop, task)


def drop(task: asyncio.Future[Any]) -> None:
    """Cancel a task whose result nothing will read, and mark its exception as retrieved.

    Args:
        task: A task of the running loop, or of one that does not run.
    """
    if not task.done():
        task.cancel()
        task.add_done_callback(_retrieve)
    elif not task.cancelled():
        task.exception()


def _retrieve(task: asyncio.Future[Any]) -> None:
    if not task.cancelled():
        task.exception()
