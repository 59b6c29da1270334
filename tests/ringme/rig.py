"""What the tests of RingMe share: an application, a transport that gives tokens, a vendor that keeps rows.

One job: to let a test say what the API returns without scripting the token endpoint each time, or have a client over
the emulator.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from stringee_async import RingMeClient
from stringee_async.core.messages import Request, Response
from stringee_async.core.options import Timeouts

from ..kit import ScriptedTransport, answer
from ..kit.emulated import Site, emulated

URL = "https://pbx.example"
CLIENT_ID = "app-1"
CLIENT_SECRET = "canary-ringme-secret-0123456789"
TOKEN = "8NSsrS0jV35vfmKqKeKtRrHfpbg4UX"
GRANT = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600, "scope": "all"}

Call = Callable[[RingMeClient], Awaitable[Any]]
Exchange = Site[RingMeClient]
"""An emulated exchange and a client of it."""


class ApiTransport(ScriptedTransport):
    """A scripted transport whose script is about the API only; requests for a token have a script of their own.

    Args:
        steps: What the API does with one request after the other.
        default: What it does then.
        grant: What the token endpoint does with a request.
        grants: What it does with the first ones, in order.
        latency: Seconds that each request takes.
    """

    def __init__(
        self, *steps: Any, default: Any = None, grant: Any = None, grants: Any = (), latency: float = 0.0
    ) -> None:
        super().__init__(*steps, default=default, latency=latency)
        self.tokens = ScriptedTransport(*grants, default=grant or answer(GRANT), latency=latency)

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        if request.operation == "oauth.token":
            return await self.tokens.send(request, timeouts)
        return await super().send(request, timeouts)


def ringme_over(transport: ScriptedTransport, **options: Any) -> RingMeClient:
    """Make a RingMe client over a scripted transport."""
    return RingMeClient(CLIENT_ID, CLIENT_SECRET, url=URL, transport=transport, **options)


def exchange_of(
    options: dict[str, Any] | None = None, /, **settings: Any
) -> contextlib.AbstractAsyncContextManager[Exchange]:
    """Run an emulated exchange and a client of it; see `emulated`."""
    return emulated(RingMeClient, options, **settings)
