"""The server that all contenders talk to: a bare asyncio protocol in a process of its own.

One job: to respond two endpoints as cheaply as Python can, so that the client is what is measured. Latency, number of
rows and a rate limit are settings that can be changed between measurements. Rows are made when they are asked for,
from a template, so a million of them need no memory. It looks no further into a request than its first line and its
length. A second port speaks TLS where trustme is installed.

Where the machine has two cores the server takes the last one and the client keeps the others.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import ssl
import tempfile
import time
from collections import deque
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import attrs

from .certificate import Certificate, issue

ROW: Final[dict[str, Any]] = {
    "id": "AG_XPHOV0V7X71EFH98",
    "project": 246,
    "account": 408,
    "name": "Nguyen Van An",
    "stringee_user_id": "an.nguyenvan",
    "manual_status": None,
    "system_status": 0,
    "device_status": 0,
    "last_time_pickup": 0,
    "last_time_support_call_ended": 0,
}
"""An agent as listed; each row has an id of its own."""


@attrs.frozen(kw_only=True)
class Settings:
    """How the server behaves.

    Args:
        latency: Seconds between a request and its response.
        rows: Rows in the listing.
        limit: Requests that any `per` seconds may hold; beyond it a request is refused with 429. None for no limit.
        per: Seconds.
    """

    latency: float = 0.0
    rows: int = 1000
    limit: int | None = None
    per: float = 1.0


@attrs.frozen(kw_only=True)
class Counts:
    """What the server saw since its settings were last changed.

    Args:
        requests: Requests answered, refused ones among them.
        refusals: Requests refused for rate.
        connections: Connections opened.
        first: When the first request came, on this machine's monotonic clock in seconds; None before it.
    """

    requests: int
    refusals: int
    connections: int
    first: float | None


def http(body: bytes, status: str = "200 OK", more: bytes = b"") -> bytes:
    """Return an HTTP response that keeps its connection open."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n".encode()
    return head + more + b"\r\n" + body


CREATED_BODY: Final = json.dumps(
    {"r": 0, "project": 246, "agentID": "2QAX0YOR5D55HH0N", "message": "Create agent success"}
).encode()
_CREATED: Final = http(CREATED_BODY)
_REFUSED: Final = http(
    b'{"r":429,"message":"too many requests"}', "429 Too Many Requests", b"Retry-After: 1\r\n"
)
_TEMPLATE: Final = json.dumps({**ROW, "id": "AG_%010d"})


@lru_cache(maxsize=64)
def page_body(number: int, size: int, rows: int) -> bytes:
    """Return the JSON of one page.

    Args:
        number: The page, from 1.
        size: Rows per page.
        rows: Rows in the whole listing.
    """
    start = (number - 1) * size
    texts = ", ".join(_TEMPLATE % index for index in range(start, min(start + size, rows)))
    return (
        f'{{"r": 0, "data": {{"totalPages": {-(-rows // size)}, "currentPage": {number}, "limit": {size}, '
        f'"totalAgents": "{rows}", "agents": [{texts}]}}}}'
    ).encode()


class _State:
    """What all connections share."""

    def __init__(self) -> None:
        self.apply(Settings())

    def apply(self, settings: Settings) -> None:
        self.settings = settings
        self.requests = self.refusals = self.connections = 0
        self.first: float | None = None
        self.granted: deque[float] = deque(maxlen=settings.limit)

    def counts(self) -> Counts:
        return Counts(
            requests=self.requests, refusals=self.refusals, connections=self.connections, first=self.first
        )

    def refuses(self) -> bool:
        """Count one request against the limit; return whether it is too many."""
        settings = self.settings
        if settings.limit is None:
            return False
        now = time.monotonic()
        if len(self.granted) == settings.limit and now - self.granted[0] < settings.per:
            self.refusals += 1
            return True
        self.granted.append(now)
        return False

    def answer(self, line: bytes) -> bytes:
        self.requests += 1
        if self.first is None:
            self.first = time.monotonic()
        if self.refuses():
            return _REFUSED
        if line.startswith(b"POST"):
            return _CREATED
        query = dict(pair.split(b"=") for pair in line.split(b" ")[1].split(b"?")[1].split(b"&"))
        return _page(int(query[b"page"]), int(query[b"limit"]), self.settings.rows)


@lru_cache(maxsize=64)
def _page(number: int, size: int, rows: int) -> bytes:
    return http(page_body(number, size, rows))


class _Exchange(asyncio.Protocol):
    """One connection."""

    def __init__(self, state: _State) -> None:
        self.state = state
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.state.connections += 1

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            at = head.lower().find(b"\r\ncontent-length:")
            length = 0 if at < 0 else int(head[at + 17 :].split(b"\r\n", 1)[0])
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            answer = self.state.answer(head.split(b"\r\n", 1)[0])
            if self.state.settings.latency:
                asyncio.get_running_loop().call_later(self.state.settings.latency, self.send, answer)
            else:
                self.send(answer)

    def send(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)


def split_cores() -> tuple[set[int], set[int]] | None:
    """Return the cores for the client and those for the server, or None where they cannot be kept apart."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))
    return (set(cores[:-1]), {cores[-1]}) if len(cores) > 1 else None


def _serve(pipe: Connection, cores: set[int] | None, certificate: Certificate | None) -> None:
    if cores is not None:
        os.sched_setaffinity(0, cores)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        state = _State()
        ports = [await _listen(state)]
        if certificate is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate.chain)
            ports.append(await _listen(state, context))
        done = loop.create_future()

        def told() -> None:
            try:
                settings = pipe.recv()
            except EOFError:
                done.set_result(None)
                loop.remove_reader(pipe.fileno())
                return
            if settings is not None:
                state.apply(settings)
            pipe.send(state.counts())

        loop.add_reader(pipe.fileno(), told)
        pipe.send(ports)
        await done

    asyncio.run(main())


async def _listen(state: _State, context: ssl.SSLContext | None = None) -> int:
    """Listen on a port of 127.0.0.1 and return it."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Exchange(state), "127.0.0.1", 0, backlog=1024, ssl=context)
    port: int = server.sockets[0].getsockname()[1]
    return port


class Server:
    """The server process, as seen from the client; a context manager.

    Args:
        pin: Keep client and server on cores of their own, where there are two.

    Attributes:
        url: Where it listens.
        tls_url: Where it listens with TLS; None where it cannot.
        certificate: That of its TLS port; None where there is none.
    """

    url: str
    tls_url: str | None = None
    certificate: Certificate | None = None

    def __init__(self, *, pin: bool = True) -> None:
        self._cores = split_cores() if pin else None
        self._before: set[int] | None = None

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        self.certificate = issue(Path(self._folder.name))
        self._pipe, theirs = multiprocessing.Pipe()
        cores = None if self._cores is None else self._cores[1]
        self._process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(theirs, cores, self.certificate), daemon=True
        )
        self._process.start()
        theirs.close()
        plain, *tls = self._pipe.recv()
        self.url = f"http://127.0.0.1:{plain}"
        self.tls_url = f"https://127.0.0.1:{tls[0]}" if tls else None
        if self._cores is not None:
            self._before = os.sched_getaffinity(0)
            os.sched_setaffinity(0, self._cores[0])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._before is not None:
            os.sched_setaffinity(0, self._before)
        self._pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(5)
        self._folder.cleanup()

    def set(self, **settings: Any) -> None:
        """Change the settings (see `Settings`; what is not named has its default) and restart the counters."""
        self._ask(Settings(**settings))

    def counts(self) -> Counts:
        """Return what the server saw since the settings were last changed."""
        return self._ask(None)

    def _ask(self, settings: Settings | None) -> Counts:
        self._pipe.send(settings)
        counts = self._pipe.recv()
        assert isinstance(counts, Counts)
        return counts
