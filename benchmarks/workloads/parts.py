"""What the parts of a call cost: a permit, a token, a decision on a retry, and all layers without transport and decode.

Measured in this process without a socket, and set beside the CPU of one bare aiohttp create measured in the same row,
because microseconds by themselves say more of the machine than of the code.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import jwt
import tenacity

from stringee_async import OutcomeUnknownError, RateLimit, RetryPolicy, StringeeAuth, StringeeClient
from stringee_async.core.messages import Request, Response
from stringee_async.core.options import Timeouts
from stringee_async.core.ratelimit import LocalRateLimiter
from stringee_async.core.retry_class import RetryClass
from stringee_async.stringee.responses import created

from ..measure import Cost, Run, Spread, fan_out, interleave
from ..peers.peer import AGENT, BARE, opener
from ..peers.sdk import FREE
from ..server import CREATED_BODY
from .row import Bench, Result, Row

EMPTY = "empty await"
ANSWER = Response(status=200, headers={"Content-Type": "application/json"}, body=CREATED_BODY)
REQUEST = Request(
    operation="agents.list", method="GET", path="/v1/agent", url="https://icc.example/v1/agent",
    retry_class=RetryClass.READ,
)  # fmt: skip


class InMemory:
    """A transport that has its response ready."""

    async def send(self, request: Request, timeouts: Timeouts) -> Response:  # noqa: ARG002 - the seam
        return ANSWER

    async def aclose(self) -> None:
        pass


async def _empty() -> None:
    pass


def _loop(one: Callable[[], Awaitable[object]]) -> Run:
    async def run(calls: int) -> None:
        for _ in range(calls):
            await one()

    return run


async def _measure(bench: Bench, parts: dict[str, Run], less: dict[str, str]) -> Result:
    """Measure parts, each less the one that `less` names, in microseconds and as a share of a bare call."""
    bench.server.set()
    async with AsyncExitStack() as stack:
        peer = await stack.enter_async_context(opener(BARE)(bench.server.url, 64))

        async def bare(calls: int) -> None:
            await fan_out(lambda: peer.create(AGENT), calls, 64)

        costs = await interleave(
            {BARE: bare, EMPTY: _loop(_empty), **parts}, rounds=bench.rounds, seconds=bench.seconds / 2
        )
    result = Result()
    for name, base in less.items():
        net = [mine.cpu - other.cpu for mine, other in zip(costs[name], costs[base], strict=True)]
        result.add(f"{name}: CPU", Spread.of([seconds * 1e6 for seconds in net]), "us")
        result.add(f"{name}: of a bare call", _shares(net, costs[BARE]), "share")
    return result


def _shares(net: list[float], bare: list[Cost]) -> Spread:
    return Spread.of([mine / cost.cpu for mine, cost in zip(net, bare, strict=True)])


async def permit(bench: Bench) -> Result:
    """One permit when no call waits, with a limit and without one."""
    limited, free = LocalRateLimiter(RateLimit(1_000_000, 0.1)), LocalRateLimiter()
    parts = {
        "permit": _loop(lambda: limited.acquire("agents.create", "interactive")),
        "permit without a limit": _loop(lambda: free.acquire("agents.create", "interactive")),
    }
    return await _measure(bench, parts, dict.fromkeys(parts, EMPTY))


async def token(bench: Bench) -> Result:
    """One request signed with the cached token, beside one token made by PyJWT for every call."""
    auth = StringeeAuth("SKbench", "k" * 40)

    async def unused(request: Request) -> Response:
        raise AssertionError(request)

    async def cached() -> None:
        await auth.prepare(unused)
        auth.authorize(REQUEST)

    async def signed() -> None:
        claims = {"jti": "SKbench-1", "iss": "SKbench", "exp": 2_000_000_000, "rest_api": True}
        jwt.encode(claims, "k" * 40, headers={"cty": "stringee-api;v=1"})

    parts = {"token": _loop(cached), "PyJWT at every call": _loop(signed)}
    return await _measure(bench, parts, dict.fromkeys(parts, EMPTY))


async def retry(bench: Bench) -> Result:
    """One decision on a failure, beside tenacity around a call that succeeds."""
    policy, error = RetryPolicy(), OutcomeUnknownError("lost")

    async def decide() -> None:
        assert policy.decide(error, REQUEST, 1, 0.1, 60.0) is not None

    wrapped = tenacity.retry(stop=tenacity.stop_after_attempt(4))(_empty)
    parts = {"retry decision": _loop(decide), "tenacity around a success": _loop(wrapped)}
    return await _measure(bench, parts, dict.fromkeys(parts, EMPTY))


async def layers(bench: Bench) -> Result:
    """A whole create through an in-memory transport, less the decoding of its response."""

    async def decode() -> None:
        created(ANSWER, "agentID")

    async with StringeeClient("SK", "k" * 40, transport=InMemory(), rate_limit=FREE) as client:
        parts = {"all layers": _loop(lambda: client.agents.create(**AGENT)), "decode": _loop(decode)}
        return await _measure(bench, parts, {"all layers": "decode"})


ROWS = [
    Row("part-permit", "one permit, no call waiting", permit),
    Row("part-token", "one request signed", token),
    Row("part-retry", "one decision on a retry", retry),
    Row("part-layers", "all layers of a create, without transport and decode", layers),
]
