"""Pushes call records to the customer's address, as the ITNIO TECH console can be set to do.

Each push is a POST with a JSON body, retried while the receiver fails. It runs in a task that the emulator owns:
``settle`` waits for it and ``close`` cancels it. Pushes carry no signature and go to loopback addresses only.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import attrs

from ..dialect import JSON_HEADERS, Services
from ..webhook_sender import own_address, send_once
from .settings import ItniotechSettings

Outcome: TypeAlias = Literal["under way", "delivered", "given up", "cancelled"]


@attrs.frozen
class Attempt:
    """One try to push a record.

    Args:
        at: event loop time in seconds when it began.
        status: the HTTP status that came back, if one did.
        error: the name of the error's class, or an empty text.
    """

    at: float
    status: int | None
    error: str = ""

    @property
    def good(self) -> bool:
        """Whether the receiver accepted the record: any status from 200 to 299."""
        return self.status is not None and 200 <= self.status <= 299


@attrs.define(eq=False)
class Push:
    """One record that is pushed, with its attempts and its outcome.

    Args:
        record: the ``keyId`` of the record.
        url: where to.
        body: the bytes that are posted, the same in each try.
        attempts: the tries so far, in order.
        outcome: ``under way``, ``delivered``, ``given up`` after the last repeat, or ``cancelled`` by ``close``.
    """

    record: int
    url: str
    body: bytes = attrs.field(repr=False)
    attempts: list[Attempt] = attrs.field(factory=list[Attempt])
    outcome: Outcome = "under way"


class Pusher:
    """Pushes records of one account."""

    def __init__(self, settings: ItniotechSettings, services: Services) -> None:
        self.pushes: list[Push] = []
        self._settings = settings
        self._general = services.settings
        self._spawn = services.background.spawn

    def address(self, url: str | None, name: str = "push_url") -> str | None:
        """Return an address that pushes may go to; ValueError for one of another machine."""
        return own_address(name, url, self._general.webhook_hosts)

    def push(self, record: int, url: str | None, fields: Mapping[str, Any]) -> Push:
        """Start pushing a record's fields; RuntimeError if no address is given or the emulator is not running."""
        if url is None:
            raise RuntimeError("set push_url first")
        push = Push(record, url, json.dumps(fields, ensure_ascii=False).encode())
        if not self._spawn(self._deliver(push)):
            raise RuntimeError("the emulator is not running")
        self.pushes.append(push)
        return push

    async def _deliver(self, push: Push) -> None:
        """Try until the receiver accepts the record or no retries are left."""
        try:
            while not await self._try(push):
                if len(push.attempts) > self._settings.push_repeats:
                    push.outcome = "given up"
                    return
                await asyncio.sleep(self._settings.push_interval)
            push.outcome = "delivered"
        except asyncio.CancelledError:
            push.outcome = "cancelled"
            raise

    async def _try(self, push: Push) -> bool:
        """Post once, record the attempt, and return whether the receiver accepted it."""
        began = asyncio.get_running_loop().time()
        status, error = await send_once(
            "POST", push.url, push.body, dict(JSON_HEADERS), self._settings.push_timeout
        )
        attempt = Attempt(began, status, error)
        push.attempts.append(attempt)
        return attempt.good
