"""What the tests of ITNIO TECH share beyond `tests.kit`.

One job: responses in this vendor's envelope, a ready-made client over a scripted transport, and one over the emulator.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from stringee_async import ItniotechClient
from stringee_async.core.clock import RealClock
from stringee_async.core.messages import Response
from stringee_async.emulator import Emulator, ItniotechSettings, ItniotechState
from stringee_async.itniotech import ISO_TIME

from ..kit import ScriptedTransport, answer

API_KEY = "bDqJFiq9"
API_SECRET = "canary-7bz1lzh9"
URL = "https://itnio.example"
MISSING: Any = object()


def envelope(data: Any = None, *, status: Any = "0", reason: Any = "success") -> dict[str, Any]:
    """Make the envelope of a response; a part given as `MISSING` is left out."""
    parts = {"status": status, "reason": reason, "data": data}
    return {name: value for name, value in parts.items() if value is not MISSING}


def ok(data: Any = None, **headers: str) -> Response:
    """Make a successful response."""
    return answer(envelope(data), **headers)


def refused(code: Any, reason: Any = "no", status: int = 200, **headers: str) -> Response:
    """Make a refusal."""
    return answer(envelope(status=code, reason=reason), status, **headers)


def rows(*records: dict[str, Any], **block: Any) -> Response:
    """Make a page that is the whole listing; fields of the block may be replaced."""
    full = {"total": len(records), "size": 50, "current": 1, "pages": 1 if records else 0, **block}
    return ok({**full, "records": list(records)})


def client_over(transport: ScriptedTransport, **options: Any) -> ItniotechClient:
    """Make an ITNIO TECH client over a scripted transport."""
    return ItniotechClient(API_KEY, API_SECRET, url=URL, transport=transport, **options)


def body_of(transport: ScriptedTransport, index: int = -1) -> Any:
    """Return what a request held."""
    return json.loads(transport.requests[index].body or b"null")


class QuickClock(RealClock):
    """Real time, in which the client waits a twentieth of what it means to."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 20)


@attrs.frozen(kw_only=True)
class Centre:
    """An emulated call centre and a client of it."""

    emulator: Emulator
    client: ItniotechClient

    @property
    def state(self) -> ItniotechState:
        """What the server holds."""
        return self.emulator.state.itniotech

    @property
    def habits(self) -> ItniotechSettings:
        """How the server is."""
        return self.emulator.itniotech_settings

    @property
    def times(self) -> dict[str, Any]:
        """The times that a list of agents needs from this server."""
        now = datetime.now(UTC)
        span = {"start_time": now - timedelta(days=1), "end_time": now}
        return span if self.habits.agent_times else {}

    @property
    def form(self) -> dict[str, Any]:
        """The form of times that this server reads, where it is not the usual one."""
        return {"time_format": ISO_TIME} if self.habits.time_form == "iso" else {}


@contextlib.asynccontextmanager
async def centre_of(options: dict[str, Any] | None = None, /, **settings: Any) -> AsyncIterator[Centre]:
    """Run an emulator and a client of it.

    Args:
        options: Keywords of the client.
        settings: Settings of the vendor, and of the emulator as a whole.
    """
    names = {field.name for field in attrs.fields(ItniotechSettings)}
    habits = ItniotechSettings(**{name: settings[name] for name in settings.keys() & names})
    general = {name: settings[name] for name in settings.keys() - names}
    async with (
        Emulator(seed=1, itniotech_settings=habits, **general) as emulator,
        ItniotechClient(**emulator.itniotech(), **{"clock": QuickClock(), **(options or {})}) as client,
    ):
        yield Centre(emulator=emulator, client=client)
