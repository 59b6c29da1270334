"""A transport that responds from a script, the responses for it, and a Stringee client over it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from typing import Any

import attrs
from multidict import CIMultiDict

from stringee_async import StringeeClient
from stringee_async.core.messages import Request, Response, Upload
from stringee_async.core.options import Timeouts

OVER_AIOHTTP = os.environ.get("STRINGEE_ASYNC_TRANSPORT") == "aiohttp"
"""Whether the suite runs over aiohttp's session: what only our own connections do is then skipped."""

KEY_SID = "SKtest"
KEY_SECRET = "canary-secret-0123456789abcdefghij"
ICC = "https://icc.example"


def answer(body: Any = None, status: int = 200, **headers: str) -> Response:
    """Make a response: `body` is JSON data, or bytes as they are; header names use _ for -."""
    data = body if isinstance(body, bytes) else json.dumps({"r": 0} if body is None else body).encode()
    given = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    given.setdefault("Content-Type", "application/json")
    return Response(status=status, headers=given, body=data)


def agents(*users: str, pages: int = 1, page: int = 1, **headers: str) -> Response:
    """Make a page of Stringee's agents: those of these users, each of whose id is `AG_` and the user."""
    rows = [{"id": f"AG_{user}", "name": "An", "stringee_user_id": user} for user in users]
    counts = {"totalPages": pages, "currentPage": page, "totalAgents": pages * len(rows)}
    return answer({"r": 0, "data": {**counts, "agents": rows}}, 200, **headers)


Step = Response | Exception | Callable[[Request], Any]
"""What the vendor does with one request: respond, fail, or a function (sync or async) that decides."""


async def no_send(request: Request) -> Response:
    """Stand in for the wire where credentials are made without it."""
    raise AssertionError(f"{request!r} was sent")


class ScriptedTransport:
    """A transport that responds from a script and remembers what it was sent, and when.

    Args:
        steps: One for each request, in order; when they run out, `default` is used.
        default: What to do then.
        latency: Seconds (of the loop's time) that each request takes.
    """

    def __init__(self, *steps: Step, default: Step | None = None, latency: float = 0.0) -> None:
        self.steps = list(steps)
        self.default = default
        self.latency = latency
        self.requests: list[Request] = []
        self.times: list[float] = []
        self.in_flight = 0
        self.peak = 0
        self.closed = False

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        if isinstance(request.body, Upload):
            whole = b"".join([piece async for piece in request.body.pieces()])
            assert len(whole) == request.body.size
            request = attrs.evolve(request, body=whole)
        self.requests.append(request)
        self.times.append(asyncio.get_running_loop().time())
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            if self.latency:
                await asyncio.sleep(self.latency)
            step = self.steps.pop(0) if self.steps else self.default
            assert step is not None, f"the script has no response for request {len(self.requests)}"
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Response):
                return step
            result = step(request)
            response: Response = await result if asyncio.iscoroutine(result) else result
            return response
        finally:
            self.in_flight -= 1

    async def aclose(self) -> None:
        self.closed = True

    def count(self, operation: str) -> int:
        """Return how many requests of this operation were sent."""
        return sum(request.operation == operation for request in self.requests)


def client_over(transport: ScriptedTransport, **options: Any) -> StringeeClient:
    """Make a Stringee client over a scripted transport."""
    return StringeeClient(KEY_SID, KEY_SECRET, icc_url=ICC, transport=transport, **options)
