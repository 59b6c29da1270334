"""Faults of the body: HTTP 200 with a broken, malformed, slow or large body."""

import asyncio
import math
import zlib
from typing import Self, get_args

import attrs
from aiohttp import web

from ..dialect import JSON_HEADERS, Response
from ..exchange import Exchange, Written
from .arguments import valid_seconds, valid_size
from .malformed_values import MalformedForm, with_malformed_value
from .value import HTML, FaultValue, html_page

_FORMS = get_args(MalformedForm)
_JSON = (("Content-Type", "application/json"),)
_DRIBBLES = 8


class BodyFaults(FaultValue):
    """Makes faults of the body."""

    __slots__ = ()

    @classmethod
    def not_json(cls, *, commit: bool = True) -> Self:
        """Respond with HTTP 200 with an HTML page. Commits unless told otherwise."""
        page = html_page("Welcome", "Please sign in")
        return cls._canned("not_json", commit=commit, body=page, headers=HTML)

    @classmethod
    def truncated_json(cls, *, commit: bool = True) -> Self:
        """Respond with HTTP 200 with the first half of the JSON text, its length given right. Commits by default."""
        return cls(kind="truncated_json", deliver=_truncated_json, commit=commit)

    @classmethod
    def wrong_envelope(cls, body: str = '{"unexpected": true}', *, commit: bool = True) -> Self:
        """Respond with HTTP 200 with valid JSON that lacks the vendor's envelope. Commits by default.

        ``body`` is the JSON text, for instance ``[]``, ``null`` or ``{"r": "x"}``.
        """
        return cls._canned("wrong_envelope", commit=commit, body=body.encode(), headers=JSON_HEADERS)

    @classmethod
    def empty_body(cls, *, commit: bool = True) -> Self:
        """Respond with HTTP 200 with no body at all. Commits by default."""
        return cls._canned("empty_body", commit=commit, body=b"", headers=JSON_HEADERS)

    @classmethod
    def odd_bytes(cls, form: MalformedForm = "not_utf8") -> Self:
        """Respond properly, but with one odd value in the first row, or in the object where there are no rows. Commits.

        It stands in the name, or in the first text of a row without one. A body without any text stays as it is.

        Args:
            form: ``not_utf8`` (a byte that is none, in the name), ``half_emoji`` (a lone surrogate in it),
                ``raw_tab`` (an unescaped tab in it), or ``nan`` (a number that is none, in a field of its own).

        Raises:
            ValueError: the form is none of these.
        """
        if form not in _FORMS:
            raise ValueError(f"form must be one of {', '.join(_FORMS)}, not {form!r}")
        return cls(kind="odd_bytes", deliver=_malformed_bytes, commit=True, form=form)

    @classmethod
    def bad_gzip(cls, *, commit: bool = True) -> Self:
        """Announce gzip and send bytes that are none. Commits by default."""
        headers = (*_JSON, ("Content-Encoding", "gzip"))
        body = b"these bytes were never compressed"
        return cls._canned("bad_gzip", commit=commit, body=body, headers=headers)

    @classmethod
    def bad_chunk(cls, *, commit: bool = True) -> Self:
        """Announce chunked coding and send a chunk size that is no number. Commits by default."""
        return cls(kind="bad_chunk", deliver=_bad_chunk, commit=commit)

    @classmethod
    def slow_body(cls, seconds: float = 0.2) -> Self:
        """Act, send the head, then dribble the body in small pieces over ``seconds``. Commits.

        Raises:
            ValueError: the duration is negative or not finite.
        """
        duration = valid_seconds("seconds", seconds)
        return cls(kind="slow_body", deliver=_slow_body, commit=True, seconds=duration)

    @classmethod
    def long_header(cls, size: int = 1 << 20) -> Self:
        """Act, respond properly, with one header of ``size`` bytes. Commits.

        Raises:
            ValueError: the size is below 1.
        """
        return cls(kind="long_header", deliver=_many_headers, commit=True, size=valid_size("size", size))

    @classmethod
    def header_flood(cls, count: int = 10_000) -> Self:
        """Act, respond properly, with ``count`` headers too many. Commits.

        Raises:
            ValueError: the count is below 1.
        """
        return cls(kind="header_flood", deliver=_many_headers, commit=True, size=valid_size("count", count))

    @classmethod
    def huge_body(cls, size: int = 64 << 20, *, gzip: bool = False) -> Self:
        """Act, then send a body of ``size`` blanks, as fast as the client reads. Commits.

        With ``gzip`` it is sent compressed: a thousand times smaller on the wire, a decompression bomb.

        Raises:
            ValueError: the size is below 1.
        """
        headers = (("Content-Encoding", "gzip"),) if gzip else ()
        size = valid_size("size", size)
        return cls(kind="huge_body", deliver=_huge_body, commit=True, size=size, headers=headers)


async def _truncated_json(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    body = exchange.act().body if fault.commit else b'{"r": 0, "message": "cut short"}'
    return exchange.send(Response(200, body[: len(body) // 2]))


async def _malformed_bytes(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    return exchange.send(with_malformed_value(exchange.act(), fault.form))


async def _bad_chunk(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    if fault.commit:
        exchange.act()
    response = Response(200, b"", (*_JSON, ("Transfer-Encoding", "chunked")))
    exchange.write(exchange.head(response, None) + b"no number\r\n{}\r\n0\r\n\r\n")
    exchange.record.status = 200
    return exchange.drop("close")


async def _slow_body(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    response = exchange.act()
    body = response.body
    exchange.write(exchange.head(response, len(body)))
    exchange.record.status = response.status
    step = max(1, math.ceil(len(body) / _DRIBBLES))
    pieces = [body[start : start + step] for start in range(0, len(body), step)]
    for piece in pieces:
        if not await exchange.wait((fault.seconds or 0.0) / len(pieces)):
            return exchange.drop("close")
        exchange.write(piece)
    return Written(exchange.request.keep_alive)


async def _many_headers(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    response = exchange.act()
    if fault.kind == "long_header":
        more: tuple[tuple[str, str], ...] = (("X-Long", "x" * fault.size),)
    else:
        more = tuple((f"X-Flood-{number}", "x") for number in range(fault.size))
    return exchange.send(attrs.evolve(response, headers=response.headers + more))


async def _huge_body(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:
    exchange.act()
    response = web.StreamResponse(headers={"Content-Type": "application/json", **dict(fault.headers)})
    press = zlib.compressobj(wbits=31) if fault.headers else None
    block = b" " * (1 << 16)
    exchange.record.status = 200
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
