"""What the tests of session, limiter, retry and credentials share beyond `tests.kit`.

One job: a bare request and a bare call through a client's session, a wall clock that can be set, a scripted
source of tokens, a loop that counts.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import attrs
import pytest

from stringee_async import OutcomeUnknownError, RetryPolicy, StringeeClient
from stringee_async.core.auth import Token
from stringee_async.core.clock import RealClock
from stringee_async.core.messages import Request, Response, Upload
from stringee_async.core.options import Timeouts
from stringee_async.core.retry_class import RetryClass
from stringee_async.core.secrets import Secret
from stringee_async.core.unset import Lane
from stringee_async.stringee.responses import read_object

from ..conformance.rig import Rig
from ..kit import RawServer, ScriptedTransport, VirtualLoop, answer
from ..kit.other_thread import in_another_thread


class CountingLoop(VirtualLoop):
    """Counts timers and callbacks."""

    timers = 0
    callbacks = 0

    def call_at(self, *args: Any, **kwargs: Any) -> asyncio.TimerHandle:
        self.timers += 1
        return super().call_at(*args, **kwargs)

    def call_soon(self, *args: Any, **kwargs: Any) -> asyncio.Handle:
        self.callbacks += 1
        return super().call_soon(*args, **kwargs)


ONCE = RetryPolicy(max_attempts=1)
OK = b"HTTP/1.1 200 OK\r\n"
TIMEOUTS = Timeouts(connect=2.0, attempt=2.0)
READ, WRITE, CREATE = RetryClass.READ, RetryClass.IDEMPOTENT_WRITE, RetryClass.CREATE


def make_request(retry_class: RetryClass = READ, operation: str = "agents.list") -> Request:
    """Make a request without credentials."""
    return Request(
        operation=operation,
        method="POST" if retry_class is CREATE else "GET",
        path="/v1/agent",
        url="https://icc.example/v1/agent",
        retry_class=retry_class,
    )


def probe(url: str, method: str = "POST", body: bytes | Upload | None = b"{}") -> Request:
    """Make a request to a server, for a transport."""
    return Request(
        operation="probe.call", method=method, path="/v1/probe", url=f"{url}/v1/probe", retry_class=CREATE, body=body
    )  # fmt: skip


def lost(_: object = None) -> Response:
    """Lose the response; as a step of a script."""
    raise OutcomeUnknownError("the connection broke")


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log says of unknown writes."""
    return [one.getMessage() for one in caplog.records if one.name.endswith("unknown_writes")]


async def call(client: StringeeClient, retry_class: RetryClass = READ, operation: str = "agents.list") -> Any:
    """Send one bare request through the client's session."""
    return await client._session.send(make_request(retry_class, operation), read_object)


def token_of(request: Request) -> str:
    """Return the token that a request carries."""
    return request.headers["X-STRINGEE-AUTH"]


class WallClock(RealClock):
    """Loop time as monotonic time, and a wall clock that is off by `offset` seconds."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def time(self) -> float:
        return self.server_time() + self.offset

    @staticmethod
    def server_time() -> float:
        """Return the true time."""
        return 1_700_000_000.0 + asyncio.get_running_loop().time()


class TokenSource:
    """Gives a new token for each fetch, after a delay; fails first with the errors it is given."""

    def __init__(self, *errors: Exception, delay: float = 0.0, lifetime: float = 3600.0) -> None:
        self.errors = list(errors)
        self.delay = delay
        self.lifetime = lifetime
        self.fetches = 0

    async def __call__(self, send: Any = None) -> Token:
        self.fetches += 1
        number = self.fetches
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.errors:
            raise self.errors.pop(0)
        return Token(value=Secret(f"token-{number}"), lifetime=self.lifetime)


class BearerAuth:
    """An `Auth` over any token cache, such as a vendor would write."""

    def __init__(self, cache: Any) -> None:
        self.cache = cache

    @property
    def issued(self) -> int:
        return self.cache.issued

    def ready(self) -> bool:
        return self.cache.fresh() is not None

    async def prepare(self, send: Any) -> None:
        await self.cache.get(send)

    def authorize(self, request: Request) -> Request:
        token = self.cache.current()
        assert token is not None, "authorize() without a token"
        headers = {**request.headers, "X-STRINGEE-AUTH": token.value.reveal()}
        return attrs.evolve(request, headers=headers, credential=token)

    def rejected(self, request: Request, response: Response) -> bool:
        return self.cache.drop(request.credential)


async def settle(*tasks: asyncio.Task[Any]) -> list[Any]:
    """Wait for tasks and return results and errors alike."""
    return await asyncio.gather(*tasks, return_exceptions=True)


def beside_a_running_loop(
    first: Callable[[], Coroutine[Any, Any, Any]], second: Callable[[], Coroutine[Any, Any, Any]]
) -> Any:
    """Run `first` on a loop of another thread, then `second` here while that loop still runs; return its result."""

    @contextlib.asynccontextmanager
    async def there() -> AsyncIterator[None]:
        await first()
        yield

    with in_another_thread(there()):
        return asyncio.run(second())


def auth_of(rig: Rig, **options: Any) -> Any:
    """Make a vendor's credentials, to be shared by clients."""
    own = dict.fromkeys(rig.urls, "https://vendor.example") if rig.unlisted else {}
    return rig.auth_class(*rig.credentials, **own, **options)


def set_variables(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, url: str = "https://vendor.example"
) -> list[str]:
    """Set every environment variable of a vendor; return their names."""
    variables = dict(zip(rig.variables, rig.credentials, strict=True))
    variables |= {name: url for name, _ in rig.urls.values()}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return list(variables)


def sdk_tasks() -> int:
    """Return how many tasks there are beside the test's own."""
    return len(asyncio.all_tasks()) - 1


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Keep Python from collecting cycles: what is released here is released by the last reference."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def refuse(headers: dict[str, str] | None = None) -> Response:
    """Reject the token of a request."""
    return answer({"r": 1, "message": "token invalid"}, status=401, **(headers or {}))


def at_rest(client: StringeeClient, capacity: int = 64) -> bool:
    """Return whether no call holds anything of the client."""
    shared = client._session.state
    queue = shared.gate.slots
    held = (
        queue.in_flight,
        queue.queued,
        queue.head_taken,
        len(shared.calls),
        len(shared.cancelled_by_close),
        len(shared.locks.entries),
    )
    return not any(held) and queue.free == capacity


class TimedTransport(ScriptedTransport):
    """A scripted transport that keeps the attempt's time limit as the real one does."""

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        try:
            async with asyncio.timeout(timeouts.attempt):
                return await super().send(request, timeouts)
        except TimeoutError:
            raise OutcomeUnknownError("no whole response in the attempt's time") from None


async def real(client: StringeeClient) -> None:
    """Make one call over a real connection."""
    await client.agents.delete("AG1")


def hung_up(server: RawServer, count: int) -> bool:
    """Wait until the server has seen `count` of its connections end; return whether it has."""
    for _ in range(1000):
        if sum(writer.is_closing() for writer in server.writers) >= count:
            return True
        time.sleep(0.005)
    return False


class OwnLimiter:
    """The least that a limiter of a user's must have."""

    def __init__(self) -> None:
        self.acquired: list[tuple[str, Lane]] = []
        self.pauses: list[float] = []

    async def acquire(self, operation: str, lane: Lane) -> None:
        self.acquired.append((operation, lane))

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
