"""The emulator of one test, with the clients that belong to it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import attrs

from ..core.client import Client
from ..emulator import Emulator
from .fast_clock import FastClock

C = TypeVar("C", bound=Client)


@attrs.define(kw_only=True, eq=False)
class Running:
    """A running emulator, and the clients that are closed with it."""

    emulator: Emulator
    clock: FastClock | None = None
    clients: list[Client] = attrs.field(init=False, factory=list[Client])

    def client(self, kind: type[C], credentials: Mapping[str, Any], **options: Any) -> C:
        """Return a new client, on the clock of the test where it has one."""
        if self.clock is not None:
            options.setdefault("clock", self.clock)
        client = kind(**credentials, **options)
        self.clients.append(client)
        return client


@asynccontextmanager
async def running(options: Mapping[str, Any], clock: FastClock | None = None) -> AsyncGenerator[Running]:
    """Start an emulator on the running event loop; at the end close its clients, and stop it.

    Args:
        options: Keywords of `Emulator`.
        clock: The clock of its clients; tokens and windows of the emulator are then on that clock too.
    """
    given = dict(options)
    if clock is not None:
        given.setdefault("wall_clock", clock.time)
        given.setdefault("window_clock", clock.monotonic)
    async with Emulator(**given) as emulator:
        here = Running(emulator=emulator, clock=clock)
        try:
            yield here
        finally:
            for client in here.clients:
                await client.aclose()
