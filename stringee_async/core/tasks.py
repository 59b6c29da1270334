"""Tasks that belong to an iterator and end when it is left.

One job: cancel them without touching an event loop that is closed or another thread's. A loop that is left by
`break` tells nobody; the iterator is dropped, and that is when `cancel` is called.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any


def cancel(tasks: Iterable[asyncio.Task[Any]], loop: asyncio.AbstractEventLoop) -> None:
    """Cancel the tasks of an iterator that was left, from whatever thread noticed.

    Args:
        tasks: The tasks.
        loop: The event loop they run on; nothing happens if it is closed.
    """
    if loop.is_closed():
        return
    try:
        here: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
    except RuntimeError:
        here = None
    for task in tasks:
        if here is loop:
            task.cancel()
        else:
            loop.call_soon_threadsafe(task.cancel)


def retrieve(task: asyncio.Task[Any]) -> None:
    """Mark a task's failure as seen, because nobody may come to ask for it."""
    if not task.cancelled():
        task.exception()
