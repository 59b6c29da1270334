"""What the tests share: virtual time, a scripted transport, a ready-made client over both.

One job: to let a test say what the vendor responses and when, without a socket and without waiting. Tests that
need a real server use the emulator instead.
"""

from __future__ import annotations

import asyncio
import functools
import heapq
import inspect
import json
import socket
import struct
import time
from collections.abc import Callable, Coroutine
from typing import Any, Literal, ParamSpec, Self, get_args, get_origin, get_type_hints

from multidict import CIMultiDict

from stringee_async import StringeeClient
from stringee_async.core.messages import Request, Response
from stringee_async.core.options import Timeouts
from stringee_async.core.unset import UNSET

P = ParamSpec("P")

KEY_SID = "SKtest"
KEY_SECRET = "canary-secret-0123456789abcdefghij"
ICC = "https://icc.example"


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer instead of waiting for it.

    It fails where a real loop would hang: when everybody waits and no timer is left, or when it turns for ever
    without time moving.
    """

    _now = 1000.0
    _turns = 0
    _turned_at = 0.0

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        while self._scheduled and self._scheduled[0]._cancelled:
            self._timer_cancelled_count -= 1
            heapq.heappop(self._scheduled)._scheduled = False
        if not self._ready and not self._scheduled and not self._stopping:
            raise RuntimeError("everybody waits and nothing will ever happen")
        self._turns = self._turns + 1 if self._now == self._turned_at else 0
        self._turned_at = self._now
        if self._turns > 100_000:
            raise RuntimeError("the loop turns and time stands still")
        if not self._ready and self._scheduled:
            self._now = max(self._now, self._scheduled[0]._when)
        super()._run_once()


def virtual(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async test on a loop with virtual time, and fail if it leaves a task behind."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def guarded() -> None:
            await test(*args, **kwargs)
            await asyncio.sleep(0)
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, f"tasks left behind: {left}"

        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(guarded())

    return run


async def until(condition: Callable[[], object], what: str, *, seconds: float = 20.0) -> None:
    """Wait until `condition` holds, and fail where it does not in time: a test never waits for ever.

    Args:
        condition: Asked again and again.
        what: What is waited for, for the message.
        seconds: The longest wait; far longer than a loaded machine needs.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        await asyncio.sleep(0.001)


def answer(body: Any = None, status: int = 200, **headers: str) -> Response:
    """Make a response: `body` is JSON data, or bytes as they are; header names use _ for -."""
    data = body if isinstance(body, bytes) else json.dumps({"r": 0} if body is None else body).encode()
    given = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    given.setdefault("Content-Type", "application/json")
    return Response(status=status, headers=given, body=data)


Step = Response | Exception | Callable[[Request], Any]
"""What the vendor does with one request: response, fail, or a function (sync or async) that decides."""


async def no_send(request: Request) -> Response:
    """Stand in for the wire where credentials are made without it."""
    raise AssertionError(f"{request!r} was sent")


class ScriptedTransport:
    """A transport that responses from a script and remembers what it was sent, and when.

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
            return await result if asyncio.iscoroutine(result) else result
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


def canned(body: bytes = b'{"r":0}', status: str = "200 OK", *headers: str) -> bytes:
    """Make the bytes of one HTTP response that keeps its connection open."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


Play = bytes | Callable[[asyncio.StreamWriter], Coroutine[Any, Any, None]]
"""What a raw server does with one request: write these bytes, or run this with the connection in hand."""


class RawServer:
    """A socket that records the raw bytes of each request and responses from a script.

    Args:
        plays: One for each request, in order; when they run out, `default` is used.
        default: What to do then.
    """

    def __init__(self, *plays: Play, default: Play | None = None) -> None:
        self.plays = list(plays)
        self.default = canned() if default is None else default
        self.requests: list[bytes] = []
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.writers.append(writer)
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                body = await reader.readexactly(int(length[0].split(b":")[1])) if length else b""
                self.requests.append(head + body)
                play = self.plays.pop(0) if self.plays else self.default
                if isinstance(play, bytes):
                    writer.write(play)
                else:
                    await play(writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    @property
    def client(self) -> dict[str, str]:
        """The keyword arguments of a Stringee client for this server."""
        return {"key_sid": KEY_SID, "key_secret": KEY_SECRET, "icc_url": self.url, "api_url": self.url}


async def reset(writer: asyncio.StreamWriter) -> None:
    """Drop a connection with RST; as a play: before the status line."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def then(data: bytes, ending: str = "close") -> Play:
    """Make a play that writes `data` and then drops the connection, by `close` (FIN) or `reset` (RST)."""

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if ending == "reset":
            await asyncio.sleep(0.01)
            await reset(writer)
        else:
            writer.close()

    return play


async def hang(writer: asyncio.StreamWriter) -> None:
    """Never response; as a play."""
    await asyncio.Event().wait()


Weather = Literal["fair", "close", "refuse", "swallow"]
"""What a `Forwarder` does: forward, close what it accepts, listen no more, or read and never respond."""


class Forwarder:
    """A TCP forwarder in front of a server, which can have an outage.

    Args:
        port: Where the server listens on this machine.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._weather: Weather = "fair"
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections = 0
        self.port = 0

    async def __aenter__(self) -> Self:
        await self._listen()
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._weather = "close"
        await asyncio.sleep(0.01)  # connections that were accepted just now come to their task
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def turn(self, weather: Weather) -> None:
        """Begin or end an outage; connections that are open break, or never hear anything again."""
        if self._weather == "refuse" and weather != "refuse":
            await self._listen()
        if weather == "refuse":
            self._server.close()
        self._weather = weather
        if weather in {"close", "refuse"}:
            for writer in self._writers:
                writer.transport.abort()

    async def outage(self, seconds: float, kind: Weather) -> None:
        """Have an outage and end it."""
        await self.turn(kind)
        await asyncio.sleep(seconds)
        await self.turn("fair")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        self.connections += 1
        try:
            if self._weather == "swallow":
                await reader.read(-1)
            elif self._weather == "fair":
                there, back = await asyncio.open_connection("127.0.0.1", self._target)
                pumps = [
                    asyncio.ensure_future(self._pump(reader, back)),
                    asyncio.ensure_future(self._pump(there, writer)),
                ]
                try:
                    await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    back.transport.abort()
                    for pump in pumps:
                        pump.cancel()
                    await asyncio.gather(*pumps, return_exceptions=True)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if self._weather == "swallow":
                await asyncio.Event().wait()
            writer.write(data)


def parameters_of(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return the parameters of a method; settings that it takes as `**settings` stand one by one, behind the others."""
    parameters = dict(inspect.signature(function).parameters)
    if parameters.pop("settings", None) is not None:
        (kind,) = get_args(get_type_hints(function)["settings"])
        for name in get_type_hints(get_origin(kind) or kind):
            parameters[name] = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=UNSET)
    return parameters
