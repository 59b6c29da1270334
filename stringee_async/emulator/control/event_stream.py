"""Server-sent events: what happens in the emulator, told to the pages and programs that listen.

``request`` carries a request of the log without bodies, when it arrives and when it has been handled; ``changed`` says
what was changed through the control API; ``missed`` says that a listener was too slow and has to read the log again.
"""

import asyncio
import collections
import json
from typing import Any

import attrs
from aiohttp import web

from .replies import HEADERS, RefusedError

_LISTENERS = 32
_WAITING = 500
"""Events that wait for one listener."""
_TOGETHER = 0.02
"""Seconds in which events are collected and sent together."""
_ALIVE = 15.0
"""Seconds between two signs of life."""


@attrs.define(eq=False)
class _Listener:
    """One listener, and what it has not been sent yet."""

    waiting: collections.deque[bytes] = attrs.field(factory=collections.deque[bytes])
    woken: asyncio.Event = attrs.field(factory=asyncio.Event)


class EventStream:
    """The listeners of one emulator."""

    def __init__(self) -> None:
        self._listeners: set[_Listener] = set()

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def tell(self, name: str, data: Any) -> None:
        """Tell all listeners."""
        event = f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
        for listener in self._listeners:
            if len(listener.waiting) >= _WAITING:
                listener.waiting.clear()
                listener.waiting.append(b"event: missed\ndata: {}\n\n")
            listener.waiting.append(event)
            listener.woken.set()

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Send events until the listener leaves."""
        if len(self._listeners) >= _LISTENERS:
            raise RefusedError(f"{_LISTENERS} are listening already", 503)
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        listener = _Listener()
        self._listeners.add(listener)
        try:
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            while True:
                await response.write(await self._next(listener))
        finally:
            self._listeners.discard(listener)

    @staticmethod
    async def _next(listener: _Listener) -> bytes:
        """Wait for events, or for the time of a sign of life."""
        try:
            async with asyncio.timeout(_ALIVE):
                await listener.woken.wait()
        except TimeoutError:
            return b": alive\n\n"
        await asyncio.sleep(_TOGETHER)
        listener.woken.clear()
        events = b"".join(listener.waiting)
        listener.waiting.clear()
        return events
