"""How a response, whole or broken, looks on the socket.

One job: write bytes and drop connections. Responses are written as raw bytes, because most faults are things
that a well-behaved HTTP library refuses to send. Each kind of fault has one short function here.
"""

import asyncio
import email.utils
import http
import math
import socket
import struct
import time
import zlib
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import attrs
from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from .dialect import Response
from .faults import Ending, Fault
from .log import Outcome
from .malformed_values import with_odd_value

HTML = (("Content-Type", "text/html; charset=utf-8"),)
_RESET = struct.pack("ii", 1, 0)
_PAGE = b"<html><head><title>%b</title></head><body><h1>%b</h1></body></html>"
_DRIBBLES = 8


class Written(web.StreamResponse):
    """A response that is on the wire already: it tells aiohttp that there is nothing left to send.

    Args:
        keep: whether the connection may be used again.
    """

    def __init__(self, keep: bool) -> None:
        super().__init__()
        self._keep = keep

    @property
    def keep_alive(self) -> bool | None:
        """Whether the connection may be used again."""
        return self._keep

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:  # noqa: ARG002
        """Send no head: it was sent."""
        return None

    async def write_eof(self, data: bytes | bytearray | memoryview = b"") -> None:
        """Send no end: it was sent, or is missing on purpose."""


@attrs.define(eq=False, repr=False)
class Exchange:
    """One request and all that is needed to respond it, well or badly.

    Args:
        request: the request.
        outcome: the record to fill in.
        lost: set when the connection is gone.
        act: carries the operation out and gives the proper response.
        expired: gives the response for an expired token.
        spawn: starts background work that the emulator owns.
        now: the server's wall clock in Unix seconds, or None to send no ``Date``.
        silent: whether an outage swallows what is written now.
        more: headers that every response to this call carries.
        unread: whether the request's body was left unread.
    """

    request: web.BaseRequest
    outcome: Outcome
    lost: asyncio.Event
    act: Callable[[], Response]
    expired: Callable[[], Response]
    spawn: Callable[[Callable[[], Response], float], None]
    now: Callable[[], float | None]
    silent: Callable[[], bool]
    more: tuple[tuple[str, str], ...] = ()
    unread: bool = False

    def send(self, response: Response) -> web.StreamResponse:
        """Write a whole response."""
        self.write(self.head(response, len(response.body)) + response.body)
        self.outcome.status = response.status
        return Written(self.request.keep_alive)

    def head(self, response: Response, length: int | None) -> bytes:
        """Make the status line and headers.

        Args:
            response: whose status and headers.
            length: the ``Content-Length`` in bytes; None leaves it out.
        """
        try:
            reason = http.HTTPStatus(response.status).phrase
        except ValueError:
            reason = "Unknown"
        lines = [f"HTTP/1.1 {response.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in response.headers + self.more]
        if length is not None and response.status != http.HTTPStatus.NO_CONTENT:  # RFC 9110, 8.6
            lines.append(f"Content-Length: {length}")
        now = self.now()
        if now is not None:
            lines.append(f"Date: {_http_date(math.floor(now))}")
        if not self.request.keep_alive:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    def write(self, data: bytes) -> None:
        """Write bytes, unless the client has left or an outage swallows them."""
        transport = self.request.transport
        if transport is not None and not transport.is_closing() and not self.silent():
            transport.write(data)

    def drop(self, ending: Ending) -> web.StreamResponse:
        """Drop the connection: with FIN after what was written, or with RST at once; unseen in a silent outage."""
        transport = self.request.transport
        if transport is not None and not self.silent():
            if ending == "reset":
                _reset_on_close(transport)
                transport.abort()
            else:
                transport.close()
        return Written(keep=self.silent())

    async def wait(self, seconds: float | None) -> bool:
        """Wait, but no longer than the client stays; tells whether it is still there.

        Args:
            seconds: how long; None for as long as the client stays.
        """
        try:
            async with asyncio.timeout(seconds):
                await self.lost.wait()
        except TimeoutError:
            return True
        return False


def _reset_on_close(transport: asyncio.Transport) -> None:
    """Make the socket send RST instead of FIN when it is closed."""
    raw: object = transport.get_extra_info("socket")
    set_option = getattr(raw, "setsockopt", None)
    if set_option is not None:
        set_option(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


_last_date: tuple[int, str] = (-1, "")


def _http_date(second: int) -> str:
    """Format a Unix time for the ``Date`` header; the last one is remembered."""
    global _last_date
    if _last_date[0] != second:
        _last_date = (second, email.utils.formatdate(second, usegmt=True))
    return _last_date[1]


async def _drop(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    return exchange.drop(fault.ending)


async def _lost_answer(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    exchange.act()
    return exchange.drop(fault.ending)


async def _late_commit(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    exchange.spawn(exchange.act, fault.seconds or 0.0)
    return exchange.drop(fault.ending)


async def _reset_mid_body(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    response = exchange.act()
    half = response.body[: len(response.body) // 2]
    exchange.write(exchange.head(response, len(response.body)) + half)
    exchange.outcome.status = response.status
    return exchange.drop(fault.ending)


async def _hang(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    if fault.commit:
        exchange.act()
    await exchange.wait(fault.seconds)
    return exchange.drop("close")


async def _slow_answer(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    response = exchange.act()
    if await exchange.wait(fault.seconds):
        return exchange.send(response)
    return exchange.drop("close")


async def _close_after(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    exchange.send(exchange.act())
    return exchange.drop(fault.ending)


async def _canned(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    if fault.commit:
        exchange.act()
    body, headers = fault.body, fault.headers
    if body is None:
        title = f"{fault.code}".encode()
        body = _PAGE % (title, title)
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers = HTML + headers
    return exchange.send(Response(fault.code, body, headers))


async def _expired_token(fault: Fault, exchange: Exchange) -> web.StreamResponse:  # noqa: ARG001
    return exchange.send(exchange.expired())


async def _not_json(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    if fault.commit:
        exchange.act()
    return exchange.send(Response(200, _PAGE % (b"Welcome", b"Please sign in"), HTML))


async def _other_body(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    """Send HTTP 200 and JSON headers with a body that is not the proper one."""
    if fault.commit:
        exchange.act()
    return exchange.send(Response(200, fault.body or b""))


async def _truncated_json(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    body = exchange.act().body if fault.commit else b'{"r": 0, "message": "cut short"}'
    return exchange.send(Response(200, body[: len(body) // 2]))


async def _odd_bytes(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    return exchange.send(with_odd_value(exchange.act(), fault.form))


async def _stray_response(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    response = exchange.send(exchange.act())
    stray = Response(200, fault.body or b"")
    exchange.write(exchange.head(stray, len(stray.body)) + stray.body)
    return response


async def _early_response(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    response = exchange.send(Response(fault.code, fault.body or b"", fault.headers))
    if not exchange.unread:
        return response
    await exchange.wait(None)  # what the client still sends is never read
    return exchange.drop("close")


async def _absurd_wait(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    soon = time.time() + 1 if (now := exchange.now()) is None else now + 1
    text = {
        "epoch": f"{soon:.0f}",
        "milliseconds": f"{soon * 1000:.0f}",
        "year_9999": "Fri, 31 Dec 9999 23:59:59 GMT",
        "digits": "9" * 20,
    }[fault.form]
    headers = (("Retry-After", text), ("Content-Type", "application/json"))
    return exchange.send(Response(fault.code, b'{"message": "Too many requests"}', headers))


async def _bad_gzip(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    if fault.commit:
        exchange.act()
    headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    return exchange.send(Response(200, b"these bytes were never compressed", headers))


async def _bad_chunk(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    if fault.commit:
        exchange.act()
    response = Response(200, b"", (("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")))
    exchange.write(exchange.head(response, None) + b"no number\r\n{}\r\n0\r\n\r\n")
    exchange.outcome.status = 200
    return exchange.drop("close")


async def _slow_body(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    response = exchange.act()
    body = response.body
    exchange.write(exchange.head(response, len(body)))
    exchange.outcome.status = response.status
    step = max(1, math.ceil(len(body) / _DRIBBLES))
    pieces = [body[start : start + step] for start in range(0, len(body), step)]
    for piece in pieces:
        if not await exchange.wait((fault.seconds or 0.0) / len(pieces)):
            return exchange.drop("close")
        exchange.write(piece)
    return Written(exchange.request.keep_alive)


async def _many_headers(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    response = exchange.act()
    if fault.kind == "long_header":
        more: tuple[tuple[str, str], ...] = (("X-Long", "x" * fault.size),)
    else:
        more = tuple((f"X-Flood-{number}", "x") for number in range(fault.size))
    return exchange.send(attrs.evolve(response, headers=response.headers + more))


async def _huge_body(fault: Fault, exchange: Exchange) -> web.StreamResponse:
    exchange.act()
    response = web.StreamResponse(headers={"Content-Type": "application/json", **dict(fault.headers)})
    press = zlib.compressobj(wbits=31) if fault.headers else None
    block = b" " * (1 << 16)
    exchange.outcome.status = 200
    try:
        await response.prepare(exchange.request)
        for start in range(0, fault.size, len(block)):
            piece = block[: fault.size - start]
            data = piece if press is None else press.compress(piece)
            if data:
                await response.write(data)
            await asyncio.sleep(0)
        if press is not None:
            await response.write(press.flush())
        await response.write_eof()
    except ConnectionError:
        return exchange.drop("close")
    return response


async def _page_fault(fault: Fault, exchange: Exchange) -> web.StreamResponse:  # noqa: ARG001
    return exchange.send(exchange.act())


Delivery: TypeAlias = Callable[[Fault, Exchange], Awaitable[web.StreamResponse]]

DELIVERIES: dict[str, Delivery] = {
    "lost_answer": _lost_answer,
    "late_commit": _late_commit,
    "reset_before": _drop,
    "reset_mid_body": _reset_mid_body,
    "hang": _hang,
    "slow_answer": _slow_answer,
    "close_after": _close_after,
    "status": _canned,
    "retry_after": _canned,
    "redirect": _canned,
    "expired_token": _expired_token,
    "not_json": _not_json,
    "truncated_json": _truncated_json,
    "wrong_envelope": _other_body,
    "empty_body": _other_body,
    "bad_gzip": _bad_gzip,
    "bad_chunk": _bad_chunk,
    "slow_body": _slow_body,
    "long_header": _many_headers,
    "header_flood": _many_headers,
    "huge_body": _huge_body,
    "page_repeats": _page_fault,
    "page_ignored": _page_fault,
    "lagging_list": _page_fault,
    "page_capped": _page_fault,
    "stray_response": _stray_response,
    "early_response": _early_response,
    "absurd_wait": _absurd_wait,
    "request_timeout": _canned,
    "misdirected": _canned,
    "too_early": _canned,
    "foreign_page": _canned,
    "odd_bytes": _odd_bytes,
}
"""How each kind of fault is carried out."""
